"""What every figure means: versioned, because a regulator compares years."""

from enum import StrEnum

import msgspec

VERSION = 1


class Dimension(StrEnum):
    MONTH = "month"
    PLATFORM = "platform"
    CATEGORY = "category"
    RESULT = "result"
    JURISDICTION = "jurisdiction"
    CHANNEL_KIND = "channel_kind"
    CLASS = "class"
    REQUESTER = "requester"


TABLES: tuple[frozenset[Dimension], ...] = (
    frozenset({Dimension.MONTH, Dimension.PLATFORM, Dimension.CATEGORY, Dimension.RESULT}),
    frozenset({Dimension.MONTH, Dimension.JURISDICTION}),
    frozenset({Dimension.MONTH, Dimension.CHANNEL_KIND}),
    frozenset({Dimension.MONTH, Dimension.CLASS, Dimension.REQUESTER}),
)

FIGURES = (
    "requested",
    "deleted",
    "account_removed",
    "disabled",
    "delisted",
    "made_private",
    "already_gone",
    "refused",
    "pending",
    "reappeared",
    "removed",
)
MEDIANS = ("median_hours", "p90_hours")


class Definition(msgspec.Struct, frozen=True):
    figure: str
    definition: str


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "requested",
        "Locations of which a removal was requested, each once, however often it came back. "
        "It counts in the period of the first request for ever; one found gone before any "
        "request, in the period of that note.",
    ),
    Definition(
        "deleted",
        "Requested locations whose content the addressee deleted, by the newest request.",
    ),
    Definition("account_removed", "Requested locations gone because the account was removed."),
    Definition("disabled", "Requested locations disabled in some countries only."),
    Definition("delisted", "Requested locations taken out of search results only."),
    Definition("made_private", "Requested locations no longer public but not deleted."),
    Definition(
        "already_gone",
        "Locations found gone before any request, in the period of that note. One that came "
        "back is no longer among them; it is requested once it is asked for.",
    ),
    Definition(
        "refused",
        "Requested locations whose removal the addressee refused, by the newest request.",
    ),
    Definition(
        "pending",
        "Requested locations without a result now: not answered, unreachable, or back after a "
        "removal and not yet removed again.",
    ),
    Definition(
        "reappeared",
        "Times that content came back after it was gone, in the period of its location, also "
        "when it came back later.",
    ),
    Definition(
        "removed",
        "deleted + account_removed, after our request. Content that is back is not among them "
        "until it is removed again.",
    ),
    Definition(
        "median_hours",
        "Median hours from the newest request to the removal (deleted, account_removed).",
    ),
    Definition("p90_hours", "90th percentile of the same hours."),
)
