"""The secrets of an installation: made once, kept in one file that only its owner can read."""

import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from triage.kit.ids import short_code

KEY_BYTES = 32
MAX_FILE = 1024 * 1024

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class BadKeys(ValueError):
    """Keys that cannot be used together; says which, never their bytes."""


class KeyFileProblem(Exception):
    """A key file that was refused; names the file, never what is in it."""

    reason = "cannot be used"

    def __init__(self, path: Path, reason: str = "") -> None:
        super().__init__(f"{path}: {reason or self.reason}")


class KeyFileMissing(KeyFileProblem):
    reason = "there is no key file: `triage up` or `triage keys create` makes it"


class KeyFileExists(KeyFileProblem):
    reason = "there is something already; keys are never overwritten"


class KeyFileShared(KeyFileProblem):
    reason = "others may read this key file; take their rights away (chmod 600)"


class KeyFileInvalid(KeyFileProblem):
    reason = "not a key file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Key-encryption keys by id, and one key for each other use; all of 32 bytes."""

    current: str
    """The id of the key-encryption key that wraps what is new; the others only unwrap."""
    encryption: Mapping[str, bytes] = field(repr=False)
    digest: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)
    """Ed25519 seed of the journal's checkpoints."""

    def __post_init__(self) -> None:
        if self.current not in self.encryption:
            raise BadKeys("the current key-encryption key is missing")
        if not all(_KEY_ID.fullmatch(kid) for kid in self.encryption):
            raise BadKeys("a key id is 1 to 32 letters, digits, dashes or underscores")
        material = [*self.encryption.values(), self.digest, self.receipt, self.signing_seed]
        if any(len(key) != KEY_BYTES for key in material):
            raise BadKeys(f"a key does not have {KEY_BYTES} bytes")
        if len(set(material)) != len(material):
            raise BadKeys("two uses share one key")


def generate() -> Keys:
    kid = short_code(8)
    return Keys(
        current=kid,
        encryption={kid: secrets.token_bytes(KEY_BYTES)},
        digest=secrets.token_bytes(KEY_BYTES),
        receipt=secrets.token_bytes(KEY_BYTES),
        signing_seed=secrets.token_bytes(KEY_BYTES),
    )


def rotated(keys: Keys) -> Keys:
    """A new key-encryption key for what comes; the old ones still unwrap what they wrapped.

    Rotate long before a key has wrapped 2^32 data keys: its nonces are random.
    """
    kid = short_code(8)
    return replace(
        keys, current=kid, encryption={**keys.encryption, kid: secrets.token_bytes(KEY_BYTES)}
    )


def read_keys(path: Path, *, allow_shared: bool = False) -> Keys:
    """The keys in a file; `allow_shared` for secrets that are mounted readable for others.

    Raises KeyFileMissing, KeyFileShared or KeyFileInvalid.
    """
    content = _KeyFile.read(path, allow_shared=allow_shared)
    try:
        return Keys(
            current=content.current,
            encryption=content.encryption,
            digest=content.digest,
            receipt=content.receipt,
            signing_seed=content.signing_seed,
        )
    except BadKeys as error:
        raise KeyFileInvalid(path, str(error)) from None


def write_keys(path: Path, keys: Keys) -> None:
    """Whole and with mode 600, or not at all; raises KeyFileExists rather than overwrite."""
    content = _KeyFile(
        version=1,
        current=keys.current,
        encryption=dict(keys.encryption),
        digest=keys.digest,
        receipt=keys.receipt,
        signing_seed=keys.signing_seed,
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".keys-") as file:  # mode 600
        file.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)  # unlike a rename, it never replaces
        except FileExistsError:
            raise KeyFileExists(path) from None
    _sync_directory(path.parent)


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Literal[1]
    current: str
    encryption: dict[str, bytes]
    digest: bytes
    receipt: bytes
    signing_seed: bytes

    @classmethod
    def read(cls, path: Path, *, allow_shared: bool) -> "_KeyFile":
        try:
            with path.open("rb") as file:
                # Of the open file, so that what was checked is what is read.
                mode = os.fstat(file.fileno()).st_mode
                if mode & _OTHERS and not allow_shared:
                    raise KeyFileShared(path)
                raw = file.read(MAX_FILE)
        except FileNotFoundError:
            raise KeyFileMissing(path) from None
        except OSError as error:
            raise KeyFileInvalid(path, error.strerror or "") from None
        try:
            return msgspec.json.decode(raw, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise KeyFileInvalid(path) from None  # the parser's words may quote the file


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
