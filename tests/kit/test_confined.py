"""A child process computes for strangers, within limits, and its end is no end of ours."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kit.misbehaving import (
    FUNCTIONS,
    compute,
    connect,
    end,
    fail,
    fill,
    prepare,
    refuse,
    reverse,
    see,
    spin,
    write,
)

from triage.kit.confined import (
    CHILDREN,
    MEMORY,
    WAITING,
    Busy,
    Confined,
    ConfinedError,
    Interrupted,
)
from triage.kit.errors import Conflict, FieldError, Invalid


@pytest.fixture
async def confined() -> AsyncIterator[Confined]:
    confined = Confined(FUNCTIONS, prepare=prepare, seconds=0.2)
    yield confined
    await confined.close()


async def test_a_function_answers_as_it_would_here(confined: Confined) -> None:
    assert await confined.run(reverse, b"\1\2\3") == [3, 2, 1]
    with pytest.raises(Invalid) as refused:
        await confined.run(refuse, b"")
    assert refused.value.errors == (FieldError("/url", "not a link"),)


async def test_a_fault_tells_where_but_not_with_what(confined: Confined) -> None:
    with pytest.raises(ConfinedError, match=r"(?s)ValueError.*misbehaving\.py.*in fail") as fault:
        await confined.run(fail, b"secret words")
    assert "secret words" not in str(fault.value)


async def test_who_computes_too_long_is_refused_and_others_go_on(confined: Confined) -> None:
    spinning = asyncio.ensure_future(confined.run(spin, b""))
    assert await confined.run(reverse, b"\1\2") == [2, 1]
    with pytest.raises(Invalid) as refused:
        await spinning
    assert refused.value.errors == (FieldError("", "takes too long to read"),)
    assert await confined.run(reverse, b"\1\2") == [2, 1]


async def test_the_time_of_one_call_is_not_counted_for_the_next(confined: Confined) -> None:
    for _ in range(20):
        assert await confined.run(compute, b"0.02") == 0.02


async def test_who_takes_too_much_memory_is_refused(confined: Confined) -> None:
    with pytest.raises(Invalid) as refused:
        await confined.run(fill, str(MEMORY).encode())
    assert refused.value.errors == (FieldError("", "takes too much memory to read"),)
    assert await confined.run(reverse, b"\1\2") == [2, 1]


@pytest.mark.parametrize("function", [write, connect], ids=["file", "socket"])
async def test_nothing_can_be_opened(confined: Confined, tmp_path: Path, function: object) -> None:
    with pytest.raises(ConfinedError, match="OSError"):
        await confined.run(function, str(tmp_path / "file").encode())  # type: ignore[arg-type]


async def test_no_secret_of_ours_is_there(
    confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_KEYS", "secret")
    assert "secret" not in (await confined.run(see, b"")).values()


@pytest.mark.parametrize("end_by", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"])
async def test_a_document_that_breaks_a_library_is_refused(confined: Confined, end_by: str) -> None:
    with pytest.raises(Invalid) as refused:
        await confined.run(end, str(int(signal.Signals[end_by])).encode())
    assert refused.value.errors == (FieldError("", "cannot be read"),)
    assert await confined.run(reverse, b"\1\2") == [2, 1]


async def test_a_refusal_is_told_as_the_caller_names_it() -> None:
    confined = Confined(FUNCTIONS, prepare=prepare, seconds=0.1, memory=1 << 24, refusal=Conflict)
    for function, content, detail in (
        (refuse, b"", "not a link"),
        (spin, b"", "takes too long to read"),
        (fill, str(1 << 24).encode(), "takes too much memory to read"),
    ):
        with pytest.raises(Conflict) as refused:
            await confined.run(function, content)  # type: ignore[arg-type]
        assert refused.value.errors[0].detail == detail
    await confined.close()


async def test_a_child_that_somebody_ends_is_no_fault_of_the_document(confined: Confined) -> None:
    with pytest.raises(Interrupted):
        await confined.run(end, str(int(signal.SIGKILL)).encode())
    assert await confined.run(reverse, b"\1\2") == [2, 1]


async def test_a_caller_that_goes_away_leaves_no_answer_to_the_next(confined: Confined) -> None:
    await confined.run(reverse, b"")  # a child is there
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await confined.run(spin, b"")
    assert await confined.run(reverse, b"\1\2") == [2, 1]


async def test_no_more_wait_than_there_is_room_for(confined: Confined) -> None:
    calls = [confined.run(reverse, os.urandom(8)) for _ in range(CHILDREN + WAITING + 1)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(answer, Busy) for answer in answers].count(True) == 1
    assert isinstance(answers[-1], Busy)
