"""Updates of the Telegram Bot API: who wrote what, what is ignored and why, what is refused."""

from typing import Any

import msgspec
import pytest
from intake.formats.telegram_builders import (
    GROUP,
    JIEUN,
    OTHER,
    PICTURE,
    PRIVATE,
    a_message,
    an_entity,
    an_update,
    parsed,
    reported,
)

from triage.intake.formats.telegram import (
    COMMAND,
    FROM_A_BOT,
    KINDS,
    MAX_BYTES,
    NOT_A_MESSAGE,
    NOTHING_SAID,
    ONLY_MOVED,
    RECEIPT_WORDS,
    parse,
    send_message,
)
from triage.kit.errors import FieldError, Invalid
from triage.reports.report import Report, Reporter
from triage.reports.taxonomy import Relation


def test_a_text_becomes_an_anonymous_report_in_the_senders_language() -> None:
    update = parsed(an_update(text="도와주세요"))

    assert update.update_id == 7
    assert (update.chat_id, update.message_id) == (1001, 55)
    assert update.language == "ko"
    assert update.report == Report(
        external_id="telegram:1001:55",
        text="도와주세요",
        language="ko",
        reporter=Reporter(
            relation=Relation.ANONYMOUS,
            name="Jieun Example",
            contact="@jieun_example",
            locale="ko",
        ),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_is_a_report(kind: str) -> None:
    update = parsed(an_update(kind, text="help"))

    assert update.report is not None
    assert update.edited == kind.startswith("edited_")


@pytest.mark.parametrize("kind", ["callback_query", "poll", "my_chat_member", "of_times_to_come"])
def test_what_is_no_message_is_ignored(kind: str) -> None:
    update = parsed({"update_id": 7, kind: {"message": a_message(text="help")}})

    assert (update.report, update.ignored, update.chat_id) == (None, NOT_A_MESSAGE, None)


@pytest.mark.parametrize(
    ("text", "command"),
    [("/start", "/start"), ("/start ref_A-1", "/start"), ("/help@a_bot", "/help@a_bot")],
)
@pytest.mark.parametrize("kind", ["bot_command", "italic"])
def test_a_command_alone_is_ignored(text: str, command: str, kind: str) -> None:
    update = parsed(an_update(text=text, entities=[an_entity(kind, text, command)]))

    assert (update.report, update.ignored) == (None, COMMAND)
    assert (update.chat_id, update.language, update.answerable) == (1001, "ko", True)


@pytest.mark.parametrize("text", ["/help he threatens me", "/help now", "/start please help me"])
def test_a_command_with_words_is_a_report(text: str) -> None:
    entity = an_entity("bot_command", text, text.split(maxsplit=1)[0])

    assert reported(text=text, entities=[entity]).text == text


def test_a_command_in_answer_to_a_message_of_a_group_reports_that_message() -> None:
    answered = a_message(message_id=50, chat=GROUP, **{"from": OTHER}, photo=[PICTURE])
    report = reported(
        chat=GROUP,
        text="/report",
        entities=[an_entity("bot_command", "/report", "/report")],
        reply_to_message=answered,
    )

    assert [location.url for location in report.locations] == ["https://t.me/c/1234567890/50"]
    assert [media.platform_media_id for media in report.media] == ["AQADpicture"]


@pytest.mark.parametrize(
    "fields",
    [
        {"from": {**JIEUN, "is_bot": True}, "text": "We have received it."},
        {"sender_business_bot": {**OTHER, "is_bot": True}, "text": "We have received it."},
    ],
)
def test_a_bots_own_words_are_ignored(fields: dict[str, Any]) -> None:
    assert parsed(an_update(**fields)).ignored == FROM_A_BOT


@pytest.mark.parametrize(
    "fields",
    [
        {"new_chat_title": "A group"},
        {"text": "  \n"},
        {"edit_date": 1_795_420_900, "author_signature": "A"},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"contact": {"phone_number": "+821020000000", "first_name": "J", "user_id": 1001}},
    ],
)
def test_a_message_that_says_nothing_is_ignored(fields: dict[str, Any]) -> None:
    assert parsed(an_update(**fields)).ignored == NOTHING_SAID


def test_a_place_that_moves_is_told_once() -> None:
    spot = {"latitude": 37.5, "longitude": 127.0, "live_period": 900}

    assert parsed(an_update(location=spot)).report is not None
    assert parsed(an_update("edited_message", location=spot)).ignored == ONLY_MOVED


def test_somebody_who_writes_as_a_room_stays_without_a_name() -> None:
    stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupBot"}
    report = reported(**{"from": stand_in}, chat=GROUP, sender_chat=GROUP, text="help")

    assert report.reporter == Reporter()
    assert report.language is None


def test_the_senders_name_stands_nowhere_but_with_the_reporter() -> None:
    text = "I am @jieun_example, jieun@example.com"
    report = reported(
        text="help",
        caption=text,
        caption_entities=[an_entity("mention", text, "@jieun_example")],
        forward_origin={"type": "user", "date": 5, "sender_user": JIEUN},
    )
    elsewhere = msgspec.structs.replace(report, reporter=Reporter(), text=None)

    assert report.text == f"help\n{text}"
    assert b"ieun" not in msgspec.json.encode(elsewhere)


def test_a_number_that_somebody_shares_of_their_own_is_their_contact() -> None:
    contact = {"phone_number": "+821020000000", "first_name": "Jieun", "user_id": 1001}
    report = reported(contact=contact, caption="call me")

    assert report.reporter.contact == "@jieun_example, +821020000000"
    assert report.text == "call me"


@pytest.mark.parametrize(
    ("code", "tag"), [("pt-br", "pt-br"), ("zh-hans", "zh-hans"), ("한국어", None), ("", None)]
)
def test_a_language_is_taken_where_it_is_one(code: str, tag: str | None) -> None:
    update = parsed(an_update(text="help", **{"from": {**JIEUN, "language_code": code}}))

    assert update.report is not None
    assert update.language == update.report.language == update.report.reporter.locale == tag


def test_only_a_talk_of_two_can_be_answered() -> None:
    assert parsed(an_update(text="help")).answerable
    assert not parsed(an_update(text="help", chat=GROUP)).answerable
    assert not parsed(an_update(text="help", business_connection_id="b")).answerable
    assert not parsed(an_update("guest_message", text="help", guest_query_id="q")).answerable


def test_a_business_chat_is_not_the_bots_chat_of_the_same_number() -> None:
    report = reported(text="help", business_connection_id="BizExample")

    assert report.external_id == "telegram:BizExample:1001:55"


def test_a_message_without_a_number_yet_has_no_name_of_its_own() -> None:
    update = parsed(an_update(message_id=0, text="help"))

    assert update.message_id is None
    assert update.report is not None
    assert update.report.external_id is None


def test_the_messages_of_an_album_say_so() -> None:
    assert parsed(an_update(photo=[PICTURE], media_group_id="13579")).album == "13579"


def test_what_is_too_long_is_cut_and_says_so() -> None:
    report = reported(text="가" * 30_000, **{"from": {**JIEUN, "first_name": "J\n\t" * 900}})

    assert report.text is not None
    assert len(report.text) == 20_000
    assert report.text.endswith("cut: 30000 characters came")
    assert report.reporter.name is not None
    assert report.reporter.name.startswith("J J J")


@pytest.mark.parametrize(
    ("document", "pointer", "detail"),
    [
        (b"", "", "not JSON in UTF-8"),
        (b'{"update_id": 7', "", "not JSON in UTF-8"),
        (b'{"update_id": 7, "message": {"text": "\xff"}}', "", "not JSON in UTF-8"),
        (b"[" * 100_000, "", "not of the documented type, or out of range"),
        (b'{"x":' + b"[" * 100_000, "", "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "", f"too long: at most {MAX_BYTES} bytes"),
        (b"[]", "", "not of the documented type, or out of range"),
        (b"{}", "/update_id", "required"),
        (b'{"update_id": ' + b"9" * 5_000 + b"}", "/update_id", None),
        (b'{"update_id": 1.5}', "/update_id", None),
        (b'{"update_id": 7, "message": {"message_id": 5, "date": 5}}', "/message/chat", "required"),
    ],
)
def test_what_is_no_update_is_refused(document: bytes, pointer: str, detail: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(document)

    [wrong] = refusal.value.errors
    assert wrong.pointer == pointer
    assert detail in (None, wrong.detail)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"date": -1}, "/message/date"),
        ({"date": 2**40}, "/message/date"),
        ({"chat": {**PRIVATE, "id": 2**60}}, "/message/chat/id"),
        ({"from": {"is_bot": False}}, "/message/from/id"),
        ({"photo": [PICTURE, {"file_unique_id": "\n"}]}, "/message/photo/1/file_unique_id"),
        (
            {"entities": [{"type": "url", "offset": -1, "length": 1}]},
            "/message/entities/0/offset",
        ),
    ],
)
def test_a_field_that_telegram_would_not_send_is_named(
    fields: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        parsed(an_update(**fields))

    wrong = FieldError(pointer, "not of the documented type, or out of range")
    missing = FieldError(pointer, "required")
    assert refusal.value.errors in ((wrong,), (missing,))


def test_an_answer_is_sent_as_it_stands() -> None:
    assert send_message(1001, "접수되었습니다.", 55) == {
        "method": "sendMessage",
        "chat_id": 1001,
        "text": "접수되었습니다.",
        "link_preview_options": {"is_disabled": True},
        "reply_parameters": {"message_id": 55, "allow_sending_without_reply": True},
    }
    assert "reply_parameters" not in send_message(1001, "x", None)
    assert len(send_message(1001, "x" * 5_000, None)["text"]) == 4_096


def test_the_words_of_a_receipt_carry_its_code() -> None:
    for words in RECEIPT_WORDS.values():
        assert "7G4K-22QM-9XTA-P" in words.format(code="7G4K-22QM-9XTA-P")
