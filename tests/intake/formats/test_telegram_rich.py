"""Rich messages of Telegram: trees of blocks and texts."""

from typing import Any

import pytest
from intake.formats.telegram_builders import (
    OTHER,
    PICTURE,
    an_update,
    files,
    lines,
    parsed,
    reported,
    urls,
)

from triage.kit.errors import Invalid


def test_a_rich_message_is_read_as_deep_as_telegram_lets_it_be() -> None:
    link = {"type": "url", "text": "here", "url": "https://example.com/a"}
    blocks = [
        {"type": "heading", "size": 1, "text": "Title"},
        {"type": "paragraph", "text": ["see ", {"type": "bold", "text": [link]}, " now"]},
        {
            "type": "list",
            "items": [{"label": "1.", "blocks": [{"type": "pre", "text": "t.me/r_a"}]}],
        },
        {
            "type": "table",
            "cells": [[{"text": {"type": "mention", "text": "@r_b", "username": "r_b"}}]],
        },
        {"type": "photo", "photo": [PICTURE], "caption": {"text": "Caption", "credit": "Credit"}},
        {"type": "voice_note", "voice_note": {"file_unique_id": "V"}},
        {"type": "map", "location": {"latitude": 1, "longitude": 2}},
        {"type": "paragraph", "text": {"type": "text_mention", "text": "Other", "user": OTHER}},
        {"type": "of_times_to_come", "text": "later", "photo": 5, "location": [], "url": None},
    ]
    report = reported(rich_message={"blocks": blocks})

    assert urls(report) == ["https://t.me/r_b", "t.me/r_a", "https://example.com/a"]
    assert files(report) == ["AQADpicture", "V"]
    assert lines(report) == [
        *("Title", "see here now", "1.", "t.me/r_a", "@r_b", "Caption", "Credit", "Other", "later"),
        "mentioned: tg://user?id=1002",
        "location: 1.000000, 2.000000",
    ]


def test_a_rich_message_nested_without_end_is_refused() -> None:
    text: Any = "deep"
    for _ in range(150):
        text = {"type": "bold", "text": text}

    with pytest.raises(Invalid):
        parsed(an_update(rich_message={"blocks": [{"type": "paragraph", "text": text}]}))
