"""Updates of Telegram: the messages of one chat are one report, however they arrive."""

import asyncio
import random
from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, claimed
from races.service import Service

from triage.intake.conversations import forget_silent

DOOR = "/v1/doors/telegram"
ADA = {"id": 77, "is_bot": False, "first_name": "Ada", "language_code": "ko"}


def an_update(number: int, text: str, *, chat: int = 77, **message: Any) -> dict[str, Any]:
    private = {"id": chat, "type": "private", "first_name": "Ada"}
    return {
        "update_id": 1000 + number,
        "message": {
            "message_id": number,
            "date": 1_763_600_000 + number,
            "chat": private,
            "from": ADA | {"id": chat},
            "text": text,
        }
        | message,
    }


@pytest.fixture
async def telegram(service: Service, admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """Telegram, which knows the secret of a channel that answers."""
    form = {"name": "telegram-kr", "kind": "bot", "jurisdiction": "KR", "telegram_reply": True}
    made = await admin.post("/v1/channels", json=form)
    assert made.status_code == 201, made.text
    caller = service.caller()
    caller.headers["X-Telegram-Bot-Api-Secret-Token"] = made.json()["token"]
    return caller


async def heard(telegram: httpx.AsyncClient, update: dict[str, Any]) -> Any:
    answer = await telegram.post(DOOR, json=update)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_five_messages_shuffled_and_each_sent_twice_are_one_report_with_one_receipt(
    service: Service, telegram: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    words = [
        "Please help me.",
        "He has a picture.",
        "https://t.me/room/55",
        "And one more.",
        "Now.",
    ]
    updates = [an_update(n, text) for n, text in enumerate(words, start=1)] * 2
    random.Random(7).shuffle(updates)

    answers = [await heard(telegram, update) for update in updates]

    receipts = {answer["text"] for answer in answers if answer.get("method") == "sendMessage"}
    [report] = (await claimed(ana))["case"]["reports"]
    texts = [report["text"], *(added["text"] for added in report["supplements"])]
    assert len(receipts) == 1
    assert sorted(text for [text] in texts) == sorted(words)
    assert await service.count("report") == 1


async def test_five_messages_at_once_are_one_report(
    service: Service, telegram: httpx.AsyncClient
) -> None:
    updates = [an_update(n, f"Message {n}.") for n in range(1, 6)]

    answers = await asyncio.gather(*(telegram.post(DOOR, json=update) for update in updates * 2))

    again = [await heard(telegram, update) for update in updates]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert sum("method" in answer for answer in again) == 1
    assert await service.count("report") == 1
    assert await service.count("report_supplement") == 4


async def test_the_receipt_is_in_neutral_words_and_opens_the_report(
    service: Service, telegram: httpx.AsyncClient
) -> None:
    answer = await heard(telegram, an_update(1, "A picture of me: https://t.me/room/55"))

    code = answer["text"].rpartition(" ")[2]
    opened = await service.caller().post("/v1/receipts", json={"code": code})
    assert answer["chat_id"] == 77
    assert answer["text"] == f"접수되었습니다. 접수 번호: {code}"
    assert opened.json()["state"] == "received"


async def test_after_a_silence_the_next_message_is_a_report_of_its_own(
    service: Service, telegram: httpx.AsyncClient, clock: ManualClock
) -> None:
    await heard(telegram, an_update(1, "One."))
    clock.forward(minutes=14)
    await heard(telegram, an_update(2, "Two."))
    clock.forward(minutes=14)
    await heard(telegram, an_update(3, "Three."))
    clock.forward(minutes=15)
    fourth = await heard(telegram, an_update(4, "Four."))

    assert fourth["method"] == "sendMessage"
    assert await service.count("report") == 2
    assert await service.count("report_supplement") == 2


async def test_other_chats_are_other_reports(service: Service, telegram: httpx.AsyncClient) -> None:
    await heard(telegram, an_update(1, "One.", chat=77))
    await heard(telegram, an_update(2, "Two.", chat=78))

    assert await service.count("report") == 2


async def test_people_of_one_group_are_not_mixed(
    service: Service, telegram: httpx.AsyncClient
) -> None:
    group = {"id": -500, "type": "group", "title": "Class"}
    updates = [an_update(n, "My picture.") for n in (1, 2)]
    updates[0]["message"] |= {"chat": group}
    updates[1]["message"] |= {"chat": group, "from": ADA | {"id": 99}}

    answers = [await heard(telegram, update) for update in updates]

    assert not any("method" in answer for answer in answers)
    assert await service.count("report") == 2


async def test_an_edit_adds_to_the_report_its_message_began(
    service: Service, telegram: httpx.AsyncClient, clock: ManualClock
) -> None:
    update = an_update(1, "One.")
    first = await heard(telegram, update)
    clock.forward(hours=5)
    edited = {"update_id": 2000, "edited_message": update["message"] | {"text": "One, corrected."}}
    second, again = [await heard(telegram, edited) for _ in range(2)]

    [row] = await service.rows("SELECT id FROM report")
    assert "method" in first
    assert second == again == {"kept": True, "id": str(row["id"])}
    assert await service.count("report_supplement") == 1


async def test_an_edit_adds_to_the_report_its_message_was_added_to(
    service: Service, telegram: httpx.AsyncClient, clock: ManualClock
) -> None:
    update = an_update(2, "Two.")
    first = await heard(telegram, an_update(1, "One."))
    await heard(telegram, update)
    clock.forward(hours=5)
    edited = {"update_id": 2000, "edited_message": update["message"] | {"text": "Two, corrected."}}

    assert await heard(telegram, edited) == {"kept": True, "id": first["id"]}
    assert await service.count("report") == 1
    assert await service.count("report_supplement") == 2


async def test_an_album_is_one_report_however_late_its_parts_come(
    service: Service, telegram: httpx.AsyncClient, clock: ManualClock
) -> None:
    parts = [
        an_update(n, f"Part {n}", media_group_id="13579", photo=[{"file_unique_id": f"F{n}"}])
        for n in (1, 2)
    ]
    first = await heard(telegram, parts[0])
    clock.forward(hours=3)
    await heard(telegram, an_update(3, "Something else."))
    clock.forward(hours=3)

    assert await heard(telegram, parts[1]) == {"kept": True, "id": first["id"]}
    assert await service.count("report") == 2
    assert await service.count("report_supplement") == 1


async def test_what_is_ignored_is_told_with_its_reason(
    service: Service, telegram: httpx.AsyncClient
) -> None:
    assert await heard(telegram, {"update_id": 1}) == {"kept": False, "reason": "not_a_message"}
    assert await service.count("report") == 0


async def test_what_is_no_update_is_refused(telegram: httpx.AsyncClient) -> None:
    answer = await telegram.post(DOOR, json={"update": 1})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/update_id"


@pytest.mark.parametrize("secret", [None, "wrong", "trg_00000000000000000000000000000000_x"])
async def test_without_the_channels_secret_nobody_is_heard(
    service: Service, secret: str | None
) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    answer = await service.caller().post(DOOR, json=an_update(1, "One."), headers=headers)

    assert answer.status_code == 401
    assert await service.count("report") == 0


async def test_a_conversation_is_forgotten_when_it_is_over(
    service: Service, telegram: httpx.AsyncClient, clock: ManualClock
) -> None:
    await heard(telegram, an_update(1, "Please help me.", chat=1))
    clock.forward(hours=23, minutes=55)
    await heard(telegram, an_update(2, "Me, too.", chat=2))
    clock.forward(minutes=10)

    gone = [await forget_silent(service.sessions, clock) for _ in range(2)]
    await heard(telegram, an_update(3, "He wrote again.", chat=2))

    assert gone == [1, 0]
    assert await service.count("report") == 2
