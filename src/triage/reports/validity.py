"""Which legal requests a report already is, and what the others lack: pure rules per regime."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from triage.reports.report import Report
from triage.reports.taxonomy import Allegation, Relation, Request

EU = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
    | {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
KOREAN_CLASSES = frozenset({Allegation.INTIMATE_IMAGE, Allegation.DEEPFAKE, Allegation.MINOR})
FOR_THEMSELVES = frozenset({Relation.VICTIM, Relation.REPRESENTATIVE, Relation.GUARDIAN})


class Validity(msgspec.Struct, frozen=True):
    """Under one regime; `valid_since` is when the last missing field came, null until then."""

    valid: bool
    missing: list[str]
    valid_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A field as the native form names it, and when a report has it."""

    field: str
    is_met: Callable[[Report], bool]


SIGNATURE = Requirement("declarations.signature", lambda r: bool(r.declarations.signature))
GOOD_FAITH = Requirement("declarations.good_faith", lambda r: r.declarations.good_faith)
NAME = Requirement("reporter.name", lambda r: bool(r.reporter.name))
CONTACT = Requirement("reporter.contact", lambda r: bool(r.reporter.contact))
CONTENT = Requirement("locations", lambda r: bool(r.locations or r.media))
LOCATION = Requirement("locations", lambda r: bool(r.locations))
AUTHORISED = Requirement(
    "declarations.authorised",
    lambda r: r.declarations.authorised or r.reporter.relation in FOR_THEMSELVES,
)
REMOVAL = Requirement("requests", lambda r: Request.REMOVAL in r.requests)

# Sources: Pub. L. 119-12 §3(a)(1)(B); OSA s.10(3A); DSA Art. 16(2); 시행령 §30조의5(2).
REGIMES: Mapping[str, tuple[Requirement, ...]] = {
    "us-tida-48h": (SIGNATURE, LOCATION, GOOD_FAITH, CONTACT, AUTHORISED),
    "uk-osa-48h": (CONTENT, GOOD_FAITH, CONTACT, AUTHORISED),
    "eu-dsa-16": (
        LOCATION,
        Requirement("text", lambda r: bool(r.text)),
        GOOD_FAITH,
        # Offences against children may be notified without a name.
        Requirement("reporter.name", lambda r: bool(r.reporter.name) or _about_a_child(r)),
        Requirement("reporter.contact", lambda r: bool(r.reporter.contact) or _about_a_child(r)),
    ),
    "kr-tba-22-5": (
        NAME,
        CONTACT,
        Requirement("locations", lambda r: bool(r.locations or r.text)),
        Requirement("allegations", lambda r: bool(KOREAN_CLASSES.intersection(r.allegations))),
        REMOVAL,
        SIGNATURE,
    ),
}


def validity_of(
    report: Report, jurisdiction: str | None, received_at: datetime
) -> dict[str, Validity]:
    """Every regime of the jurisdiction: whether the report is a complete request under it."""
    return {
        regime: _judged(regime, report, [need.field for need in REGIMES[regime]], received_at)
        for regime in regimes_of(jurisdiction)
    }


def revalidated(
    before: Mapping[str, Validity], added: Report, received_at: datetime
) -> dict[str, Validity]:
    """The same after more of the report has come: what was missing may be there now."""
    return {
        regime: known if known.valid else _judged(regime, added, known.missing, received_at)
        for regime, known in before.items()
    }


def regimes_of(jurisdiction: str | None) -> tuple[str, ...]:
    match jurisdiction:
        case "US":
            return ("us-tida-48h",)
        case "GB":
            return ("uk-osa-48h",)
        case "KR":
            return ("kr-tba-22-5",)
        case country if country in EU:
            return ("eu-dsa-16",)
        case _:
            return ()


def _judged(regime: str, report: Report, needed: list[str], at: datetime) -> Validity:
    missing = [
        need.field for need in REGIMES[regime] if need.field in needed and not need.is_met(report)
    ]
    return Validity(valid=not missing, missing=missing, valid_since=None if missing else at)


def _about_a_child(report: Report) -> bool:
    return Allegation.MINOR in report.allegations or report.victim.is_minor is True
