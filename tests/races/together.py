"""Many requests at once, and waiting for what another process does."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import anyio

T = TypeVar("T")

PATIENCE = 20  # seconds
PAUSE = 0.02


async def together(acts: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Start all, wait for all; results in the order of the acts."""
    waiting = list(acts)
    results: dict[int, T] = {}

    async def one(place: int, act: Callable[[], Awaitable[T]]) -> None:
        results[place] = await act()

    async with anyio.create_task_group() as group:
        for place, act in enumerate(waiting):
            group.start_soon(one, place, act)
    return [results[place] for place in range(len(waiting))]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again; TimeoutError when it never comes true."""
    with anyio.fail_after(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - another process tells no event
            await anyio.sleep(PAUSE)
