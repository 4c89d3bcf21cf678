"""The parsers of strangers' documents: each of them is pure, and runs confined."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from triage.fingerprints.url import parse_link
from triage.intake.batch import elements_of
from triage.intake.formats import activitypub, arf, atproto, email, telegram, xarf
from triage.intake.lists import formats as lists
from triage.kit.confined import Confined
from triage.reports.report import Report

Parser: TypeAlias = Callable[[bytes], Sequence[Report]]

PARSERS: tuple[Callable[[bytes], Any], ...] = (
    xarf.parse,
    arf.parse,
    email.parse,
    activitypub.parse,
    atproto.parse,
    telegram.parse,
    elements_of,
    lists.parse_stopncii,
    lists.parse_ncmec,
    lists.parse_csv,
)


def confined_parsers() -> Confined:
    return Confined(PARSERS, prepare=load_rules)


def load_rules() -> None:
    """Read the sites' rules and the parameters that track, which links need."""
    parse_link("https://t.me/example/1")
    parse_link("https://page.example/?utm_source=example")
