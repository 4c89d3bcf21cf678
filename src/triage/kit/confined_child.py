"""The child's side of `confined`: reads calls from its input until that ends, answers each.

Arguments: seconds of processor time a call, bytes of memory, and functions as `module:name`, of
which the first is called once, before the limits hold.
"""

import codecs
import encodings
import importlib
import os
import pkgutil
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from triage.kit.confined import HEADER, LENGTH, Fault, Refusal, Result
from triage.kit.errors import FieldError, Invalid

TOO_MUCH_MEMORY = Refusal([FieldError("", "takes too much memory to read")])


def main(seconds: float, memory: int, prepare: str, names: Sequence[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children
    functions = [_found(name) for name in names]
    _found(prepare)()
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    _confine(memory)
    while header := calls.read(HEADER.size):
        length, number = HEADER.unpack(header)
        content = calls.read(length)
        signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal ends the process
        answer = _answer(functions[number], content)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(answers, answer)


def _found(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _confine(memory: int) -> None:
    """From here on nothing can be opened: what a call needs has to be imported before."""
    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            codecs.lookup(module.name)
        except LookupError:  # of another operating system, or no encoding
            continue
    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    size = int(pages) * os.sysconf("SC_PAGE_SIZE")
    for limit, value in (
        (resource.RLIMIT_AS, size + memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _answer(function: Callable[[bytes], Any], content: bytes) -> bytes:
    try:
        value = msgspec.msgpack.encode(function(content))
        return msgspec.msgpack.encode(Result(msgspec.Raw(value)))
    except Invalid as refused:
        return msgspec.msgpack.encode(Refusal([*refused.errors]))
    except MemoryError:
        return msgspec.msgpack.encode(TOO_MUCH_MEMORY)
    except Exception as error:  # noqa: BLE001 - the parent raises it again, without its values
        trace = "".join(traceback.format_tb(error.__traceback__))
        return msgspec.msgpack.encode(Fault(type(error).__name__, trace))


def _send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(LENGTH.pack(len(answer)) + answer)
    answers.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
