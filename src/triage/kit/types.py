"""Constrained values that requests carry; every pattern is a JSON Schema (ECMA-262) one too."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta

# `(?!\n)$` is the very end in Python as in ECMA; Python's `$` alone lets a last newline through.
NO_NUL = r"^[^\x00]*$"
NO_CONTROLS = r"^[^\x00-\x08\x0a-\x1f\x7f-\x9f]*(?!\n)$"

Line = Annotated[str, Meta(max_length=500, pattern=NO_CONTROLS)]
"""One line: a name, a number, a reference. Tabs may stand in it, other control characters not."""

Slug = Annotated[str, Meta(max_length=100, pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*(?!\n)$")]
"""A name among machines: a platform, a domain."""

Reference = Annotated[
    str,
    Meta(max_length=64, pattern=r"^(?=.*[0-9])[0-9A-Za-z가-힣]([0-9A-Za-z가-힣 ./:#()_-]*)(?!\n)$"),
]
"""Somebody's number of a matter (2026-1182, 제1182호): kept in clear, so no name alone fits in."""

Label = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=r"^(?!.*[0-9][0-9 -]{5,}[0-9])[^\x00-\x1f\x7f-\x9f@:/<>]+(?!\n)$",
    ),
]
"""An organisation or an outcome in a few words, kept in clear: no address or number fits in."""

Text = Annotated[str, Meta(max_length=20_000, pattern=NO_NUL)]
"""Free text of many lines; PostgreSQL cannot keep NUL."""

Url = Annotated[str, Meta(min_length=1, max_length=4_096, pattern=NO_NUL)]
"""An address as people paste it; `fingerprints` understands it, or not."""

Sha256Hex = Annotated[str, Meta(max_length=64, pattern="^[0-9a-fA-F]{64}$")]
Md5Hex = Annotated[str, Meta(max_length=32, pattern="^[0-9a-fA-F]{32}$")]
PdqHex = Annotated[str, Meta(max_length=64, pattern="^[0-9a-fA-F]{64}$")]

CountryCode = Annotated[str, Meta(max_length=2, pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

LanguageTag = Annotated[
    str, Meta(max_length=35, pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8}){0,4}(?!\n)$")
]
"""BCP 47, as far as it matters here."""

Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]
"""A span of up to a year."""

Instant = Annotated[datetime, Meta(tz=True)]
"""RFC 3339 with an offset; bodies and parameters also check `is_usable`."""

# A year of room at both ends: a time zone or a limit can be added without an overflow.
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=366)
LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=366)


def is_usable(time: datetime) -> bool:
    """Whether the time can be kept and calculated with; one without an offset is taken as UTC."""
    return EARLIEST <= (time if time.tzinfo else time.replace(tzinfo=UTC)) <= LATEST
