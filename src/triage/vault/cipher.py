"""Envelopes of AES-256-GCM, each bound to the place in the database where it is kept.

An envelope is one version byte, the length of the key id (one byte), the key id, a random nonce of
12 bytes, and the ciphertext with its tag.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.vault.keys import Keys

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16


class Unopenable(Exception):
    """An envelope that was altered, stands in another place, or belongs to another key."""


class KeyUnknown(Unopenable):
    """An envelope whose key is not in the key file."""


def place_of(table: str, column: str, row_id: UUID, *bound: object) -> str:
    """Where an envelope is kept, and what else of its row must not change."""
    return "|".join((table, column, str(row_id), *map(str, bound)))


def encrypt(key: AESGCM, kid: str, plaintext: bytes, place: str) -> bytes:
    header = bytes((VERSION, len(kid))) + kid.encode("ascii")
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + key.encrypt(nonce, plaintext, header + place.encode())


def decrypt(key: AESGCM, envelope: bytes, place: str) -> bytes:
    """Raises Unopenable, which names the place."""
    header, nonce, ciphertext = _parts(envelope, place)
    try:
        return key.decrypt(nonce, ciphertext, header + place.encode())
    except InvalidTag:
        raise Unopenable(place) from None


class KeyWrap:
    """Data keys under the key-encryption keys: the current one wraps, every one unwraps."""

    def __init__(self, keys: Keys) -> None:
        self.kid = keys.current
        self._keys = {kid: AESGCM(key) for kid, key in keys.encryption.items()}

    def wrap(self, data_key: bytes, place: str) -> bytes:
        return encrypt(self._keys[self.kid], self.kid, data_key, place)

    def unwrap(self, envelope: bytes, place: str) -> bytes:
        """Raises Unopenable; KeyUnknown when only the key is missing."""
        header, _, _ = _parts(envelope, place)
        key = self._keys.get(header[2:].decode("ascii", "replace"))
        if key is None:
            raise KeyUnknown(place)
        return decrypt(key, envelope, place)


def _parts(envelope: bytes, place: str) -> tuple[bytes, bytes, bytes]:
    start = 2 + (envelope[1] if len(envelope) > 1 else 0)
    end = start + NONCE_BYTES
    if len(envelope) < end + TAG_BYTES or envelope[0] != VERSION:
        raise Unopenable(place)
    return envelope[:start], envelope[start:end], envelope[end:]
