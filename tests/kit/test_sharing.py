"""A server that several use starts with the first and ends with the last, however they end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from kit.servers import BINARIES, GIVEN, ask, pid_of

from triage.kit import embedded
from triage.kit.sharing import one_at_a_time, shared

pytestmark = pytest.mark.long

PATIENCE = 60  # seconds that a user may take to leave

# Uses the server until its standard input ends.
USER = """if True:
    import sys
    from pathlib import Path
    from triage.kit.sharing import shared
    binaries = Path(sys.argv[2]) if sys.argv[2] else None
    with shared(Path(sys.argv[1]), binaries=binaries, durable=False):
        print("is there", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder that is not there yet; a server that a failed test left in it is stopped."""
    yield tmp_path / "data"
    server = embedded.running(tmp_path / "data")
    if server:
        embedded.stop(server)


@pytest.mark.parametrize("first_to_leave", [0, 1])
def test_it_ends_with_the_last_whoever_started_it(data: Path, first_to_leave: int) -> None:
    with user(data) as starter, user(data) as other:
        leaver, last = [(starter, other), (other, starter)][first_to_leave]
        first = pid_of(data)

        leave(leaver)
        still = pid_of(data)
        leave(last)

    assert still == first
    assert embedded.running(data) is None


def test_users_who_come_and_leave_at_once_have_one_server(data: Path) -> None:
    with ExitStack() as stack:
        begun = [stack.enter_context(process(data)) for _ in range(4)]
        for one in begun:
            await_presence(one)
        server = embedded.running(data)
        assert server
        assert ask(server, "SELECT 1") == 1
        for one in begun:
            assert one.stdin
            one.stdin.close()
        codes = [one.wait(PATIENCE) for one in begun]

    assert codes == [0] * 4
    assert embedded.running(data) is None


def test_whoever_comes_while_another_leaves_finds_a_server_that_stays(data: Path) -> None:
    def come_and_go(_: int) -> Any:
        with shared(data, binaries=BINARIES, durable=False) as server:
            return ask(server, "SELECT 1")

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(come_and_go, range(12)))

    assert answers == [1] * 12
    assert embedded.running(data) is None


def test_a_killed_user_has_left(data: Path) -> None:
    with user(data) as killed, user(data) as other:
        killed.kill()
        killed.wait(PATIENCE)
        still = embedded.running(data)
        leave(other)

    assert still
    assert embedded.running(data) is None


def test_when_all_were_killed_the_next_takes_over_and_stops_it(data: Path) -> None:
    with user(data) as one, user(data) as other:
        first = pid_of(data)
        for killed in (one, other):
            killed.kill()
            killed.wait(PATIENCE)
    left = pid_of(data)

    with shared(data, binaries=BINARIES, durable=False) as server:
        answer, taken_over = ask(server, "SELECT 1"), pid_of(data)

    assert (left, taken_over, answer) == (first, first, 1)
    assert embedded.running(data) is None


def test_a_user_of_a_server_that_died_stays_a_user_of_the_next(data: Path) -> None:
    with user(data) as first:
        server = embedded.running(data)
        assert server
        embedded.stop(server)
        with shared(data, binaries=BINARIES, durable=False) as again:
            answer = ask(again, "SELECT 1")
        still = embedded.running(data)
        leave(first)

    assert answer == 1
    assert still == again
    assert embedded.running(data) is None


def test_a_start_that_fails_leaves_no_user_behind(data: Path) -> None:
    with pytest.raises(embedded.BinariesMissing), shared(data, binaries=data):
        pass

    with user(data) as only:
        leave(only)
    assert embedded.running(data) is None


def test_what_is_done_one_at_a_time_never_overlaps(tmp_path: Path) -> None:
    inside: list[int] = []
    seen: list[list[int]] = []

    def enter(number: int) -> None:
        with one_at_a_time(tmp_path):
            inside.append(number)
            seen.append(inside.copy())
            os.sched_yield()
            inside.remove(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(enter, range(40)))

    assert sorted(seen) == [[number] for number in range(40)]


@contextmanager
def user(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that uses the server; it is gone at the end, however that comes."""
    with process(data) as begun:
        await_presence(begun)
        yield begun


@contextmanager
def process(data: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(data), GIVEN or ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as begun:
        try:
            yield begun
        finally:
            begun.kill()


def await_presence(begun: "subprocess.Popen[str]") -> None:
    assert begun.stdout
    assert any(line == "is there\n" for line in begun.stdout)


def leave(user: "subprocess.Popen[str]") -> None:
    assert user.stdin
    user.stdin.close()
    assert user.wait(PATIENCE) == 0
