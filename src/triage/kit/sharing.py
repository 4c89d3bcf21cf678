"""A server that several processes use: it runs as long as one of them does."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from triage.kit.embedded import Server, running, start, stop
from triage.kit.places import require_usable


@contextmanager
def shared(data: Path, *, binaries: Path | None = None, durable: bool = True) -> Iterator[Server]:
    """The server of `data`: started by whoever is first, stopped by whoever leaves last.

    Being there is a lock, which goes with the process. Where the last one was killed the server
    stays; the next one takes it over and, if nobody else came, stops it.
    """
    data = data.resolve()
    require_usable(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last one of before stops the server
        try:
            yield start(data, binaries=binaries, durable=durable)
        finally:
            if _is_last(users):
                stop(running(data) or Server(data, data / "socket"))


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Among the users of a server: for what two must not do at once, like migrating."""
    with (data / "setup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    """Gives up the place: of several who leave at once exactly one is the last.

    The change from shared to exclusive first lets go and then looks, so whoever looks last finds
    nobody. True keeps newcomers waiting until the file is closed.
    """
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
