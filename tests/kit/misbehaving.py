"""Functions over bytes that a confined child has to bear."""

import os
import socket
import time
from pathlib import Path

from triage.kit.errors import FieldError, Invalid


def prepare() -> None:
    """Nothing to load."""


def reverse(content: bytes) -> list[int]:
    return [*reversed(content)]


def refuse(_: bytes) -> None:
    raise Invalid(errors=[FieldError("/url", "not a link")])


def fail(content: bytes) -> None:
    raise ValueError(content)


def spin(_: bytes) -> None:
    while True:
        pass


def compute(content: bytes) -> float:
    """For so many seconds of processor time."""
    end = time.process_time() + float(content)
    while time.process_time() < end:
        pass
    return float(content)


def fill(content: bytes) -> int:
    return len(content * int(content))


def end(content: bytes) -> None:
    os.kill(os.getpid(), int(content))


def write(content: bytes) -> None:
    Path(content.decode()).write_text("written")


def connect(_: bytes) -> None:
    socket.create_connection(("127.0.0.1", 9))


def see(_: bytes) -> dict[str, str]:
    return dict(os.environ)


FUNCTIONS = (reverse, refuse, fail, spin, compute, fill, end, write, connect, see)
