"""What a report says of rooms and persons, and what of it counts."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from triage.intake.arrival import Numbered, masks_of, media_rows, read_links
from triage.intake.traits import MOST, trait_rows, traits_of
from triage.kit.ids import uuid7
from triage.reports.report import Location, Media, Report
from triage.vault.digests import Digests
from triage.vault.keys import generate
from triage.vault.service import Vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PHONE, DIALLED = "010-2345-6789", "+821023456789"


def found(door: str = "native", jurisdiction: str | None = "KR", **fields: Any) -> list[Any]:
    """Kind, value and source of each trait."""
    report = msgspec.convert(fields, Report)
    links, errors = read_links(report, NOW)
    assert not errors
    traits = traits_of(report, links, masks_of(report), jurisdiction=jurisdiction, door=door)
    return [(key.kind, key.value, source) for key, source in traits]


def at(*urls: str) -> list[dict[str, str]]:
    return [{"url": url} for url in urls]


def test_a_room_counts_once_however_many_of_its_posts_are_named() -> None:
    urls = ("https://t.me/dark_room/55", "https://t.me/dark_room/56", "https://t.me/dark_room")

    assert found(locations=at(*urls)) == [("room", "telegram_room:dark_room", "link")]


def test_a_victims_details_and_those_in_a_text_are_told_apart_and_told_once() -> None:
    text = f"My number {PHONE} and 010-9876-5432 stand there, with ana@a.example and @dark_ana."

    assert found(text=text, victim={"phones": [PHONE], "handles": ["@ana"]}) == [
        ("phone", DIALLED, "victim"),
        ("handle", "ana", "victim"),
        ("phone", "+821098765432", "text"),
        ("email", "ana@a.example", "text"),
        ("handle", "dark_ana", "text"),
    ]


@pytest.mark.parametrize(
    ("contact", "text"),
    [
        (PHONE, f"Call {PHONE}, that is +82 10 2345 6789."),
        ("Ana@A.example", "Write to ana@a.example."),
        ("@ana_k", "I am @Ana_K, on telegram @ana_k."),
        (f"{PHONE}, ana@a.example", f"{PHONE} or ana@a.example"),
        ("https://www.instagram.com/ana_k", "On insta: @ana_k, that is me."),
    ],
)
def test_the_reporters_own_contact_is_no_trait(contact: str, text: str) -> None:
    assert found(text=text, reporter={"contact": contact}, victim={"phones": [contact]}) == []


def test_a_number_is_read_in_the_country_of_the_report() -> None:
    number = {"text": "It says 07400 123456."}

    assert found(jurisdiction="GB", **number) == [("phone", "+447400123456", "text")]
    assert found(jurisdiction="KR", **number) == []


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("그 사람 텔레그램 @dark_ana 예요", [("room", "telegram_room:dark_ana", "text")]),
        ("his insta: @dark_ana", [("account", "instagram_profile:dark_ana", "text")]),
        ("it stands at t.me/dark_room/5.", [("room", "telegram_room:dark_room", "text")]),
        ("https://www.tiktok.com/@dark_ana", [("account", "tiktok_profile:dark_ana", "text")]),
        ("see https://www.instagram.com/explore/ and https://a.example/", []),
        ("@everyone 은 1366 에 전화하세요", []),
        ("국민은행 110-234-567890 입금", [("number", "digits:110234567890", "text")]),
        ("카카오뱅크 010-2345-6789", [("phone", DIALLED, "text")]),
        ("No person and no room.", []),
    ],
)
def test_a_text_tells_what_it_names(text: str, traits: list[tuple[str, str, str]]) -> None:
    assert found(text=text) == traits


def test_a_bare_name_is_of_the_platform_whose_door_it_came_through() -> None:
    message = {
        "text": "From the room @dark_room, says @me_myself.",
        "reporter": {"contact": "@me_myself"},
    }
    own = at("https://t.me/me_myself")

    assert found("telegram", locations=own, **message) == [
        ("room", "telegram_room:dark_room", "text")
    ]
    assert ("handle", "dark_room", "text") in found("native", **message)


def test_what_a_mails_footer_links_to_is_no_room() -> None:
    urls = at("https://agency.example/", "https://t.me/dark_room")

    assert [value for _, value, _ in found("email", locations=urls)] == ["telegram_room:dark_room"]
    assert len(found("native", locations=urls)) == 2


def rows_of(report: Report) -> list[dict[str, Any]]:
    links, _ = read_links(report, NOW)
    of, vault = Numbered(uuid7()), Vault(generate())
    return trait_rows(
        report,
        links,
        masks_of(report),
        of,
        media=media_rows(report, links, of, vault),
        jurisdiction=None,
        door="native",
        digests=Digests(b"a key"),
    )


def test_a_report_has_at_most_so_many_traits_and_rooms_before_files() -> None:
    rooms = [Location(f"https://t.me/dark_room{number}") for number in range(60)]
    files = [Media(sha256=f"{number:064x}") for number in range(100)]

    rows = rows_of(Report(locations=rooms, media=files))

    assert len(rows) == MOST
    assert [row["kind"] for row in rows].count("room") == 60


def test_a_file_counts_once_by_the_best_that_is_known_of_it() -> None:
    sha256, md5 = "ab" * 32, "cd" * 16
    one = Media(sha256=sha256, md5=md5, platform="telegram", platform_media_id="AQAD")

    assert len(rows_of(Report(media=[one, Media(sha256=sha256.upper())]))) == 1
    assert len(rows_of(Report(media=[Media(md5=md5), Media(pdq="00" * 32)]))) == 1


def test_rows_hold_digests_alone_and_two_kinds_have_none_in_common() -> None:
    report = Report(text=f"{PHONE} and @dark_ana")
    rows = rows_of(report)

    assert [(row["kind"], len(row["digest"])) for row in rows] == [("phone", 32), ("handle", 32)]
    assert "dark" not in str(rows)
    assert DIALLED[3:] not in str(rows)
    assert Digests(b"a key").digest("trait:phone", DIALLED) == rows[0]["digest"]
    assert Digests(b"a key").digest("trait:number", DIALLED) != rows[0]["digest"]
