"""Documents are read by confined children: alike when they are honest, and never a fault of ours.

What is made to be slow or large is read within the limits, or refused.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

import pytest
from intake.formats.documents import a_create_report, a_flag, a_xarf, a_xarf_3, written
from intake.formats.mails import a_feedback_report, a_mail
from intake.formats.telegram_builders import an_update

from triage.intake.formats import activitypub, arf, atproto, email, mime, telegram, xarf
from triage.intake.parsers import confined_parsers
from triage.kit.confined import Confined
from triage.kit.errors import Invalid

HONEST: Mapping[str, tuple[Any, bytes]] = {
    "xarf": (xarf.parse, written(a_xarf("content", "csem", description="said"))),
    "xarf 3": (xarf.parse, written(a_xarf_3())),
    "activitypub": (activitypub.parse, written(a_flag(summary="said"))),
    "atproto": (atproto.parse, written(a_create_report(reason="said"))),
    "telegram": (telegram.parse, json.dumps(an_update(text="t.me/room/5")).encode()),
    "arf": (arf.parse, a_feedback_report()),
    "email": (email.parse, a_mail().as_bytes()),
    "email, in a charset that nobody knows": (
        email.parse,
        b"From: a@b.c\nSubject: =?x-none?Q?abc?=\nContent-Type: text/plain; charset=x-none\n\nabc",
    ),
    "email, in a rare charset": (
        email.parse,
        "From: a@b.c\nContent-Type: text/plain; charset=johab\n\n도와주세요".encode("johab"),
    ),
}

PAYLOAD = base64.b64encode(b"a picture of nobody").decode()
LINKS = " ".join(f"t.me/a{number}/5" for number in range(5_000))[:65_000]
MARKS = [{"type": "url", "offset": number, "length": 4_000} for number in range(1_000)]
OVERLAPPING = [{"type": "url", "offset": 0, "length": 4_096}] * 50
BUTTON = {"url": "https://example.com/" + "a" * 60}
MIXED = b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n"


def as_json(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode()


def fit(start: bytes, again: bytes) -> bytes:
    """As much of the same as a mail may have, in bytes or lines."""
    times = (mime.MAX_BYTES - len(start)) // len(again)
    if lines := again.count(b"\n"):
        times = min(times, mime.MOST_LINES // lines)
    return start + again * times


UPDATES = {
    "links": an_update(text=LINKS),
    "marks of Hangul": an_update(text="가" * 4_095 + "a", entities=OVERLAPPING),
    "marks": an_update(text="a" * 65_000, entities=MARKS),
    "halves of links": an_update(text="t.me/" * 13_000, caption="https://" * 8_000),
    "blocks": an_update(
        rich_message={"blocks": [{"type": "paragraph", "text": "t.me/ab "}] * 20_000}
    ),
    "urls": an_update(rich_message=[{"url": f"https://example.com/{n}"} for n in range(20_000)]),
    "buttons": an_update(reply_markup={"inline_keyboard": [[BUTTON] * 99] * 99}),
    "deep": an_update(rich_message=[[[]]]),
}
HOSTILE: Mapping[str, tuple[Any, Callable[[], bytes]]] = {
    f"telegram: {name}": (telegram.parse, partial(as_json, update))
    for name, update in UPDATES.items()
} | {
    "xarf: a payload": (
        xarf.parse,
        lambda: written(
            a_xarf(evidence=[{"content_type": "image/png", "payload": PAYLOAD * 500_000}])
        ),
    ),
    "xarf: a payload of gaps": (
        xarf.parse,
        lambda: written(a_xarf(evidence=[{"payload": "A   " * 4_000_000}])),
    ),
    "xarf: words": (xarf.parse, lambda: written(a_xarf(description="a\0" * 2_000_000))),
    "xarf: fields": (xarf.parse, lambda: written(a_xarf(**{f"f{n}": n for n in range(99_000)}))),
    "xarf: a long name": (
        xarf.parse,
        lambda: written(a_xarf(**{"k" * 10_000_000: [{"a": 1}] * 20_000})),
    ),
    "xarf: long numbers": (
        xarf.parse,
        lambda: written(a_xarf())[:-1] + b',"a":[' + b",".join([b"9" * 300] * 40_000) + b"]}",
    ),
    "xarf: one huge number": (
        xarf.parse,
        lambda: written(a_xarf())[:-1] + b',"a":' + b"9" * 10_000_000 + b"}",
    ),
    "xarf: deep": (xarf.parse, lambda: written(a_xarf())[:-1] + b',"a":' + b"[" * 90_000),
    "activitypub: links": (
        activitypub.parse,
        lambda: written(
            a_flag(object=[f"https://example.com/{'%41' * 300}{n}" for n in range(1_000)])
        ),
    ),
    "atproto: a name": (
        atproto.parse,
        lambda: written(
            a_create_report(
                subject={"$type": atproto.RECORD, "uri": "at://" + "a:" * 450_000, "cid": "c"}
            )
        ),
    ),
    "email: 10,000 parts": (email.parse, lambda: MIXED + b"--b\n\nx\n" * 10_000 + b"--b--"),
    "email: within each other": (
        email.parse,
        lambda: b"From: a@b.c\n" + b"Content-Type: message/rfc822\n\n" * 10_000,
    ),
    "email: lines": (email.parse, lambda: fit(b"From: a@b.c\n\n", b"x\n")),
    "email: links": (email.parse, lambda: fit(b"From: a@b.c\n\n", b"http://")),
    "email: tags": (email.parse, lambda: fit(b"From: a@b.c\nContent-Type: text/html\n\n", b"<")),
    "email: a header": (email.parse, lambda: fit(b"From: a@b.c\nSubject: ", b"=?utf-8?Q?")),
    "email: folded headers": (email.parse, lambda: fit(b"From: a@b.c\nSubject: x", b"\n x")),
    "email: Base64 that is none": (
        email.parse,
        lambda: fit(b"From: a@b.c\nContent-Transfer-Encoding: base64\n\n", b"A=\xff"),
    ),
    "email: boundaries": (email.parse, lambda: fit(MIXED, b"--b")),
    "email: quoted": (
        email.parse,
        lambda: fit(b"From: a@b.c\nContent-Transfer-Encoding: quoted-printable\n\n", b"=E2=82"),
    ),
    "email: uuencoded": (
        email.parse,
        lambda: fit(
            b"From: a@b.c\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", b"M" * 60
        ),
    ),
    "arf: lines": (
        arf.parse,
        lambda: a_feedback_report(fields="Reported-URI: https://a.b/\n" * 100_000),
    ),
}


@pytest.fixture
async def parsers() -> AsyncIterator[Confined]:
    parsers = confined_parsers()
    yield parsers
    await parsers.close()


async def test_a_confined_parser_reads_as_it_would_anywhere(parsers: Confined) -> None:
    for parse, document in HONEST.values():
        assert await parsers.run(parse, document) == parse(document)


async def test_what_is_made_to_be_slow_or_large_is_read_or_refused(parsers: Confined) -> None:
    two_at_a_time = asyncio.Semaphore(2)

    async def read(name: str) -> str:
        parse, document = HOSTILE[name]
        async with two_at_a_time:
            try:
                return f"{name}: " + ("read" if await parsers.run(parse, document()) else "nothing")
            except Invalid:
                return f"{name}: refused"

    outcomes = await asyncio.gather(*map(read, HOSTILE), return_exceptions=True)

    allowed = {f"{name}: {outcome}" for name in HOSTILE for outcome in ("read", "refused")}
    assert set(outcomes) <= allowed
