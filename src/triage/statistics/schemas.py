"""Tables of figures as the API shows them."""

from datetime import date, datetime
from typing import Any

import msgspec

from triage.statistics.definitions import Definition


class Table(msgspec.Struct, frozen=True):
    """`rows` carry the asked dimensions, the figures and `suppressed`, `totals` all but dimensions.

    `suppressed` says that figures are null because so few removals are behind them; a rounded
    figure is not suppressed.
    """

    definition_version: int
    from_: date = msgspec.field(name="from")
    to: date
    release: str | None
    generated_at: datetime
    rows: list[dict[str, Any]]
    totals: dict[str, Any]


class Definitions(msgspec.Struct, frozen=True):
    version: int
    figures: list[Definition]
    tables: list[list[str]]
