"""Who waits to be written: channels take turns, and none fills the whole room."""

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from triage.intake import lanes
from triage.intake.lanes import Lanes, Waiting
from triage.kit.ids import uuid7

ONE, OTHER = uuid7(), uuid7()


@dataclass(frozen=True)
class Item:
    """As much of a prepared report as the lanes look at."""

    name: str
    submission: Any
    size: int


def waiting(name: str, channel: UUID, size: int = 1) -> Waiting:
    submission = SimpleNamespace(channel=SimpleNamespace(id=channel))
    return cast("Waiting", (Item(name, submission, size), asyncio.Future))


def names(batch: list[Waiting]) -> list[str]:
    return [cast("Item", item).name for item, _ in batch]


def test_channels_take_turns() -> None:
    room = Lanes()
    for name in ("a1", "a2", "a3"):
        room.add(waiting(name, ONE))
    room.add(waiting("b1", OTHER))

    assert names(room.take(3, 100)) == ["a1", "b1", "a2"]
    assert names(room.take(3, 100)) == ["a3"]
    assert len(room) == 0


def test_a_batch_ends_at_its_bytes_but_takes_one_however_large() -> None:
    room = Lanes()
    for name, size in (("a1", 90), ("a2", 200), ("a3", 1)):
        room.add(waiting(name, ONE, size))

    assert names(room.take(10, 100)) == ["a1"]
    assert names(room.take(10, 100)) == ["a2"]
    assert names(room.take(10, 100)) == ["a3"]


def test_however_many_channels_flood_there_is_room_for_one_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes, "WAITING", 64)
    room, taken = Lanes(), []
    for flooding in (uuid7() for _ in range(10)):
        before = len(room)
        while room.has_room(flooding):
            room.add(waiting("report", flooding))
        taken.append(len(room) - before)

    assert taken == [32, 16, 8, 4, 2, 1, 1, 0, 0, 0]


def test_bytes_are_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WAITING_BYTES", 100)
    room = Lanes()
    room.add(waiting("large", ONE, 80))

    assert not room.has_room(ONE)
    assert room.has_room(OTHER)
    room.take(1, 100)
    assert room.has_room(ONE)
