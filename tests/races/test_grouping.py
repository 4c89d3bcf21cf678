"""Campaigns are made once: by matchers that run together, and by one that ends in the middle."""

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from races.service import Service, a_report
from sqlalchemy.orm import Session

from triage.access.principal import Role
from triage.intake.matcher import Matcher
from triage.journal.service import JournaledSession

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class EndedInTheMiddle(Exception):
    """What a process does not survive."""


async def shared_room_and_phone(service: Service) -> None:
    """Three cases with one room and one phone in common."""
    bot = await service.one(Role.INTAKE, "bot")
    lines = [
        a_report(
            locations=[{"url": f"https://t.me/example_room/{post}"}],
            victim={"phones": ["010-2345-6789"]},
        )
        for post in (1, 2, 3)
    ]
    await bot.post("/v1/reports/batch", json=lines)
    await service.number()


async def made(service: Service) -> tuple[int, int, int]:
    """Campaigns, links, and events that tell of campaigns."""
    events = await service.rows("SELECT id FROM journal_event WHERE kind = 'campaign.formed'")
    return await service.count("campaign"), await service.count("case_link"), len(events)


async def test_many_matchers_make_each_campaign_and_link_once(service: Service) -> None:
    await shared_room_and_phone(service)

    await asyncio.gather(*(Matcher(service.sessions, lambda: NOW).run_once() for _ in range(8)))

    assert await made(service) == (2, 3, 2)


async def test_a_matcher_that_ends_in_the_middle_leaves_nothing_and_the_next_makes_all(
    service: Service,
) -> None:
    await shared_room_and_phone(service)

    def end(_: Session) -> None:
        raise EndedInTheMiddle

    sa.event.listen(JournaledSession, "before_commit", end)
    try:
        with pytest.raises(EndedInTheMiddle):
            await Matcher(service.sessions, lambda: NOW).run_once()
    finally:
        sa.event.remove(JournaledSession, "before_commit", end)
    assert await made(service) == (0, 0, 0)

    while await Matcher(service.sessions, lambda: NOW).run_once():
        pass
    assert await made(service) == (2, 3, 2)
