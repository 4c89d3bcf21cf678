"""Whatever the bytes are: a valid report, a reason, or a refusal that names the place.

`TRIAGE_FUZZ_EXAMPLES` sets how many documents are tried.
"""

import json
import os
from copy import deepcopy
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.formats.telegram_builders import (
    GROUP,
    JIEUN,
    OTHER,
    PICTURE,
    PRIVATE,
    ROOM,
    SENT,
    a_message,
    an_update,
)

from triage.fingerprints.url import parse_link
from triage.intake.formats.telegram import KINDS, parse
from triage.kit.errors import Invalid
from triage.reports.report import Report

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "100"))
FULL = an_update(
    text="😀 see t.me/dark_room/55 @other_example /help",
    entities=[
        {"type": "url", "offset": 7, "length": 17},
        {"type": "mention", "offset": 25, "length": 14},
        {"type": "text_mention", "offset": 25, "length": 14, "user": OTHER},
        {"type": "text_link", "offset": 3, "length": 3, "url": "https://example.com"},
    ],
    caption="caption",
    forward_origin={"type": "channel", "date": SENT, "chat": ROOM, "message_id": 9},
    reply_to_message=a_message(chat=GROUP, text="look", photo=[PICTURE]),
    external_reply={"origin": {"type": "user", "date": SENT, "sender_user": OTHER}},
    quote={"text": "quoted", "position": 0},
    photo=[PICTURE],
    video={"file_unique_id": "V", "file_name": "v.mp4"},
    sticker={"file_unique_id": "S", "set_name": "Set"},
    contact={"phone_number": "+821020000000", "first_name": "O", "user_id": 1002},
    location={"latitude": 1.5, "longitude": 2.5},
    rich_message={"blocks": [{"type": "paragraph", "text": ["a", {"type": "bold", "text": "b"}]}]},
    reply_markup={"inline_keyboard": [[{"text": "t", "url": "https://example.com/b"}]]},
    edit_date=SENT,
    media_group_id="1",
)
DOCUMENT = json.dumps(FULL).encode()

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["😀" * 9, "https://t.me/a\0b", "@x", "t.me/room_a/1", "/start", "\x85", "url"]
    )
)
values = st.recursive(
    scalars | st.sampled_from([JIEUN, PRIVATE, GROUP, ROOM, PICTURE]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "blocks", "url", "user", "id", "photo"]), inner
        )
    ),
    max_leaves=8,
)


def places(part: Any) -> list[tuple[Any, Any]]:
    """Every place of a document at which a value stands: its holder and its name or index."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    found: list[tuple[Any, Any]] = []
    for name, value in inner:
        found.append((part, name))
        if isinstance(value, dict | list):
            found += places(value)
    return found


def check(document: bytes) -> None:
    try:
        update = parse(document)
    except Invalid:
        return
    assert (update.report is None) != (update.ignored is None)
    if report := update.report:
        assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
        assert report.locations or report.media or report.text
        for location in report.locations:
            parse_link(location.url)


@given(st.binary())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_any_bytes(document: bytes) -> None:
    check(document)


@given(st.lists(st.tuples(st.integers(0, len(DOCUMENT) - 1), st.integers(0, 255)), max_size=4))
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_an_update_with_other_bytes_here_and_there(changes: list[tuple[int, int]]) -> None:
    document = bytearray(DOCUMENT)
    for place, byte in changes:
        document[place] = byte

    check(bytes(document))


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_an_update_with_other_values_here_and_there(data: st.DataObject) -> None:
    document = json.loads(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, name = data.draw(st.sampled_from(places(document)))
        holder[name] = deepcopy(data.draw(values))

    check(json.dumps(document).encode())


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from([*FULL["message"]]), values))
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_a_message_of_any_fields(kind: str, fields: dict[str, Any]) -> None:
    check(json.dumps(an_update(kind, **fields)).encode())
