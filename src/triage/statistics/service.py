"""Tables of figures: exact and live for staff, frozen months or rounded totals for regulators."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Grant, Principal, Role
from triage.kit.errors import Conflict, FieldError, Invalid
from triage.statistics.definitions import FIGURES, MEDIANS, TABLES, VERSION, Dimension
from triage.statistics.queries import Scope, count_removals
from triage.statistics.schemas import Table

OPEN_MONTH_STEP = 5
MAX_YEARS = 10


class MonthNotReleased(Conflict):
    title = "A closed month in this period has no release yet"


async def removals_table(
    session: AsyncSession,
    principal: Principal,
    start: date,
    end: date,
    by: Sequence[Dimension],
    now: datetime,
) -> Table:
    """Figures of removals from `start` to before `end` (UTC days), by dimensions of one table.

    The grant `exact` sees them live and unsuppressed. Others see closed months from frozen
    releases only (MonthNotReleased) and the open month as totals rounded to 5: always the whole of
    it, since the difference of two periods would tell of single removals.
    """
    _check(start, end, by)
    scope = Scope(principal.jurisdictions, principal.platforms)
    first, last = _midnight(start), _midnight(end)
    if principal.has(Grant.EXACT) and principal.role is not Role.REGULATOR:
        rows = await count_removals(session, first, last, by, scope)
        [totals] = await count_removals(session, first, last, (), scope)
        return _table(start, end, now, [_exact(row) for row in rows], _exact(totals))
    open_month, next_month = _month_of(now.date())
    if start < open_month:
        raise MonthNotReleased
    start, end = (open_month, next_month) if start < next_month else (start, end)
    [totals] = await count_removals(session, _midnight(start), _midnight(end), (), scope)
    return _table(start, end, now, [], _rounded(totals))


def as_csv(table: Table, by: Sequence[Dimension]) -> str:
    """RFC 4180; dimensions, then figures, the totals last.

    Values that a spreadsheet would run are quoted.
    """
    columns = [*by, *FIGURES, *MEDIANS, "suppressed"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    totals = dict.fromkeys(by, "") | dict.fromkeys(by[:1], "total") | table.totals
    for row in [*(table.rows if by else ()), totals]:
        writer.writerow([_cell(row[column]) for column in columns])
    return text.getvalue()


def _check(start: date, end: date, by: Sequence[Dimension]) -> None:
    errors = []
    if end <= start:
        errors.append(FieldError("/to", "not after from"))
    if (end.year - start.year) > MAX_YEARS:
        errors.append(FieldError("/to", f"more than {MAX_YEARS} years after from"))
    if not any(set(by) <= table for table in TABLES):
        errors.append(FieldError("/by", "not dimensions of one table"))
    if errors:
        raise Invalid(errors=errors)


def _month_of(day: date) -> tuple[date, date]:
    """The first day of its month and of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    hours = {name: None if row[name] is None else float(row[name]) for name in MEDIANS}
    return row | hours | {"suppressed": False}


def _rounded(totals: dict[str, Any]) -> dict[str, Any]:
    """Each figure for itself; the sum `removed` from rounded parts, since it would tell of them."""
    step = OPEN_MONTH_STEP
    figures: dict[str, Any] = {name: step * round(int(totals[name]) / step) for name in FIGURES}
    figures["removed"] = figures["deleted"] + figures["account_removed"]
    return figures | dict.fromkeys(MEDIANS) | {"suppressed": False}


def _table(
    start: date, end: date, now: datetime, rows: list[dict[str, Any]], totals: dict[str, Any]
) -> Table:
    return Table(
        definition_version=VERSION,
        from_=start,
        to=end,
        release=None,
        generated_at=now,
        rows=rows,
        totals=totals,
    )


def _cell(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe (OWASP, CSV injection)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return "" if value is None else value
