"""What is on a list of known content: of the reports that come, and of those that came before."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.matched import known_signal
from triage.assessment.weights import weights
from triage.cases.known import EntryState, HashKind, HashListEntryRow, HashListRow
from triage.fingerprints.pictures import PictureIndex
from triage.intake.arrival import TRUSTED
from triage.intake.likeness import RECEIVED, SUPPLEMENTED, Sought, brought, is_brought
from triage.intake.lists.service import EXTENDED
from triage.intake.raising import Finding
from triage.intake.searched import Searched
from triage.journal.models import JournalEvent, JournalLeaf
from triage.reports.models import ReportMediaRow, ReportRow, ReportSupplementRow
from triage.reports.taxonomy import Harm

MOST_CHUNKS = 1
"""Of imports that one transaction reads: a thousand entries are searched for among millions."""
MOST_PICTURES = 10_000
"""That one entry of a list is found on, when it comes; and reports of one file."""

Hit = tuple[UUID, UUID, int]
"""A picture, an entry and the distance in bits."""

_of_list = sa.and_(
    HashListRow.id == HashListEntryRow.list_id,
    HashListRow.active,
    HashListEntryRow.state == EntryState.ACTIVE,
)

# A fingerprint leads to the case that has the file, and there may be reports of it in others.
# Of a flood those that prove something come first: many claims must not hide them.
BEFORE = sa.text(
    """
    SELECT near.report_id, list.id AS list_id, list.harm, near.is_proven
    FROM hash_list_entry AS entry
    JOIN hash_list AS list ON list.id = entry.list_id AND list.active
    CROSS JOIN LATERAL (
        SELECT same.report_id, bool_or(
            report.channel_kind = ANY(:trusted)
            AND (same.supplement_id IS NULL OR supplement.submitted_by IS NOT NULL)
        ) AS is_proven
        FROM (
            SELECT media.report_id, media.supplement_id
            FROM fingerprint
            JOIN report_case AS home ON home.case_id = fingerprint.case_id
            JOIN report_media AS media ON media.report_id = home.report_id
            WHERE fingerprint.kind = entry.kind AND fingerprint.digest = entry.value
              AND entry.value IN (media.sha256_digest, media.md5_digest)
            UNION
            SELECT trait.report_id, trait.supplement_id
            FROM report_trait AS trait
            WHERE trait.kind = 'file' AND trait.digest = entry.value
        ) AS same
        JOIN report ON report.id = same.report_id
        LEFT JOIN report_supplement AS supplement ON supplement.id = same.supplement_id
        GROUP BY same.report_id
        ORDER BY is_proven DESC, same.report_id
        LIMIT :most
    ) AS near
    WHERE entry.id = ANY(:entries) AND entry.kind <> 'pdq' AND entry.state = 'active'
    """
).bindparams(
    sa.bindparam("entries", type_=ARRAY(sa.Uuid)), sa.bindparam("trusted", type_=ARRAY(sa.Text))
)


class KnownContent:
    """All PDQ hashes that are or were on a list; which are now, the database is asked on a hit."""

    def __init__(self) -> None:
        self._index = PictureIndex()
        self._numbers: dict[UUID, int] = {}
        self._ids: list[UUID] = []
        self._position: int | None = None

    async def findings(
        self,
        session: AsyncSession,
        start: int,
        end: int,
        pictures: Sequence[Sought],
        searched: Searched,
    ) -> list[Finding]:
        """Of the events from `start` to `end`, whose `pictures` are among the `searched` ones."""
        new = await self._follow(session, start, end)
        hits = await asyncio.to_thread(self._search, pictures, searched, new)
        return [
            *await _of_pictures(session, hits),
            *await _of_files(session, start, end),
            *await _of_files_before(session, list(new)),
        ]

    async def _follow(self, session: AsyncSession, start: int, end: int) -> Mapping[UUID, bytes]:
        """What imports have brought in these events: all kinds, with the value of PDQ hashes."""
        if self._position is None:
            is_pdq = HashListEntryRow.kind == HashKind.PDQ
            columns = HashListEntryRow.id, HashListEntryRow.value
            rows = await session.execute(sa.select(*columns).where(is_pdq))
            self._take({row.id: row.value for row in rows})
        elif self._position < start:
            # Another process has read these events.
            self._take(await _changed(session, self._position, start))
        new = await _changed(session, start, end)
        self._take(new)
        self._position = end
        return new

    def _take(self, entries: Mapping[UUID, bytes]) -> None:
        """Of what is in `entries` the PDQ hashes."""
        fresh = [i for i, pdq in entries.items() if pdq and i not in self._numbers]
        self._index.add(b"".join(entries[entry_id] for entry_id in fresh))
        for entry_id in fresh:
            self._numbers[entry_id] = len(self._ids)
            self._ids.append(entry_id)

    def _search(
        self, pictures: Sequence[Sought], searched: Searched, new: Mapping[UUID, bytes]
    ) -> list[Hit]:
        hits = [
            (picture.item_id, self._ids[near.number], near.distance)
            for picture in pictures
            for near in self._index.search(picture.forms, MOST_PICTURES)
        ]
        for entry_id, pdq in new.items():
            if pdq:
                found = searched.search([pdq], MOST_PICTURES)
                hits += [(media_id, entry_id, near.distance or 0) for media_id, near in found]
        return hits


async def next_chunks_end(session: AsyncSession, start: int, end: int) -> int:
    """Where to stop, so that one transaction does not read too much of imports."""
    statement = _extended(JournalLeaf.position, start, end).offset(MOST_CHUNKS).limit(1)
    stop: int | None = await session.scalar(statement)
    return end if stop is None else stop


async def _changed(session: AsyncSession, start: int, end: int) -> Mapping[UUID, bytes]:
    new: dict[UUID, bytes] = {}
    for import_id, chunk in await _extensions(session, start, end):
        rows = await session.execute(
            sa.select(HashListEntryRow.id, HashListEntryRow.kind, HashListEntryRow.value).where(
                HashListEntryRow.import_id == import_id, HashListEntryRow.chunk == chunk
            )
        )
        new |= {row.id: row.value if row.kind == HashKind.PDQ else b"" for row in rows}
    return new


async def _extensions(session: AsyncSession, start: int, end: int) -> list[tuple[UUID, int]]:
    rows = await session.scalars(_extended(JournalEvent.body, start, end))
    return [(UUID(body["import"]), body["chunk"]) for body in rows]


def _extended(column: sa.SQLColumnExpression[Any], start: int, end: int) -> sa.Select[Any]:
    return brought(start, end, (EXTENDED,)).with_only_columns(column).order_by(JournalLeaf.position)


async def _of_pictures(session: AsyncSession, hits: Collection[Hit]) -> list[Finding]:
    if not hits:
        return []
    media = sa.literal(sorted({media_id for media_id, _, _ in hits}), ARRAY(sa.Uuid))
    entries = sa.literal(sorted({entry_id for _, entry_id, _ in hits}), ARRAY(sa.Uuid))
    brought_by = await session.execute(
        sa.select(ReportMediaRow.id, ReportMediaRow.report_id).where(
            ReportMediaRow.id == sa.any_(media)
        )
    )
    reports = {row.id: row.report_id for row in brought_by}
    rows = await session.execute(
        sa.select(HashListEntryRow.id, HashListRow.id, HashListRow.harm)
        .join(HashListRow, _of_list)
        .where(HashListEntryRow.id == sa.any_(entries))
    )
    lists = {entry_id: (list_id, Harm(harm)) for entry_id, list_id, harm in rows}
    return [
        Finding(
            reports[media_id],
            known_signal(lists[entry_id][1], weights()),
            lists[entry_id][0],
            distance,
        )
        for media_id, entry_id, distance in hits
        if entry_id in lists
    ]


async def _of_files(session: AsyncSession, start: int, end: int) -> list[Finding]:
    """The same file, by the digests that reports have brought."""
    statements = [
        brought(start, end, (RECEIVED, SUPPLEMENTED))
        .with_only_columns(
            ReportMediaRow.report_id,
            HashListRow.id,
            HashListRow.harm,
            _is_proven(),
        )
        .join(ReportMediaRow, is_brought())
        .join(ReportRow, ReportRow.id == ReportMediaRow.report_id)
        .outerjoin(ReportSupplementRow, ReportSupplementRow.id == ReportMediaRow.supplement_id)
        .join(
            HashListEntryRow,
            sa.and_(HashListEntryRow.kind == kind, HashListEntryRow.value == digest),
        )
        .join(HashListRow, _of_list)
        for kind, digest in (
            (HashKind.SHA256, ReportMediaRow.sha256_digest),
            (HashKind.MD5, ReportMediaRow.md5_digest),
        )
    ]
    return _same_files(await session.execute(sa.union_all(*statements)))


async def _of_files_before(session: AsyncSession, entries: Sequence[UUID]) -> list[Finding]:
    """Files that came before they were on a list, by each report that brought them."""
    if not entries:
        return []
    asked = {"entries": entries, "trusted": sorted(TRUSTED), "most": MOST_PICTURES}
    return _same_files(await session.execute(BEFORE, asked))


def _is_proven() -> sa.ColumnElement[bool]:
    """Not added by whoever holds a receipt, through whatever channel its report came."""
    return sa.and_(
        ReportRow.channel_kind.in_(sorted(TRUSTED)),
        sa.or_(
            ReportMediaRow.supplement_id.is_(None), ReportSupplementRow.submitted_by.is_not(None)
        ),
    )


def _same_files(rows: Iterable[Any]) -> list[Finding]:
    """A digest that an unproven channel only claims raises nothing."""
    return [
        Finding(
            report_id,
            known_signal(Harm(harm), weights(), claimed=not is_proven),
            list_id,
            distance=0,
        )
        for report_id, list_id, harm, is_proven in rows
    ]
