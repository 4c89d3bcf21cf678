"""Client-made identifiers: UUIDv7 (RFC 9562) and short codes that people can read aloud."""

import os
import secrets
import threading
import time
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U

LOW_62 = (1 << 62) - 1

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A UUIDv7 that is greater than every one this process made before."""
    global _last  # noqa: PLW0603 - the order within a process needs one memory
    noise = int.from_bytes(os.urandom(9), "big")
    with _lock:
        # 48 bits of milliseconds, then 12 bits (rand_a) that count up within one of them.
        _last = max(time.time_ns() // 1_000_000 << 12 | noise >> 64, _last + 1)
        stamp = _last
    high = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    return UUID(int=high << 64 | 0x8000_0000_0000_0000 | noise & LOW_62)


def short_code(length: int) -> str:
    """Random Crockford base 32: 5 bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def code_of(digest: bytes, length: int) -> str:
    """The first `length` x 5 bits of a digest in Crockford base 32."""
    number = int.from_bytes(digest, "big")
    bits = len(digest) * 8
    return "".join(ALPHABET[number >> (bits - 5 * (i + 1)) & 31] for i in range(length))


def check_character(code: str) -> str:
    """One character over a code: every single misread one is noticed, and nearly every swap.

    Odd weights have inverses modulo 32, so no change of one character leaves the sum as it was.
    """
    return ALPHABET[sum((2 * i + 1) * ALPHABET.index(c) for i, c in enumerate(code)) % 32]


def grouped(code: str, size: int = 4) -> str:
    return "-".join(code[i : i + size] for i in range(0, len(code), size))
