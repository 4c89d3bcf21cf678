"""Client-made identifiers: UUIDv7 (RFC 9562) and short codes that people can read aloud."""

import os
import threading
import time
from base64 import b32encode
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())

LOW_62 = (1 << 62) - 1

NOISE_BYTES = 9
POOLED = 128  # ids whose noise is read from the system at a time

_lock = threading.Lock()
_last = 0
_noise: list[int] = []
os.register_at_fork(after_in_child=_noise.clear)


def uuid7() -> UUID:
    """A UUIDv7 that is greater than every one this process made before."""
    global _last  # noqa: PLW0603 - the order within a process needs one memory
    with _lock:
        if not _noise:
            pool = os.urandom(NOISE_BYTES * POOLED)
            _noise.extend(
                int.from_bytes(pool[place : place + NOISE_BYTES], "big")
                for place in range(0, len(pool), NOISE_BYTES)
            )
        noise = _noise.pop()
        # 48 bits of milliseconds, then 12 bits (rand_a) that count up within one of them.
        _last = max(time.time_ns() // 1_000_000 << 12 | noise >> 64, _last + 1)
        stamp = _last
    high = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    return UUID(int=high << 64 | 0x8000_0000_0000_0000 | noise & LOW_62)


def short_code(length: int) -> str:
    """Random Crockford base 32: 5 bits a character."""
    return code_of(os.urandom(-(-length * 5 // 8)), length)


def code_of(digest: bytes, length: int) -> str:
    """The first `length` x 5 bits of a digest in Crockford base 32."""
    return b32encode(digest[: -(-length * 5 // 8)]).translate(_CROCKFORD)[:length].decode("ascii")


def check_character(code: str) -> str:
    """One character over a code: every single misread one is noticed, and nearly every swap.

    Odd weights have inverses modulo 32, so no change of one character leaves the sum as it was.
    """
    return ALPHABET[sum((2 * i + 1) * _VALUES[c] for i, c in enumerate(code)) % 32]


def grouped(code: str, size: int = 4) -> str:
    return "-".join(code[i : i + size] for i in range(0, len(code), size))
