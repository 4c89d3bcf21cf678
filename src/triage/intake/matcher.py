"""The matcher: reads the journal by position, links what is alike, groups what is shared."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.cases.linking import Suggestion, suggest_links
from triage.intake.grouping import group
from triage.intake.likeness import Likeness, Near, PictureLikeness, Sought, TextLikeness
from triage.intake.lists.matching import KnownContent, next_chunks_end
from triage.intake.models import MatcherRow, SearchedItemRow
from triage.intake.raising import Finding, raise_cases
from triage.intake.removed import like_removed
from triage.intake.searched import Searched
from triage.journal.actor import SYSTEM
from triage.journal.queries import head
from triage.kit.clock import Clock
from triage.kit.rows import insert

EVENTS = 2_000
"""Of the journal that one transaction reads."""
SOUGHT = 200
"""Things that one transaction searches for: more than one event brings."""
CLOSEST = 1_000
"""Things that are asked for the cases they are in; the farther ones of a flood are not."""
MOST_LINKS = 100
"""That one thing suggests: of a flood, the closest cases."""


@dataclass(frozen=True, slots=True)
class Match:
    item: Sought
    other_id: UUID
    near: Near


class Matcher:
    """Any number of workers may run one: whoever locks the matcher's row works, the others pass.

    Position, links and what can be found from now on are written in one transaction, so a crash
    leaves all of it undone. What is searched later finds what was searched before: of two pictures
    that came at once, the second finds the first.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._forget()

    def _forget(self) -> None:
        self._searched = [Searched(PictureLikeness()), Searched(TextLikeness())]
        self._known = KnownContent()

    async def run_once(self) -> int:
        """Read on in the journal; how many events. After more than none there may be more."""
        try:
            async with self._sessions.begin() as session:
                return await self._read_on(session)
        except BaseException:
            # What a transaction that came to nothing has searched may be in it: it is made anew.
            self._forget()
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
        for searched in self._searched:
            await searched.follow(session, start)
        sought = [await _sought(session, s.likeness, start, end) for s in self._searched]
        end = min(await next_chunks_end(session, start, end), *(_stop(i, end) for i in sought))
        now, findings = self._clock(), list[Finding]()
        for searched, items in zip(self._searched, sought, strict=True):
            standing = await self._match(
                session, searched, [i for i in items if i.position < end], now
            )
            findings += await like_removed(session, standing)
            searched.position = end
        pictures = [item for item in sought[0] if item.position < end]
        findings += await self._known.findings(session, start, end, pictures, self._searched[0])
        await raise_cases(session, findings, now)
        await group(session, start, end, now)
        await session.execute(sa.update(MatcherRow).values(position=end))
        return end - start

    async def _match(
        self, session: AsyncSession, searched: Searched, items: Sequence[Sought], now: datetime
    ) -> Sequence[Suggestion]:
        if not items:
            return []
        likeness = searched.likeness
        matches = await asyncio.to_thread(_search, searched, items)
        found = {match.other_id for match in matches} | {match.item.item_id for match in matches}
        ids = sa.literal([*found], ARRAY(sa.Uuid))
        rows = await session.execute(likeness.homes(ids))
        homes = {item_id: (report_id, case_id) for item_id, report_id, case_id in rows}
        suggestions = _suggestions(likeness, matches, homes)
        standing = await suggest_links(session, suggestions, SYSTEM, now)
        written = [
            {"kind": likeness.kind, "item_id": item.item_id, "position": item.position}
            for item in items
        ]
        await insert(session, SearchedItemRow, written)
        return standing


async def _sought(session: AsyncSession, likeness: Likeness, start: int, end: int) -> list[Sought]:
    rows = await session.execute(likeness.sought(start, end).limit(SOUGHT + 1))
    return [Sought(position, item_id, (value, *forms)) for position, item_id, value, forms in rows]


def _stop(items: Sequence[Sought], end: int) -> int:
    """Where to stop so that each event is read as a whole."""
    return items[-1].position if len(items) > SOUGHT else end


def _search(searched: Searched, items: Sequence[Sought]) -> list[Match]:
    """In their order; each is found from the next one on."""
    matches = []
    for item in items:
        found = searched.search(item.forms, CLOSEST)
        matches += [Match(item, other_id, near) for other_id, near in found]
        searched.add(item.item_id, item.forms[0])
    return matches


def _suggestions(
    likeness: Likeness,
    matches: Sequence[Match],
    homes: dict[UUID, tuple[UUID, UUID]],
) -> list[Suggestion]:
    """A link for each other case; matches come nearest first."""
    linked: dict[UUID, dict[UUID, Suggestion]] = {}
    for match in matches:
        if not {match.item.item_id, match.other_id} <= homes.keys():
            continue  # muted
        report_id, case_id = homes[match.item.item_id]
        other_report_id, other_case_id = homes[match.other_id]
        others = linked.setdefault(match.item.item_id, {})
        if other_case_id == case_id or other_case_id in others:
            continue
        others[other_case_id] = Suggestion(
            case_id=case_id,
            other_id=other_case_id,
            kind=likeness.kind,
            model=likeness.model,
            report_id=report_id,
            other_report_id=other_report_id,
            distance=match.near.distance,
            similarity=match.near.similarity,
        )
    return [
        suggestion
        for others in linked.values()
        for suggestion in islice(others.values(), MOST_LINKS)
    ]
