"""Updates of invented people, as Telegram sends them."""

import json
from typing import Any

from triage.intake.formats.telegram import Update, parse
from triage.reports.report import Report

SENT = 1_795_420_800  # 2026-11-23T08:00:00Z
JIEUN = {
    "id": 1001,
    "is_bot": False,
    "first_name": "Jieun",
    "last_name": "Example",
    "username": "jieun_example",
    "language_code": "ko",
}
OTHER = {"id": 1002, "is_bot": False, "first_name": "Other", "username": "other_example"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Jieun"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "A group"}
ROOM = {"id": -1009876543210, "type": "channel", "title": "Dark room", "username": "Dark_Room"}
PICTURE = {"file_id": "x", "file_unique_id": "AQADpicture", "width": 90, "height": 60}


def a_message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 55, "date": SENT, "chat": PRIVATE, "from": JIEUN, **fields}


def an_update(kind: str = "message", **fields: Any) -> dict[str, Any]:
    return {"update_id": 7, kind: a_message(**fields)}


def parsed(update: Any) -> Update:
    return parse(json.dumps(update).encode())


def reported(**fields: Any) -> Report:
    """The report of one message; it has one."""
    update = parsed(an_update(**fields))
    assert update.ignored is None
    assert update.report is not None
    return update.report


def urls(report: Report) -> list[str]:
    return [location.url for location in report.locations]


def files(report: Report) -> list[str | None]:
    return [media.platform_media_id for media in report.media]


def lines(report: Report) -> list[str]:
    return (report.text or "").split("\n")


def units(text: str) -> int:
    """Its length as Telegram counts: a character beyond the first plane is two."""
    return len(text.encode("utf-16-le")) // 2


def an_entity(kind: str, text: str, words: str, **fields: Any) -> dict[str, Any]:
    """The entity that marks `words` in `text`."""
    before = text[: text.index(words)]
    return {"type": kind, "offset": units(before), "length": units(words), **fields}
