"""The identities of a picture or video: its file digests and the platform's own id for it."""

import re

from triage.fingerprints.keys import Key

_DIGITS = {"sha256": 64, "md5": 32}
_HEX = re.compile(r"[0-9a-f]+")


class BadDigest(ValueError):
    """Text that is no hexadecimal digest of its kind; the message names the kind alone."""


def media_keys(
    sha256: str | None, md5: str | None, platform: str | None, platform_media_id: str | None
) -> tuple[Key, ...]:
    """The keys of one file; a platform's id counts only beside the platform that gave it."""
    digests = {"sha256": sha256, "md5": md5}
    keys = [Key(kind, _digest(kind, text)) for kind, text in digests.items() if text]
    if platform and platform_media_id:
        keys.append(Key("platform_media", f"{platform}/{platform_media_id}"))
    return tuple(keys)


def _digest(kind: str, text: str) -> str:
    digest = text.strip().lower()
    if len(digest) != _DIGITS[kind] or not _HEX.fullmatch(digest):
        raise BadDigest(f"not a {kind} digest")
    return digest
