"""com.atproto.moderation.createReport: what the input becomes, and the answer to it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from intake.formats.documents import (
    CID,
    DID,
    POST,
    a_create_report,
    lines,
    refusal,
    the_report,
    written,
)

from triage.intake.formats.atproto import ALLEGATIONS, MESSAGE, RECORD, REPO, answer, parse
from triage.kit.errors import FieldError, Invalid
from triage.reports.report import Location, Report, Victim
from triage.reports.taxonomy import Allegation

PROFILE = f"https://bsky.app/profile/{DID}"
WHOLE = "tools.ozone.report.defs#"
EARLIER = "com.atproto.moderation.defs#"
NONE_OF_OURS = [
    *(EARLIER + name for name in ("reasonSpam", "reasonViolation", "reasonMisleading")),
    *(EARLIER + name for name in ("reasonSexual", "reasonRude", "reasonOther", "reasonAppeal")),
    *(WHOLE + name for name in ("reasonAppeal", "reasonOther", "reasonViolenceAnimal")),
    *(WHOLE + name for name in ("reasonViolenceGraphicContent", "reasonViolenceGlorification")),
    *(WHOLE + name for name in ("reasonViolenceExtremistContent", "reasonViolenceTrafficking")),
    *(WHOLE + name for name in ("reasonViolenceOther", "reasonSexualAnimal")),
    *(WHOLE + name for name in ("reasonSexualUnlabeled", "reasonSexualOther")),
    *(WHOLE + name for name in ("reasonHarassmentTroll", "reasonHarassmentHateSpeech")),
    *(WHOLE + name for name in ("reasonHarassmentOther", "reasonMisleadingBot")),
    *(WHOLE + name for name in ("reasonMisleadingSpam", "reasonMisleadingScam")),
    *(WHOLE + name for name in ("reasonMisleadingElections", "reasonMisleadingOther")),
    *(WHOLE + name for name in ("reasonRuleSiteSecurity", "reasonRuleProhibitedSales")),
    *(WHOLE + name for name in ("reasonRuleBanEvasion", "reasonRuleOther")),
    *(WHOLE + name for name in ("reasonSelfHarmContent", "reasonSelfHarmED")),
    *(WHOLE + name for name in ("reasonSelfHarmStunts", "reasonSelfHarmSubstances")),
    WHOLE + "reasonSelfHarmOther",
    "example.other.defs#reasonYetToCome",
]


def a_subject(kind: str, **fields: str) -> dict[str, Any]:
    return a_create_report(subject={"$type": kind, **fields})


def a_record(uri: str) -> dict[str, Any]:
    return a_subject(RECORD, uri=uri, cid=CID)


def test_a_reported_post_keeps_everything() -> None:
    document = a_create_report(
        reason="It is me.\nI never agreed.",
        modTool={"name": "example-app/web", "meta": {"build": 7}},
    )

    assert the_report(parse, document) == Report(
        allegations=[Allegation.INTIMATE_IMAGE],
        locations=[Location(f"{PROFILE}/post/3kabcdefghij2")],
        text="It is me.\n"
        "I never agreed.\n"
        "reasonType: tools.ozone.report.defs#reasonSexualNCII\n"
        "subject.$type: com.atproto.repo.strongRef\n"
        f"subject.uri: {POST}\n"
        f"subject.cid: {CID}\n"
        "modTool.name: example-app/web\n"
        "modTool.meta.build: 7",
    )


def test_a_reported_account_is_its_profile() -> None:
    report = the_report(parse, a_subject(REPO, did=DID))

    assert report.locations == [Location(PROFILE)]
    assert f"subject.did: {DID}" in lines(report)


def test_a_reported_direct_message_is_placed_at_its_writer() -> None:
    report = the_report(parse, a_subject(MESSAGE, did=DID, convoId="c7", messageId="m9"))

    assert report.locations == [Location(PROFILE)]
    assert {"subject.convoId: c7", "subject.messageId: m9"} <= set(lines(report))


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        (f"at://{DID}/app.bsky.feed.generator/f", f"{PROFILE}/feed/f"),
        (f"at://{DID}/app.bsky.graph.list/3k", f"{PROFILE}/lists/3k"),
        (f"at://{DID}/app.bsky.graph.starterpack/3k", f"https://bsky.app/starter-pack/{DID}/3k"),
        (f"at://{DID}/app.bsky.actor.profile/self", PROFILE),
        (f"at://{DID}/org.example.picture/3k", PROFILE),
        (f"at://{DID}/app.bsky.feed.post", PROFILE),
        (f"at://{DID}", PROFILE),
        (
            "at://jieun.example.com/app.bsky.feed.post/3k",
            "https://bsky.app/profile/jieun.example.com/post/3k",
        ),
    ],
)
def test_a_record_is_placed_where_it_can_be_seen(uri: str, page: str) -> None:
    report = the_report(parse, a_record(uri))

    assert report.locations == [Location(page)]
    assert f"subject.uri: {uri}" in lines(report)


@pytest.mark.parametrize("reason", ALLEGATIONS)
def test_a_reason_that_we_have_a_word_for(reason: str) -> None:
    report = the_report(parse, a_create_report() | {"reasonType": reason})

    assert report.allegations == list(ALLEGATIONS[reason])
    assert report.victim == Victim(is_minor=True if "ChildSafety" in reason else None)
    assert f"reasonType: {reason}" in lines(report)


@pytest.mark.parametrize("reason", NONE_OF_OURS)
def test_every_other_reason_is_other(reason: str) -> None:
    report = the_report(parse, a_create_report() | {"reasonType": reason})

    assert report.allegations == [Allegation.OTHER]
    assert f"reasonType: {reason}" in lines(report)


def test_the_longest_reason_is_kept_but_for_what_a_text_has_no_room_for() -> None:
    text = the_report(parse, a_create_report(reason="x" * 20_000)).text or ""

    assert text.startswith("x" * 19_000)
    assert "cut: 20000 characters came" in text
    assert text.endswith(f"subject.cid: {CID}")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"reasonType": None}, FieldError("/reasonType", "not a text")),
        ({"reasonType": ""}, FieldError("/reasonType", "empty")),
        (
            {"reasonType": "a" * 501},
            FieldError("/reasonType", "too long: at most 500 characters"),
        ),
        ({"reason": None}, FieldError("/reason", "not a text")),
        ({"reason": "한" * 6_667}, FieldError("/reason", "too long: at most 20000 bytes")),
        ({"subject": POST}, FieldError("/subject", "not an object")),
        ({"subject": {"did": DID}}, FieldError("/subject/$type", "required")),
        ({"subject": {"$type": REPO}}, FieldError("/subject/did", "required")),
        ({"subject": {"$type": RECORD, "uri": POST}}, FieldError("/subject/cid", "required")),
    ],
)
def test_an_input_that_is_not_the_lexicons(changes: dict[str, Any], wrong: FieldError) -> None:
    assert refusal(parse, a_create_report() | changes) == wrong


@pytest.mark.parametrize("name", ["reasonType", "subject"])
def test_an_input_without_a_required_field(name: str) -> None:
    document = a_create_report()
    del document[name]

    assert refusal(parse, document) == FieldError(f"/{name}", "required")


@pytest.mark.parametrize("kind", ["com.example#other", None, {}, 5])
def test_a_subject_of_another_kind(kind: Any) -> None:
    wrong = refusal(parse, a_create_report(subject={"$type": kind, "did": DID}))

    assert wrong.pointer == "/subject/$type"
    assert REPO in wrong.detail


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ({"$type": REPO, "did": "did:plc:"}, "did"),
        ({"$type": REPO, "did": "did:PLC:abc"}, "did"),
        ({"$type": REPO, "did": "did:plc:abc\n"}, "did"),
        ({"$type": REPO, "did": 7}, "did"),
        ({"$type": RECORD, "uri": "https://example.com/", "cid": CID}, "uri"),
        ({"$type": RECORD, "uri": f"at://{DID}/a/b/c", "cid": CID}, "uri"),
        ({"$type": RECORD, "uri": POST, "cid": "x y"}, "cid"),
        ({"$type": MESSAGE, "did": DID, "convoId": "", "messageId": "m"}, "convoId"),
    ],
)
def test_a_subject_with_a_name_of_another_format(subject: dict[str, Any], name: str) -> None:
    wrong = refusal(parse, a_create_report(subject=subject))

    assert wrong == FieldError(f"/subject/{name}", "not of the lexicon's format")


def test_the_answer_is_the_lexicons_output() -> None:
    document = written(a_create_report(reason="It is me.", modTool={"name": "app"}))
    at = datetime(2026, 11, 23, 17, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=9)))

    assert answer(2**53 - 1, "did:web:triage.example.org", at, document) == {
        "id": 2**53 - 1,
        "reasonType": "tools.ozone.report.defs#reasonSexualNCII",
        "reason": "It is me.",
        "subject": {"$type": RECORD, "uri": POST, "cid": CID},
        "reportedBy": "did:web:triage.example.org",
        "createdAt": "2026-11-23T08:00:00.123Z",
    }


def test_the_answer_has_no_reason_where_none_came_and_no_more_of_the_subject() -> None:
    subject = {"$type": REPO, "did": DID, "extra": "x"}
    document = written(a_create_report(subject=subject))

    found = answer(1, "did:web:triage.example.org", datetime(2026, 11, 23, tzinfo=UTC), document)

    assert "reason" not in found
    assert found["subject"] == {"$type": REPO, "did": DID}
    assert found["createdAt"] == "2026-11-23T00:00:00.000Z"


def test_there_is_no_answer_to_what_is_refused() -> None:
    with pytest.raises(Invalid):
        answer(1, "did:web:triage.example.org", datetime(2026, 11, 23, tzinfo=UTC), b"{}")
