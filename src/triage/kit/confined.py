"""Pure functions over bytes of strangers, run in child processes that have hard limits.

A child may use only so much processor time and memory for each call, a second and 200 MiB if not
told otherwise, and can open no file and no socket. One that goes beyond is ended, and what was in
its hands is refused.
"""

import asyncio
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, get_type_hints

import msgspec
import structlog

from triage.kit.errors import FieldError, Invalid, Problem, Unavailable

T = TypeVar("T")

log = structlog.get_logger()

SECONDS = 1.0
"""Of processor time for one call."""
MEMORY = 200 * 1024 * 1024
"""Bytes that a child may have more than when it started."""
CHILDREN = 2
WAITING = 16
"""Calls that may wait for a child: each holds a document in memory."""
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}  # numpy's: threads would each reserve memory
PATIENCE = 30.0
"""Seconds until a child that does not answer is ended, however little it computes."""

HEADER = struct.Struct(">IB")  # of a call: length of the content, number of the function
LENGTH = struct.Struct(">I")  # of an answer


class Refusal(msgspec.Struct, frozen=True, tag="refused"):
    """The function raised Invalid."""

    errors: list[FieldError]


class Fault(msgspec.Struct, frozen=True, tag="fault"):
    """The function raised something else; `trace` has places in the code, and no value."""

    error: str
    trace: str


class Result(msgspec.Struct, frozen=True, tag="result"):
    value: msgspec.Raw


Answer: TypeAlias = Result | Refusal | Fault


class Busy(Unavailable):
    title = "Too many documents are waiting to be read"


class Interrupted(Unavailable):
    """The child ended, and not by a limit."""

    title = "The document was not read to its end"


class ConfinedError(Exception):
    """A confined function failed: our fault, not the document's."""


class Confined:
    """Runs `functions`, each a module's own, in children that are started when first needed.

    `prepare` reads the files that they need, before the child can open no more. At most `CHILDREN`
    calls run at a time; a call beyond `WAITING` more raises Busy. `refusal` is what is raised where
    a function raises Invalid or passes a limit.
    """

    def __init__(
        self,
        functions: Sequence[Callable[[bytes], Any]],
        *,
        prepare: Callable[[], None],
        seconds: float = SECONDS,
        memory: int = MEMORY,
        refusal: type[Problem] = Invalid,
    ) -> None:
        self._names = [_name(function) for function in functions]
        self._prepare = _name(prepare)
        self._numbers = {function: number for number, function in enumerate(functions)}
        self._decoders = [
            msgspec.msgpack.Decoder(get_type_hints(function)["return"]) for function in functions
        ]
        self._seconds, self._memory = seconds, memory
        self._refusal = refusal
        self._idle: list[Process] = []
        self._places = asyncio.Semaphore(CHILDREN)
        self._open = 0

    async def run(self, function: Callable[[bytes], T], content: bytes) -> T:
        """What the function returns; raises the refusal where it is Invalid or passes a limit.

        Raises Busy, Interrupted and, for any other error of the function, ConfinedError.
        """
        if self._open >= CHILDREN + WAITING:
            raise Busy
        number = self._numbers[function]
        self._open += 1
        try:
            async with self._places:
                answer = await self._ask(number, content)
        finally:
            self._open -= 1
        match answer:
            case Result(value):
                return self._decoders[number].decode(value)  # type: ignore[no-any-return]
            case Refusal(errors):
                raise self._refusal(errors=errors)
            case Fault(error, trace):
                raise ConfinedError(f"{self._names[number]}: {error}\n{trace}")

    async def close(self) -> None:
        """End the children, which have nothing to do any more."""
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(self, number: int, content: bytes) -> Answer:
        idle = [child for child in self._idle if child.returncode is None]
        child = idle.pop() if idle else await self._start()
        self._idle = idle
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await _exchanged(child, number, content)
        except TimeoutError:
            await _end(child)
            log.warning("confined.silent", function=self._names[number])
            raise Interrupted from None
        except BaseException:  # a caller that went away leaves an answer in the pipe
            await _end(child)
            raise
        if answer is None:
            log.warning("confined.ended", function=self._names[number], code=child.returncode)
            if refusal := _BEYOND.get(child.returncode):
                return refusal
            raise Interrupted
        self._idle.append(child)
        return _ANSWER.decode(answer)

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "triage.kit.confined_child"),
            *(str(self._seconds), str(self._memory), self._prepare, *self._names),
            stdin=PIPE,
            stdout=PIPE,
            env=ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(sys.path)},  # and none of our secrets
        )


_ANSWER: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_UNREADABLE = Refusal([FieldError("", "cannot be read")])
_BEYOND: dict[int | None, Refusal] = {
    -signal.SIGPROF: Refusal([FieldError("", "takes too long to read")]),
    # Libraries that are refused memory, or that break.
    -signal.SIGSEGV: _UNREADABLE,
    -signal.SIGABRT: _UNREADABLE,
    -signal.SIGBUS: _UNREADABLE,
    -signal.SIGFPE: _UNREADABLE,
    -signal.SIGILL: _UNREADABLE,
}


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


async def _exchanged(child: Process, number: int, content: bytes) -> bytes | None:
    """The answer, or None when the child has ended instead."""
    assert child.stdin and child.stdout  # noqa: PT018, S101 - both were asked for
    try:
        child.stdin.write(HEADER.pack(len(content), number))
        child.stdin.write(content)
        await child.stdin.drain()
        [length] = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
        return await child.stdout.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        # Not killed, whatever it is doing: that would take its own reason from us.
        await child.wait()
        return None


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()
