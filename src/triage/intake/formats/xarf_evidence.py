"""Evidence of XARF reports: payloads are hashed in memory, and nothing of them is kept."""

import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from triage.intake.formats.draft import MOST, Draft
from triage.intake.formats.json_document import refused
from triage.intake.formats.narrowing import digest, fitting_line, one_line

UNKNOWN_KIND = "application/octet-stream"
OF_MEDIA = ("image/", "video/", "audio/")
DIGITS: Mapping[str, int] = MappingProxyType({"sha256": 64, "md5": 32, "pdq": 64})
"""Hashes that the native form has a place for, and their length in hexadecimal digits."""

OF_NOTHING = frozenset(
    {
        hashlib.sha256().hexdigest(),
        hashlib.md5(usedforsecurity=False).hexdigest(),
        "0" * DIGITS["md5"],
        "0" * DIGITS["sha256"],
    }
)
"""Hashes of no bytes, and none at all: they would make any two reports one."""

_GAPS = b" \t\r\n"
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Payload:
    """What a payload hashed to; `decoded` says that it was Base64 (RFC 4648)."""

    sha256: str
    md5: str
    size: int
    decoded: bool


def hashed(payload: str) -> Payload:
    """Of the bytes that the payload stands for; of its own where it is no Base64."""
    content, decoded = payload.encode(), True
    try:
        plain = content.translate(_FROM_URL_SAFE, _GAPS).rstrip(b"=")
        content = binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except binascii.Error:
        decoded = False
    return Payload(
        hashlib.sha256(content).hexdigest(),
        hashlib.md5(content, usedforsecurity=False).hexdigest(),
        len(content),
        decoded,
    )


def add_evidence(draft: Draft, items: Any) -> None:
    """The items of `evidence`; raises Invalid for more than any report can have."""
    if not isinstance(items, list):
        draft.say("evidence", items)
        return
    if len(items) > MOST:
        raise refused("/evidence", f"too many: at most {MOST}")
    for index, item in enumerate(items):
        if isinstance(item, dict):
            _add(draft, f"evidence[{index}]", dict(item))
        else:
            draft.say(f"evidence[{index}]", item)


def add_hashes(draft: Draft, name: str, values: Any) -> None:
    """One file by its hashes; those without a place of their own become lines."""
    if not isinstance(values, dict):
        draft.say(name, values)
        return
    found: dict[str, str] = {}
    rest: dict[str, Any] = {}
    for key, value in values.items():
        known = digest(value, DIGITS.get(key.lower(), 0))
        if known and known not in OF_NOTHING:
            found[key.lower()] = known
        else:
            rest[key] = value
    if found:
        draft.media.append(found)
    draft.say(name, rest)


def add_screenshot(draft: Draft, url: Any) -> None:
    """A picture of the page, kept where the reporter says."""
    if line := fitting_line(url):
        draft.evidence.append({"kind": "screenshot", "kept_at": line})
    else:
        draft.say("screenshot_url", url)


def _add(draft: Draft, name: str, item: dict[str, Any]) -> None:
    kind = one_line(item.pop("content_type", None)) or UNKNOWN_KIND
    stated = item.pop("hash", None)
    payload = item.pop("payload", None)
    draft.say(f"{name}.content_type", kind)
    draft.say(name, item)
    draft.say(f"{name}.hash", stated)
    hashes = _stated(stated)
    if isinstance(payload, str) and payload:
        found = hashed(payload)
        if not found.decoded:
            draft.say(f"{name}.payload", "not Base64, hashed as it came")
        if found.size:
            computed = {"sha256": found.sha256, "md5": found.md5}
            if hashes.items() - computed.items():
                draft.say(f"{name}.hash", "not that of the payload")
            hashes = computed
    elif payload is not None:
        draft.say(f"{name}.payload", "nothing that could be hashed")
    sha256 = {"sha256": hashes["sha256"]} if "sha256" in hashes else {}
    draft.evidence.append({"kind": kind} | sha256)
    if hashes and kind.lower().startswith(OF_MEDIA):
        draft.media.append(hashes)


def _stated(stated: Any) -> dict[str, str]:
    """A hash as `algorithm:hexadecimal`, where the native form has a place for it."""
    if not isinstance(stated, str):
        return {}
    algorithm, _, value = stated.partition(":")
    found = digest(value, DIGITS.get(algorithm.lower(), 0))
    return {algorithm.lower(): found} if found and found not in OF_NOTHING else {}
