"""The matcher: reads the journal by position, and suggests links for pictures that look alike."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.cases.links import LinkKind
from triage.cases.models import ReportCaseRow
from triage.fingerprints.pictures import QUALITY
from triage.intake.linking import Suggestion, suggest_links
from triage.intake.models import MatcherRow, SearchedPictureRow
from triage.intake.searched import SearchedPictures
from triage.journal.actor import SYSTEM
from triage.journal.models import JournalEvent, JournalLeaf
from triage.journal.queries import head
from triage.kit.clock import Clock
from triage.kit.rows import insert
from triage.reports.models import ReportMediaRow

MODEL = "pdq-1"
EVENTS = 2_000
"""Of the journal that one transaction reads."""
PICTURES = 200
"""That one transaction searches for: more than one event brings."""
CLOSEST = 1_000
"""Pictures that are asked for the cases they are in; the farther ones of a flood are not."""
MOST_LINKS = 100
"""That one picture suggests: of a flood, the closest cases."""

BRINGS_MEDIA = ("report.received", "report.supplemented")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to search for, and the position of the event that brought it."""

    position: int
    media_id: UUID
    report_id: UUID
    pdq: bytes
    forms: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Match:
    """What a picture looks like, and how many of 256 bits differ."""

    picture: Picture
    media_id: UUID
    distance: int


class Matcher:
    """Any number of workers may run one: whoever locks the matcher's row works, the others pass.

    Position, links and what can be found from now on are written in one transaction, so a crash
    leaves all of it undone. What is searched later finds what was searched before: of two pictures
    that came at once, the second finds the first.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._searched = SearchedPictures()

    async def run_once(self) -> int:
        """Read on in the journal; how many events. After more than none there may be more."""
        try:
            async with self._sessions.begin() as session:
                return await self._read_on(session)
        except BaseException:
            # Pictures of a transaction that came to nothing may be in the copy: it is made anew.
            self._searched = SearchedPictures()
            raise

    async def _read_on(self, session: AsyncSession) -> int:
        start: int | None = await session.scalar(
            sa.select(MatcherRow.position).with_for_update(key_share=True, skip_locked=True)
        )
        if start is None:
            return 0
        size: int = (await head(session)).size
        end = min(size, start + EVENTS)
        if end <= start:
            return 0
        await self._searched.follow(session, start)
        pictures = await _pictures(session, start, end)
        if len(pictures) > PICTURES:
            end = pictures[-1].position
            pictures = [picture for picture in pictures if picture.position < end]
        matches = await asyncio.to_thread(self._search, pictures)
        await self._suggest(session, matches)
        rows = [{"media_id": p.media_id, "position": p.position} for p in pictures]
        await insert(session, SearchedPictureRow, rows)
        await session.execute(sa.update(MatcherRow).values(position=end))
        self._searched.position = end
        return end - start

    def _search(self, pictures: Sequence[Picture]) -> list[Match]:
        """In their order; each is found from the next one on."""
        matches = []
        for picture in pictures:
            found = self._searched.alike((picture.pdq, *picture.forms), CLOSEST)
            matches += [Match(picture, media_id, alike.distance) for media_id, alike in found]
            self._searched.add(picture.media_id.bytes, picture.pdq)
        return matches

    async def _suggest(self, session: AsyncSession, matches: Sequence[Match]) -> None:
        found = {match.media_id for match in matches} | {m.picture.media_id for m in matches}
        homes = await _homes(session, found)
        linked: dict[UUID, set[UUID]] = {}
        suggestions = []
        for match in matches:  # of one picture the closest first
            report_id, case_id = homes[match.picture.media_id]
            other_report_id, other_id = homes[match.media_id]
            others = linked.setdefault(match.picture.media_id, set())
            if other_id == case_id or (other_id not in others and len(others) == MOST_LINKS):
                continue
            others.add(other_id)
            suggestions.append(
                Suggestion(
                    case_id=case_id,
                    other_id=other_id,
                    kind=LinkKind.PDQ,
                    model=MODEL,
                    report_id=report_id,
                    other_report_id=other_report_id,
                    distance=match.distance,
                )
            )
        await suggest_links(session, suggestions, SYSTEM, self._clock())


async def _pictures(session: AsyncSession, start: int, end: int) -> list[Picture]:
    """What the events from `start` to before `end` have brought, in their order; one too many."""
    rows = await session.execute(
        sa.select(
            JournalLeaf.position,
            ReportMediaRow.id,
            ReportMediaRow.report_id,
            ReportMediaRow.pdq,
            ReportMediaRow.pdq_forms,
        )
        .join(JournalEvent, JournalEvent.id == JournalLeaf.event_id)
        .join(
            ReportMediaRow,
            sa.and_(
                ReportMediaRow.report_id == _as_uuid(JournalEvent.subjects[1][1]),
                ReportMediaRow.supplement_id.is_not_distinct_from(
                    _as_uuid(JournalEvent.body["supplement"])
                ),
            ),
        )
        .where(
            JournalLeaf.position >= start,
            JournalLeaf.position < end,
            JournalEvent.kind.in_(BRINGS_MEDIA),
            ReportMediaRow.pdq.is_not(None),
            sa.func.coalesce(ReportMediaRow.pdq_quality, QUALITY) >= QUALITY,
        )
        .order_by(JournalLeaf.position, ReportMediaRow.id)
        .limit(PICTURES + 1)
    )
    return [Picture(row.position, row.id, row.report_id, row.pdq, row.pdq_forms) for row in rows]


def _as_uuid(value: sa.ColumnElement[Any]) -> sa.ColumnElement[UUID]:
    return sa.cast(value.astext, sa.Uuid)


async def _homes(
    session: AsyncSession, media_ids: Collection[UUID]
) -> dict[UUID, tuple[UUID, UUID]]:
    """Of each picture the report, and the case that it has attached to."""
    ids = sa.literal([*media_ids], ARRAY(sa.Uuid))
    rows = await session.execute(
        sa.select(ReportMediaRow.id, ReportMediaRow.report_id, ReportCaseRow.case_id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportMediaRow.report_id)
        .where(ReportMediaRow.id == sa.any_(ids))
    )
    return {row.id: (row.report_id, row.case_id) for row in rows}
