"""Reports in the formats that partners speak already, from their documents to the case page."""

import hashlib
import json

import httpx
import pytest
from intake.formats.mails import a_feedback_report, a_mail
from journeys.steps import claimed
from races.service import Service

XARF = {
    "xarf_version": "4.2.0",
    "report_id": "0f5a9b06-5d3c-4d5e-8a43-3f0d2c6b7a11",
    "timestamp": "2026-11-19T08:00:00Z",
    "reporter": {"org": "Example Hotline", "contact": "a@example.org", "domain": "example.org"},
    "sender": {"org": "Example Hotline", "contact": "a@example.org", "domain": "example.org"},
    "source_identifier": "192.0.2.7",
    "category": "content",
    "type": "exposed_data",
    "url": "https://x.com/a/status/71",
}
FLAG = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://social.example/flags/1",
    "type": "Flag",
    "actor": "https://social.example/actor",
    "content": "Her school is named.",
    "object": ["https://other.example/users/bo", "https://other.example/@bo/1"],
}
ATPROTO = {
    "reasonType": "tools.ozone.report.defs#reasonSexualDeepfake",
    "reason": "That is my face.",
    "subject": {
        "$type": "com.atproto.repo.strongRef",
        "uri": "at://did:plc:ana7example/app.bsky.feed.post/3kabc2d4e5f2g",
        "cid": "bafyreigexampleexample",
    },
}
CREATE_REPORT = "/xrpc/com.atproto.moderation.createReport"


@pytest.fixture
async def partner(service: Service, admin: httpx.AsyncClient) -> httpx.AsyncClient:
    form = {"name": "partner", "kind": "partner", "did": "did:web:hotline.example"}
    made = await admin.post("/v1/channels", json=form)
    return service.caller(made.json()["token"])


@pytest.mark.parametrize(
    ("door", "body", "kind"),
    [
        ("xarf", json.dumps(XARF).encode(), "application/json"),
        ("activitypub", json.dumps(FLAG).encode(), "application/activity+json"),
        ("activitypub", json.dumps(FLAG).encode(), 'application/ld+json; profile="x"'),
        ("arf", a_feedback_report(), "message/rfc822"),
        ("email", a_mail().as_bytes(), "message/rfc822"),
    ],
)
async def test_a_document_becomes_a_report_and_its_repetition_nothing(
    service: Service,
    partner: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    door: str,
    body: bytes,
    kind: str,
) -> None:
    headers = {"Content-Type": kind}
    first = await partner.post(f"/v1/doors/{door}", content=body, headers=headers)
    again = await partner.post(f"/v1/doors/{door}", content=body, headers=headers)

    [report] = (await claimed(ana))["case"]["reports"]
    [row] = await service.rows("SELECT door, original_digest FROM report")
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json() == again.json()
    assert first.json()["id"] == report["id"]
    assert row["door"] == door
    assert len(row["original_digest"]) == hashlib.sha256().digest_size


async def test_a_document_from_the_future_loses_its_time_and_nothing_else(
    service: Service, partner: httpx.AsyncClient
) -> None:
    answer = await partner.post("/v1/doors/xarf", json=XARF | {"timestamp": "2031-01-01T00:00:00Z"})

    [row] = await service.rows("SELECT occurred_at FROM report")
    assert answer.status_code == 201
    assert row["occurred_at"] is None


async def test_the_at_protocol_is_answered_as_its_lexicon_says(
    partner: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": "one"}
    first = await partner.post(CREATE_REPORT, json=ATPROTO, headers=key)
    again = await partner.post(CREATE_REPORT, json=ATPROTO, headers=key)
    other = await partner.post(CREATE_REPORT, json=ATPROTO)

    answer = first.json()
    case = (await claimed(ana))["case"]
    assert first.status_code == 200, first.text
    assert answer.keys() == {"id", "reasonType", "reason", "subject", "reportedBy", "createdAt"}
    assert answer["reportedBy"] == "did:web:hotline.example"
    assert answer["subject"] == ATPROTO["subject"]
    assert 0 < answer["id"] < 2**53
    assert again.json() == answer
    assert other.json()["id"] != answer["id"]
    assert case["allegations"] == ["deepfake"]
    assert case["report_count"] == 2


async def test_what_the_lexicon_does_not_know_is_refused_in_its_manner(
    partner: httpx.AsyncClient,
) -> None:
    answer = await partner.post(CREATE_REPORT, json=ATPROTO | {"subject": {"$type": "x"}})

    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidRequest"
    assert answer.json()["message"]


async def test_a_channel_takes_only_its_formats(service: Service, admin: httpx.AsyncClient) -> None:
    form = {"name": "flags", "kind": "partner", "formats": ["activitypub"]}
    flags = service.caller((await admin.post("/v1/channels", json=form)).json()["token"])

    refused = [
        await flags.post("/v1/doors/xarf", json=XARF),
        await flags.post(CREATE_REPORT, json=ATPROTO),
        await flags.post("/v1/reports", json={"text": "A report."}),
        await flags.post("/v1/reports/batch", json=[{"text": "A report."}]),
    ]
    taken = await flags.post("/v1/doors/activitypub", json=FLAG)

    assert [answer.status_code for answer in refused] == [403] * 4
    assert taken.status_code == 201
    assert await service.count("report") == 1


MAIL = "message/rfc822"
FOOTER = b"https://%s\n--\nSent with http://mail.example/footer"


async def test_what_every_mail_links_to_unites_nobody(
    service: Service, bot: httpx.AsyncClient
) -> None:
    for number, place in enumerate((b"evil.example/a/1", b"evil.example/b/2")):
        mail = b"From: v%d@example.org\nMessage-ID: <%d@x>\n\n" % (number, number)
        answer = await bot.post(
            "/v1/doors/email", content=mail + FOOTER % place, headers={"Content-Type": MAIL}
        )
        assert answer.status_code == 201, answer.text

    assert await service.count("case") == 2


async def test_two_posts_of_one_account_are_two_cases(
    service: Service, bot: httpx.AsyncClient
) -> None:
    account = "https://social.example/users/bo"
    for number in (1, 2):
        flag = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"https://home.example/flags/{number}",
            "type": "Flag",
            "actor": "https://home.example/actor",
            "object": [account, f"https://social.example/users/bo/statuses/{number}"],
        }
        answer = await bot.post("/v1/doors/activitypub", json=flag)
        assert answer.status_code == 201, answer.text

    assert await service.count("case") == 2


async def test_a_mail_without_an_id_is_known_by_its_bytes(
    service: Service, bot: httpx.AsyncClient
) -> None:
    mail = b"From: v@example.org\n\nhelp me"
    statuses = [
        (
            await bot.post("/v1/doors/email", content=mail, headers={"Content-Type": MAIL})
        ).status_code
        for _ in range(2)
    ]

    assert statuses == [201, 200]
    assert await service.count("report") == 1
