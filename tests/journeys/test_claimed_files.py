"""What a sender only says of a file joins nobody's case to a stranger's."""

from typing import Any

import httpx
import pytest
from journeys.steps import reported
from races.service import a_report

SAID = [
    {"platform": "telegram", "platform_media_id": "AQADB"},
    {"sha256": "ab" * 32},
    {"md5": "cd" * 16},
]


@pytest.mark.parametrize("media", SAID)
async def test_a_file_that_a_bot_only_names_joins_no_two_posts(
    bot: httpx.AsyncClient, media: dict[str, Any]
) -> None:
    first = await reported(bot, a_report("1"))
    await reported(bot, a_report("1", text="and this is its file", media=[media]))
    other = await reported(bot, a_report("2", text="somebody else", media=[media]))

    assert other["disposition"] == "opened"
    assert other["case_id"] != first["case_id"]
