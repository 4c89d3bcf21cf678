"""Bodies that are no reports, and the place in each that is wrong."""

from typing import Any

import msgspec
from races.service import a_report

SECRET = "eunji-jung"
"""Stands where a value may not be repeated."""

DEPTH = 20_000


def wrong(**fields: Any) -> bytes:
    return msgspec.json.encode(a_report(**fields))


def raw(text: str) -> bytes:
    """A report with a raw value in the place of its text, which JSON writers would not write."""
    return msgspec.json.encode(a_report(text="?")).replace(b'"?"', text.encode())


A_REPORT = wrong()
POST = {"url": "https://x.com/someone/status/1"}
BAD_REPORTS: dict[str, tuple[bytes, str]] = {
    "wrong type": (wrong(text=[SECRET]), "/text"),
    "number as text": (wrong(victim={"age": "16"}), "/victim/age"),
    "fraction": (wrong(victim={"age": 16.5}), "/victim/age"),
    "negative age": (wrong(victim={"age": -1}), "/victim/age"),
    "huge integer": (wrong(victim={"age": 2**63}), "/victim/age"),
    "integer beyond 64 bits": (raw('"a", "victim": {"age": 1' + "0" * 400 + "}"), "/victim/age"),
    "boolean as number": (wrong(victim={"is_minor": 1}), "/victim/is_minor"),
    "unknown field": (wrong(**{SECRET: 1}), ""),
    "unknown field inside": (wrong(victim={SECRET: 1}), "/victim"),
    "unknown word": (wrong(allegations=[SECRET]), "/allegations/0"),
    "text too long": (wrong(text=SECRET * 2_001), "/text"),
    "NUL": (wrong(text=f"{SECRET}\0"), "/text"),
    "NUL in a name": (wrong(victim={"names": [f"{SECRET}\0"]}), "/victim/names/0"),
    "new line in a name": (wrong(reporter={"name": f"{SECRET}\n"}), "/reporter/name"),
    "year 9999": (wrong(occurred_at="9999-12-31T23:59:59Z"), "/occurred_at"),
    "year 9999 far west": (wrong(occurred_at="9999-12-31T23:59:59-12:00"), "/occurred_at"),
    "year 1": (wrong(occurred_at="0001-01-01T00:00:00+14:00"), "/occurred_at"),
    "in the future": (wrong(occurred_at="2600-01-01T00:00:00Z"), "/occurred_at"),
    "time without offset": (wrong(occurred_at="2026-01-01T00:00:00"), "/occurred_at"),
    "no time": (wrong(occurred_at=SECRET), "/occurred_at"),
    "30 February": (wrong(occurred_at="2026-02-30T00:00:00Z"), "/occurred_at"),
    "10,000 locations": (wrong(locations=[POST] * 10_000), "/locations"),
    "half an address": (wrong(locations=[{"url": "http://[::1"}]), "/locations/0/url"),
    "no link": (wrong(locations=[POST, {"url": SECRET}]), "/locations/1/url"),
    "empty link": (wrong(locations=[{"url": ""}]), "/locations/0/url"),
    "NUL in a link": (wrong(locations=[{"url": "https://x.com/\0"}]), "/locations/0/url"),
    "link too long": (wrong(locations=[{"url": "https://x.com/" * 500}]), "/locations/0/url"),
    "hash too short": (wrong(media=[{"sha256": SECRET}]), "/media/0/sha256"),
    "hash with a new line": (wrong(media=[{"sha256": "0" * 63 + "\n"}]), "/media/0/sha256"),
    "media of nothing": (wrong(media=[{}]), "/media/0"),
    "a bot's notice": (
        wrong(notice={"authority": SECRET, "reference": "1", "served_at": "2026-01-01T00:00:00Z"}),
        "/notice",
    ),
    "no content": (b'{"allegations": ["other"]}', ""),
    "country in small letters": (wrong(jurisdiction="kr"), "/jurisdiction"),
    "array": (b"[%s]" % A_REPORT, ""),
    "string": (f'"{SECRET}"'.encode(), ""),
    "null": (b"null", ""),
    "empty": (b"", ""),
    "blank": (b"  \n", ""),
    "cut off": (A_REPORT[:-1], ""),
    "two documents": (A_REPORT * 2, ""),
    "not JSON": (SECRET.encode(), ""),
    "NaN": (raw("NaN"), ""),
    "infinite": (raw('"a", "victim": {"age": 1e999}'), "/victim/age"),
    "broken UTF-8": (A_REPORT.replace(b"picture", b"\xff\xfe"), ""),
    "overlong UTF-8": (A_REPORT.replace(b"picture", b"\xc0\xaf"), ""),
    "UTF-16": (A_REPORT.decode().encode("utf-16"), ""),
    "byte order mark": (b"\xef\xbb\xbf" + A_REPORT, ""),
    "lone high surrogate": (raw(r'"\ud800"'), ""),
    "lone low surrogate": (raw(r'"\udc00"'), ""),
    "surrogate as bytes": (A_REPORT.replace(b"picture", b"\xed\xa0\x80"), ""),
    "deep array": (b"[" * DEPTH + b"]" * DEPTH, ""),
    "deep object": (b'{"a":' * DEPTH + b"1" + b"}" * DEPTH, ""),
    "deep value": (raw("[" * DEPTH + "]" * DEPTH), "/text"),
}  # fmt: skip
