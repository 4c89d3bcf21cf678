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
        "Locations of which a removal was requested, in the period of the first request.",
    ),
    Definition("deleted", "Requested locations whose content the addressee deleted."),
    Definition("account_removed", "Requested locations gone because the account was removed."),
    Definition("disabled", "Requested locations disabled in some countries only."),
    Definition("delisted", "Requested locations taken out of search results only."),
    Definition("made_private", "Requested locations no longer public but not deleted."),
    Definition(
        "already_gone",
        "Locations found gone before a request, by the time of that note.",
    ),
    Definition("refused", "Requested locations whose removal the addressee refused."),
    Definition(
        "pending", "Requested locations without a result; also unreachable, also reappeared."
    ),
    Definition("reappeared", "Times that removed content came back, in its location's period."),
    Definition("removed", "deleted + account_removed, after our request."),
    Definition(
        "median_hours",
        "Median hours from last request to removal (deleted, account_removed).",
    ),
    Definition("p90_hours", "90th percentile of the same hours."),
)
