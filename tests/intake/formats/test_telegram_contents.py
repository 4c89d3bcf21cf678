"""What a message of Telegram carries: files, rooms, people, cards."""

from typing import Any

import pytest
from intake.formats.telegram_builders import (
    GROUP,
    OTHER,
    PICTURE,
    ROOM,
    SENT,
    a_message,
    an_update,
    files,
    lines,
    parsed,
    reported,
    urls,
)


@pytest.mark.parametrize(
    ("origin", "url", "told"),
    [
        (
            {"type": "channel", "chat": ROOM, "message_id": 9, "author_signature": "A"},
            ["https://t.me/Dark_Room/9"],
            ["forwarded from room: Dark room @Dark_Room", "forwarded, signed: A"],
        ),
        (
            {"type": "channel", "chat": GROUP, "message_id": 9},
            ["https://t.me/c/1234567890/9"],
            ["forwarded from room: A group (-1001234567890)"],
        ),
        (
            {"type": "chat", "sender_chat": ROOM},
            ["https://t.me/Dark_Room"],
            ["forwarded from room: Dark room @Dark_Room"],
        ),
        (
            {"type": "chat", "sender_chat": {"id": -5, "type": "group", "title": "G"}},
            [],
            ["forwarded from room: G (-5)"],
        ),
        (
            {"type": "user", "sender_user": OTHER},
            [],
            ["forwarded from: Other @other_example (tg://user?id=1002)"],
        ),
        ({"type": "hidden_user", "sender_user_name": "Nobody"}, [], ["forwarded from: Nobody"]),
    ],
)
def test_a_forwarded_message_names_where_it_was(
    origin: dict[str, Any], url: list[str], told: list[str]
) -> None:
    report = reported(text="this", forward_origin={"date": SENT, **origin})

    assert urls(report) == url
    assert lines(report) == ["this", "forwarded, first sent: 2026-11-23T08:00:00Z", *told]


def test_a_message_that_is_answered_from_another_chat_is_where_it_was_seen() -> None:
    report = reported(
        text="this",
        external_reply={
            "origin": {"type": "channel", "date": SENT, "chat": ROOM, "message_id": 9},
            "chat": ROOM,
            "message_id": 9,
            "photo": [PICTURE],
        },
        quote={"text": "see t.me/other_room/3", "position": 0},
    )

    assert urls(report) == ["t.me/other_room/3", "https://t.me/Dark_Room/9"]
    assert files(report) == ["AQADpicture"]
    assert "quoted: see t.me/other_room/3" in lines(report)


def test_a_message_answered_in_a_group_is_told_with_its_place() -> None:
    answered = a_message(message_id=50, chat=GROUP, text="look", **{"from": OTHER})
    report = reported(chat=GROUP, text="this", reply_to_message=answered)

    assert urls(report) == ["https://t.me/c/1234567890/50"]
    person = "answered: Other @other_example (tg://user?id=1002)"
    assert lines(report) == ["this", person, "answered: look"]


def test_the_start_of_a_topic_and_a_talk_with_the_bot_are_no_places() -> None:
    topic = a_message(message_id=1, chat=GROUP, forum_topic_created={"name": "T"})
    earlier = a_message(message_id=1, text="before", photo=[PICTURE])

    assert urls(reported(chat=GROUP, text="this", reply_to_message=topic)) == []
    report = reported(text="this", reply_to_message=earlier)
    assert (report.locations, report.media, report.text) == ([], [], "this")


@pytest.mark.parametrize(
    "kind", ["video", "animation", "document", "sticker", "audio", "voice", "video_note"]
)
def test_a_file_is_known_by_its_unique_id(kind: str) -> None:
    report = reported(**{kind: {"file_id": "x", "file_unique_id": "AgADexample"}})

    assert files(report) == ["AgADexample"]
    assert report.text is None


def test_a_photo_is_known_by_its_largest_size() -> None:
    sizes = [{**PICTURE, "file_unique_id": f"A{width}", "width": width} for width in (90, 800, 320)]

    assert files(reported(photo=sizes)) == ["A800"]


def test_a_file_that_comes_twice_is_one_and_names_are_kept() -> None:
    file = {"file_unique_id": "AgADexample", "file_name": "clip.mp4"}
    report = reported(animation=file, document=file, sticker={**PICTURE, "set_name": "ExampleSet"})

    assert files(report) == ["AgADexample", "AQADpicture"]
    assert lines(report) == ["file: clip.mp4", "sticker set: ExampleSet"]


def test_paid_media_and_live_photos_are_files_too() -> None:
    paid = [
        {"type": "photo", "photo": [PICTURE]},
        {"type": "video", "video": {"file_unique_id": "V"}},
        {"type": "preview"},
    ]
    report = reported(paid_media={"paid_media": paid}, live_photo={"file_unique_id": "L"})

    assert files(report) == ["L", "AQADpicture", "V"]


def test_contacts_places_and_questions_are_lines() -> None:
    spot = {"latitude": 37.5, "longitude": 127.0}
    link = {"type": "text_link", "offset": 0, "length": 3, "url": "https://x.com/a/status/1"}
    report = reported(
        contact={"phone_number": "+821020000000", "first_name": "Other", "user_id": 1002},
        location=spot,
        venue={"location": spot, "title": "School", "address": "Street 1"},
        poll={"question": "Who?", "options": [{"text": "A"}, {"text": "B t.me/dark_room/7"}]},
        checklist={"title": "List", "tasks": [{"id": 1, "text": "One", "text_entities": [link]}]},
    )

    assert lines(report) == [
        "contact: Other +821020000000 (tg://user?id=1002)",
        "location: 37.500000, 127.000000 School, Street 1",
        "poll: Who?",
        "option: A",
        "option: B t.me/dark_room/7",
        "checklist: List",
        "task: One",
    ]
    assert urls(report) == ["t.me/dark_room/7", "https://x.com/a/status/1"]


def test_a_room_that_was_chosen_by_a_button_is_a_location() -> None:
    report = reported(chat_shared={"request_id": 1, "chat_id": -1009876543210, "title": "Dark"})

    assert urls(report) == ["https://t.me/c/9876543210"]
    assert lines(report) == ["room: Dark (-1009876543210)"]


def test_people_who_were_chosen_by_a_button_are_named_with_their_profiles() -> None:
    chosen = [{"user_id": 1002, "first_name": "Other", "username": "other_example"}]
    report = reported(users_shared={"request_id": 1, "users": [*chosen, {"user_id": 1003}]})

    assert urls(report) == ["https://t.me/other_example"]
    assert lines(report) == [
        "person: Other @other_example (tg://user?id=1002)",
        "person: (tg://user?id=1003)",
    ]


def test_what_a_form_of_the_bot_sent_are_the_senders_words() -> None:
    report = reported(web_app_data={"data": "He is at t.me/dark_room/7", "button_text": "Send"})

    assert report.text == "He is at t.me/dark_room/7"
    assert urls(report) == ["t.me/dark_room/7"]


def test_games_bills_and_giveaways_are_told_with_their_rooms() -> None:
    report = reported(
        game={"title": "Guess who", "description": "", "photo": [PICTURE]},
        invoice={
            "title": "Pay",
            "description": "or it is sent",
            "start_parameter": "",
            "currency": "USD",
            "total_amount": 5000,
        },
        giveaway={"chats": [ROOM], "winner_count": 1, "prize_description": "Pictures"},
        giveaway_winners={"chat": ROOM, "winners": [OTHER]},
    )

    assert files(report) == ["AQADpicture"]
    assert urls(report) == ["https://t.me/Dark_Room"]
    assert lines(report) == [
        "game: Guess who",
        "invoice: Pay",
        "invoice: or it is sent",
        "invoice: 5000 USD",
        "giveaway in: Dark room @Dark_Room",
        "prize: Pictures",
        "giveaway in: Dark room @Dark_Room",
        "winner: Other @other_example (tg://user?id=1002)",
    ]


def test_an_edit_says_when() -> None:
    update = parsed(an_update("edited_message", text="this", edit_date=SENT + 60))

    assert update.report is not None
    assert lines(update.report) == ["this", "edited: 2026-11-23T08:01:00Z"]
