"""Checkpoints of the journal as C2SP signed notes (signed-note, tlog-checkpoint; Ed25519)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
ROOT_BYTES = 32
MAX_NOTE = 64 * 1024

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NotVerified(ValueError):
    """A note that is malformed, of another journal, or not signed by the key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of the journal's first `size` events. The origin is the name of its key, too."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


class Signer:
    """The journal's secret key, from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note of a checkpoint."""
        origin, text = checkpoint.origin, checkpoint.text
        signed = self.verifier(origin).key_id + self._key.sign(text.encode())
        return f"{text}\n— {origin} {_base64(signed)}\n"

    def verifier(self, origin: str) -> "Verifier":
        return Verifier(origin, self._key.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Verifier:
    """What everybody may have: the journal's name and its public key."""

    origin: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.origin):
            raise ValueError("an origin is one word without a plus sign")
        if len(self.public_key) != KEY_BYTES:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From the form `origin+key id+key` that `text` gives."""
        try:
            origin, key_id, key = text.strip().split("+", 2)
            raw = base64.b64decode(key, validate=True)
            verifier = cls(origin, raw[1:])
        except ValueError:
            raise NotVerified("not a verifier key") from None
        if raw[:1] != ED25519 or verifier.key_id.hex() != key_id:
            raise NotVerified("not an Ed25519 verifier key")
        return verifier

    @property
    def text(self) -> str:
        return f"{self.origin}+{self.key_id.hex()}+{_base64(ED25519 + self.public_key)}"

    @property
    def key_id(self) -> bytes:
        named = self.origin.encode() + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:4]

    def open(self, note: str) -> Checkpoint:
        """The checkpoint in a note, once this key's signature holds; others' are passed over."""
        text, separator, signatures = note.rpartition("\n\n")
        if len(note) > MAX_NOTE or not separator or _CONTROL.search(note):
            raise NotVerified("not a signed note")
        text += "\n"
        self._check(text, signatures)
        return _parsed(text, self.origin)

    def _check(self, text: str, signatures: str) -> None:
        if not signatures.endswith("\n"):
            raise NotVerified("not a signed note")
        ours = []
        for line in signatures.removesuffix("\n").split("\n"):
            signature = _SIGNATURE.fullmatch(line)
            if signature is None:
                raise NotVerified("not a signed note")
            if signature[1] == self.origin:
                ours.append(_decoded(signature[2]))
        ours = [raw[4:] for raw in ours if raw[:4] == self.key_id]
        if not ours:
            raise NotVerified("not signed by this key")
        key = Ed25519PublicKey.from_public_bytes(self.public_key)
        try:
            for raw in ours:
                key.verify(raw, text.encode())
        except InvalidSignature:
            raise NotVerified("the signature does not hold") from None


def _parsed(text: str, origin: str) -> Checkpoint:
    match text.split("\n"):
        case [first, size, encoded, *_, ""] if first == origin and _SIZE.fullmatch(size):
            root = _decoded(encoded)
            if len(root) == ROOT_BYTES:
                return Checkpoint(origin, int(size), root)
    raise NotVerified("not a checkpoint of this journal")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NotVerified("not base64") from None
