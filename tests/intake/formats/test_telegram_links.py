"""Links and names in messages of Telegram, marked and unmarked."""

import pytest
from intake.formats.telegram_builders import (
    OTHER,
    ROOM,
    an_entity,
    lines,
    reported,
    urls,
)


@pytest.mark.parametrize("before", ["", "😀😀 ", "가나다 ", "👩‍👩‍👧 𝒂 "])
@pytest.mark.parametrize("place", ["text", "caption"])
def test_positions_count_utf_16_code_units(before: str, place: str) -> None:
    text = f"{before}example.com/a and @dark_room 😀"
    entities = "entities" if place == "text" else "caption_entities"
    marks = [an_entity("url", text, "example.com/a"), an_entity("mention", text, "@dark_room")]

    assert urls(reported(**{place: text, entities: marks})) == [
        "https://t.me/dark_room",
        "example.com/a",
    ]


def test_a_mark_that_does_not_fit_its_text_is_passed_over() -> None:
    marks = [
        {"type": "url", "offset": 1, "length": 13},  # in the middle of a surrogate pair
        {"type": "url", "offset": 3, "length": 900},
        {"type": "url", "offset": 900, "length": 3},
        {"type": "url", "offset": 0, "length": 0},
    ]

    assert urls(reported(text="😀 example.com/a", entities=marks)) == []


def test_a_link_behind_words_is_a_location_and_any_other_scheme_a_line() -> None:
    text = "here or there"
    marks = [
        an_entity("text_link", text, "here", url="https://example.com/behind"),
        an_entity("text_link", text, "there", url="ton://example"),
    ]
    report = reported(text=text, entities=marks)

    assert urls(report) == ["https://example.com/behind"]
    assert lines(report) == [text, "link: ton://example"]


@pytest.mark.parametrize("kind", ["code", "pre", "spoiler", "bold"])
def test_a_link_within_code_or_a_spoiler_is_found(kind: str) -> None:
    text = "😀 see https://t.me/dark_room/55 there"

    marks = [an_entity(kind, text, "https://t.me/dark_room/55")]
    assert urls(reported(text=text, entities=marks)) == ["https://t.me/dark_room/55"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("hxxps://t[.]me/dark_room/55", "hxxps://t[.]me/dark_room/55"),
        ("(t.me/dark_room/55).", "t.me/dark_room/55"),
        ("telegram.me/dark_room", "telegram.me/dark_room"),
        ("tg://resolve?domain=dark_room&post=55", "tg://resolve?domain=dark_room&post=55"),
        ("https://x.com/a/status/1에서 봤어요", "https://x.com/a/status/1"),
    ],
)
def test_a_link_that_telegram_does_not_mark_is_found(text: str, url: str) -> None:
    assert urls(reported(text=text)) == [url]


def test_a_particle_that_is_written_onto_a_link_is_not_part_of_it() -> None:
    text = "https://t.me/dark_room/55에서 example.com/사진"
    marks = [
        an_entity("url", text, "https://t.me/dark_room/55에서"),
        an_entity("url", text, "example.com/사진"),
    ]

    assert urls(reported(text=text, entities=marks)) == [
        "https://t.me/dark_room/55",
        "example.com/사진",
    ]


def test_one_place_is_one_location_however_often_it_is_named() -> None:
    text = "@dark_room https://t.me/dark_room t.me/Dark_Room"
    marks = [an_entity("mention", text, "@dark_room"), an_entity("url", text, "t.me/Dark_Room")]

    assert urls(reported(text=text, entities=marks)) == ["https://t.me/dark_room"]


def test_more_places_than_a_report_holds_stay_readable() -> None:
    text = " ".join(f"t.me/room_a/{number}" for number in range(1, 131))
    report = reported(text=text)

    assert len(report.locations) == 100
    assert lines(report)[1] == "link: t.me/room_a/101"
    assert len(lines(report)) == 31


def test_numbers_addresses_and_people_stay_in_the_text() -> None:
    text = "010-2000-0000 a@example.com Other"
    marks = [
        an_entity("phone_number", text, "010-2000-0000"),
        an_entity("email", text, "a@example.com"),
        an_entity("text_mention", text, "Other", user=OTHER),
    ]
    report = reported(text=text, entities=marks)

    assert report.locations == []
    assert lines(report) == [text, "mentioned: Other = Other @other_example (tg://user?id=1002)"]


def test_telegrams_own_places_come_first() -> None:
    """The id of a file counts on the platform of the first location."""
    assert urls(reported(text="https://example.com/a https://t.me/dark_room/5")) == [
        "https://t.me/dark_room/5",
        "https://example.com/a",
    ]


def test_links_of_buttons_previews_and_stories_are_locations() -> None:
    report = reported(
        text="this",
        reply_markup={"inline_keyboard": [[{"text": "more", "url": "https://example.com/more"}]]},
        link_preview_options={"url": "https://example.com/hidden"},
        story={"chat": ROOM, "id": 4},
    )

    assert urls(report) == [
        "https://t.me/Dark_Room/s/4",
        "https://example.com/more",
        "https://example.com/hidden",
    ]


def test_the_senders_own_profile_is_no_location() -> None:
    text = "@jieun_example"

    assert urls(reported(text=text, entities=[an_entity("mention", text, text)])) == []
