"""What is judged: the facts of one report, and those of a case with all its reports."""

from collections.abc import Mapping
from dataclasses import dataclass

from triage.access.principal import ChannelKind
from triage.reports.taxonomy import Allegation, Relation, SchoolLevel, SchoolRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """`personal_details`: a phone, handle or school of the victim is named beside the text.

    `trusted`: it came from a source whose word the hotline has reason to take.
    `reliability`: from 0.6 to 1, how often people confirmed what its channel reported.
    """

    allegations: frozenset[Allegation]
    relation: Relation
    victim_age: int | None
    is_minor: bool | None
    school_level: SchoolLevel | None
    school_role: SchoolRole | None
    jurisdiction: str | None
    channel_kind: ChannelKind
    asks_police: bool
    text: str | None
    personal_details: bool
    trusted: bool
    reliability: float = 1.0


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """`weights`: per rule the highest weight that any report of the case gave it."""

    weights: Mapping[str, float]
    dismissed: frozenset[str]
    report_count: int
