"""Our own confirmed hashes, for the lists of others."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.principal import Grant, Principal
from triage.cases.known import EntryState, HashKind
from triage.cases.models import CaseRow, FingerprintRow, ReportCaseRow
from triage.cases.muting import is_muted
from triage.cases.states import CaseState
from triage.cases.visibility import known_to
from triage.fingerprints.pictures import QUALITY
from triage.intake.arrival import TRUSTED
from triage.intake.lists.formats import COLUMNS
from triage.journal.service import append
from triage.kit.errors import Problem
from triage.reports.models import ReportMediaRow, ReportRow
from triage.reports.taxonomy import Harm
from triage.vault.service import Vault

CHUNK = 500
"""Reports that one transaction reads."""

_home, _live = sa.orm.aliased(CaseRow), CaseRow


class NotOfChildren(Problem):
    status = 403
    title = "Hashes of children's material need the grant child_safety"


async def begin_export(
    session: AsyncSession, principal: Principal, harm: Harm, now: datetime
) -> None:
    """Note in the journal who takes them out; raises NotOfChildren."""
    if harm is Harm.MINOR and not principal.has(Grant.CHILD_SAFETY):
        raise NotOfChildren
    append(session, "hashes.exported", principal.actor, [], at=now, body={"harm": harm})


async def confirmed_hashes(
    sessions: async_sessionmaker[AsyncSession],
    vault: Vault,
    principal: Principal,
    harm: Harm,
    *,
    proven: bool,
) -> AsyncIterator[str]:
    """Lines of a CSV, a chunk of reports at a time: what an import takes.

    Of cases whose decision in force is `remove` the files of the reports that it has seen, without
    what was muted. `proven`: only of channels whose digests are no mere claim.
    """
    yield _line(COLUMNS)
    after: UUID | None = None
    while True:
        async with sessions() as session:
            decided = await _decided(session, principal, harm, after, proven=proven)
            if not decided:
                return
            hashes = [
                *await _pictures(session, list(decided)),
                *await _files(session, vault, list(decided)),
            ]
        yield "".join(
            _line((kind, value, EntryState.ACTIVE, decided[report_id].isoformat()))
            for report_id, kind, value in sorted(set(hashes))
        )
        after = max(decided)


async def _decided(
    session: AsyncSession, principal: Principal, harm: Harm, after: UUID | None, *, proven: bool
) -> Mapping[UUID, datetime]:
    """The next reports with files, and when it was decided that they are to be removed."""
    statement = (
        sa.select(ReportCaseRow.report_id, _live.decided_at)
        .join(_home, _home.id == ReportCaseRow.case_id)
        .join(_live, _live.id == _home.root_id)
        .join(ReportRow, ReportRow.id == ReportCaseRow.report_id)
        .where(
            _live.outcome == "remove",
            _live.state.in_((CaseState.FOLLOWING, CaseState.CLOSED)),
            _live.needs_child_safety.is_(harm is Harm.MINOR),
            ReportCaseRow.ordinal <= _live.decided_through,
            sa.exists().where(ReportMediaRow.report_id == ReportCaseRow.report_id),
            *known_to(principal),
        )
        .order_by(ReportCaseRow.report_id)
        .limit(CHUNK)
    )
    if proven:
        statement = statement.where(ReportRow.channel_kind.in_(sorted(TRUSTED)))
    if after is not None:
        statement = statement.where(ReportCaseRow.report_id > after)
    rows = await session.execute(statement)
    return {row.report_id: row.decided_at for row in rows}


async def _pictures(
    session: AsyncSession, report_ids: Collection[UUID]
) -> list[tuple[UUID, str, str]]:
    rows = await session.execute(
        sa.select(ReportMediaRow.report_id, ReportMediaRow.pdq).where(
            ReportMediaRow.report_id.in_(report_ids),
            ReportMediaRow.supplement_id.is_(None),
            ReportMediaRow.pdq.is_not(None),
            sa.func.coalesce(ReportMediaRow.pdq_quality, QUALITY) >= QUALITY,
            ~is_muted(ReportMediaRow.pdq),
        )
    )
    return [(row.report_id, HashKind.PDQ, row.pdq.hex()) for row in rows]


async def _files(
    session: AsyncSession, vault: Vault, report_ids: Collection[UUID]
) -> list[tuple[UUID, str, str]]:
    opened = await vault.open_fields(session, report_ids, ["content.hashes"])
    found = {
        (item.owner_id, kind, value): vault.digests.digest(f"fingerprint:{kind}", value)
        for item in opened
        for kind, value in item.value
    }
    muted = await _muted(session, found.values())
    return [one for one, digest in found.items() if digest not in muted]


async def _muted(session: AsyncSession, digests: Collection[bytes]) -> set[bytes]:
    return set(
        await session.scalars(
            sa.select(FingerprintRow.digest).where(
                FingerprintRow.kind.in_((HashKind.SHA256, HashKind.MD5)),
                FingerprintRow.digest.in_(digests),
                FingerprintRow.muted,
            )
        )
    )


def _line(values: Sequence[str]) -> str:
    """Nothing in them needs quotes, and nothing is a formula: digits, letters and a time."""
    return ",".join(values) + "\r\n"
