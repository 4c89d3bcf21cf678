"""ActivityPub's Flag, in the shapes that Mastodon, Lemmy, Misskey and others send."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from intake.formats.documents import (
    ACCOUNT,
    STATUS,
    a_flag,
    lines,
    refusal,
    reports,
    the_report,
    urls,
)

from triage.intake.formats.activitypub import parse
from triage.kit.errors import FieldError
from triage.reports.report import Location, Report, Reporter
from triage.reports.taxonomy import Relation


def test_a_flag_of_mastodon() -> None:
    assert the_report(parse, a_flag()) == Report(
        external_id="activitypub:https://mastodon.example.com/reports/77",
        locations=[Location(ACCOUNT), Location(STATUS)],
        text="my pictures, without my consent\nactor: https://mastodon.example.com/actor",
        reporter=Reporter(Relation.PLATFORM),
    )


def test_a_flag_of_lemmy_has_its_reason_in_the_summary() -> None:
    document = a_flag(
        object="https://lemmy.example.com/post/7",
        summary="I am in this picture",
        audience="https://lemmy.example.com/c/pictures",
        actor="https://lemmy.example.com/u/jieun",
    )
    del document["content"]

    report = the_report(parse, document)

    assert urls(report) == ["https://lemmy.example.com/post/7"]
    assert lines(report) == [
        "I am in this picture",
        "actor: https://lemmy.example.com/u/jieun",
    ]


def test_content_and_summary_are_both_kept_and_the_same_words_once() -> None:
    assert lines(the_report(parse, a_flag(content="a", summary="b")))[:2] == ["a", "b"]
    assert lines(the_report(parse, a_flag(content="a", summary="a")))[0:2] == [
        "a",
        "actor: https://mastodon.example.com/actor",
    ]


@pytest.mark.parametrize("content", ["", None, " "])
def test_a_flag_without_words(content: str | None) -> None:
    report = the_report(parse, a_flag(content=content))

    assert lines(report) == ["actor: https://mastodon.example.com/actor"]


def test_the_actor_may_come_whole() -> None:
    actor = {"id": "https://example.com/actor", "type": "Application"}

    assert "actor: https://example.com/actor" in lines(the_report(parse, a_flag(actor=actor)))


def test_a_flagged_thing_may_come_whole() -> None:
    post = {
        "id": STATUS,
        "type": "Note",
        "url": "https://social.example.com/@other/1",
        "content": "look at her",
        "attachment": [{"url": "https://files.example.com/1.png"}],
    }

    report = the_report(parse, a_flag(object=[ACCOUNT, post]))

    assert urls(report) == [ACCOUNT, STATUS, "https://social.example.com/@other/1"]
    assert lines(report)[2:] == [
        "object[1].type: Note",
        "object[1].content: look at her",
        "object[1].attachment[0].url: https://files.example.com/1.png",
    ]


@pytest.mark.parametrize("name", ["items", "orderedItems"])
def test_things_may_come_as_a_collection(name: str) -> None:
    report = the_report(parse, a_flag(object={"type": "Collection", name: [ACCOUNT, STATUS]}))

    assert urls(report) == [ACCOUNT, STATUS]


def test_a_link_is_what_it_leads_to() -> None:
    report = the_report(parse, a_flag(object={"type": "Link", "href": STATUS}))

    assert urls(report) == [STATUS]


def test_one_thing_needs_no_array() -> None:
    assert urls(the_report(parse, a_flag(object={"id": STATUS, "type": "Note"}))) == [STATUS]


@pytest.mark.parametrize("thing", ["urn:uuid:0d2fa6c3", "acct:other@example.com", "x"])
def test_an_id_that_is_no_link_is_a_line(thing: str) -> None:
    report = the_report(parse, a_flag(object=[ACCOUNT, thing]))

    assert urls(report) == [ACCOUNT]
    assert f"object[1]: {thing}" in lines(report)


@pytest.mark.parametrize(
    "kind", ["Flag", ["Flag"], ["Object", "as:Flag"], "https://www.w3.org/ns/activitystreams#Flag"]
)
def test_the_type_as_json_ld_writes_it(kind: Any) -> None:
    assert the_report(parse, a_flag(type=kind)).locations


def test_the_time_of_publication() -> None:
    report = the_report(parse, a_flag(published="2026-11-20T09:00:00Z"))

    assert report.occurred_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_an_id_that_has_no_room_is_told_by_its_digest() -> None:
    long = "https://example.com/" + "a" * 500

    report = the_report(parse, a_flag(id=long))

    digest = hashlib.sha256(long.encode()).hexdigest()
    assert report.external_id == f"activitypub:sha256:{digest}"


@pytest.mark.parametrize("flag_id", [None, "", 7, {"a": 1}])
def test_a_flag_without_an_id(flag_id: Any) -> None:
    assert the_report(parse, a_flag(id=flag_id)).external_id is None


def test_other_fields_are_lines_and_how_it_was_sent_is_not() -> None:
    document = a_flag(category="violation", rules=["1", "2"], signature={"value": "x"}, cc=["y"])

    assert lines(the_report(parse, document))[2:] == ["category: violation", "rules: 1, 2"]


def test_more_things_than_a_report_has_locations_make_several() -> None:
    posts = [f"https://social.example.com/{number}" for number in range(201)]

    found = reports(parse, a_flag(object=posts))

    assert [len(report.locations) for report in found] == [100, 100, 1]
    assert [url for report in found for url in urls(report)] == posts
    assert len({report.external_id for report in found}) == len(found)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"type": "Create"}, FieldError("/type", "required: Flag")),
        ({"type": None}, FieldError("/type", "required: Flag")),
        ({"type": [["Flag"]]}, FieldError("/type", "required: Flag")),
        ({"object": None}, FieldError("/object", "required")),
        ({"object": []}, FieldError("/object", "from 1 to 1000 things")),
        ({"object": [ACCOUNT] * 1_001}, FieldError("/object", "from 1 to 1000 things")),
        ({"object": 7}, FieldError("/object", "neither an id nor an object with one")),
        ({"object": " "}, FieldError("/object", "neither an id nor an object with one")),
        (
            {"object": [ACCOUNT, {"type": "Note"}]},
            FieldError("/object/1", "neither an id nor an object with one"),
        ),
    ],
)
def test_a_document_that_is_no_flag(changes: dict[str, Any], wrong: FieldError) -> None:
    assert refusal(parse, a_flag(**changes)) == wrong
