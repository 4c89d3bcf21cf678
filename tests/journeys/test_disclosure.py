"""Who may know what of a case."""

from typing import Any

import httpx
from journeys.people import a_person
from journeys.steps import ManualClock, case_of, claimed, decide, decided, moved, reported
from races.service import Service, a_report

from triage.access.principal import Grant, Role

CHILD: dict[str, Any] = {"allegations": ["minor", "deepfake"], "victim": {"age": 12}}


async def test_a_childs_case_exists_only_for_those_with_the_grant(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    without = await a_person(service)
    case_id = (await reported(bot, a_report(**CHILD)))["case_id"]

    assert (await without.post("/v1/claims", json={})).status_code == 204
    for suffix in ("", "/timeline", "/score", "/clocks", "/removals", "/referrals"):
        assert (await without.get(f"/v1/cases/{case_id}{suffix}")).status_code == 404, suffix
    assert (await without.get("/v1/queues")).json()["items"][0]["open"] == 0
    claim = await claimed(ana)
    assert claim["case"]["id"] == case_id
    assert claim["case"]["display"]["links_clickable"] is False


async def test_a_reviewer_of_other_queues_sees_nothing(
    service: Service, bot: httpx.AsyncClient
) -> None:
    elsewhere = await a_person(service, *Grant, queue="another")
    case_id = (await reported(bot, a_report()))["case_id"]

    idle = await elsewhere.post("/v1/claims", json={"queues": ["general"]})

    assert (idle.status_code, idle.headers["triage-idle"]) == (204, "no_grant")
    assert (await elsewhere.get(f"/v1/cases/{case_id}")).status_code == 404


async def test_an_empty_queue_says_so(ana: httpx.AsyncClient) -> None:
    idle = await ana.post("/v1/claims", json={})

    assert (idle.status_code, idle.headers["triage-idle"]) == (204, "empty")


async def test_texts_are_for_the_holder_while_the_lease_lives(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    await reported(bot, a_report())
    case_id = (await claimed(ana))["case"]["id"]

    held = await case_of(ana, case_id)
    seen_by_lead = await case_of(lead, case_id)
    clock.forward(minutes=16)
    afterwards = await case_of(ana, case_id)

    assert held["reports"][0]["text"] == ["A picture of me stands there."]
    assert held["locations"][0]["url"] == ["https://x.com/i/status/1"]
    for page in (seen_by_lead, afterwards):
        assert page["report_count"] == 1
        report = page["reports"][0]
        assert (report["text"], report["victim"], report["reporter"]) == (None, None, None)
        assert page["locations"][0]["url"] is None
    reads = await service.rows("SELECT kind FROM journal_event WHERE kind = 'case.read'")
    assert len(reads) == 1


async def test_a_platform_answers_only_for_what_it_was_asked(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    platform = await service.one(Role.PLATFORM, "telegram")
    for number, url in enumerate(("https://t.me/room_a/55", "https://x.com/a/status/1")):
        await reported(bot, a_report(locations=[{"url": url}], text=str(number)))
    ours, theirs = [(await decided(ana, await claimed(ana)))["removals"][0] for _ in range(2)]

    async def answers(removal: Any) -> int:
        body = {"removal_id": removal["id"], "state": "removed", "result": "deleted"}
        return (await platform.post("/v1/removals/answers", json={"answers": [body]})).status_code

    assert await answers(ours) == 404, "it was not asked yet"
    for removal in (ours, theirs):
        await moved(ana, removal["id"], "requested")
    assert await answers(theirs) == 404, "it is another's"
    assert await answers(ours) == 200
    assert await answers(ours) == 200, "saying it twice changes nothing"
    rows = await service.rows("SELECT state FROM removal ORDER BY id")
    assert [row["state"] for row in rows] == ["removed", "requested"]


async def test_a_case_that_turns_out_to_be_a_childs_is_for_those_with_the_grant(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    without = await a_person(service)
    case_id = (await reported(bot, a_report(allegations=["threat", "extortion"])))["case_id"]
    held = await claimed(without)
    lease = {"token": held["lease"]["token"]}

    await reported(bot, a_report(text="She is twelve.", **CHILD))

    assert held["case"]["id"] == case_id
    assert (await without.post("/v1/claims", json={})).status_code == 204
    assert (await without.get(f"/v1/cases/{case_id}")).status_code == 404
    assert (await decide(without, held)).status_code == 404
    assert (await without.put(f"/v1/cases/{case_id}/lease", json=lease)).status_code == 404
    assert (await claimed(ana))["case"]["id"] == case_id, "it is free at once for another"


async def test_a_name_declared_in_one_report_is_masked_in_all(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    await reported(bot, a_report(text="declared", victim={"names": ["Mina Example"]}))
    for number in range(51):
        await reported(bot, a_report(text=f"{number}: it shows Mina Example"))

    claim = await ana.post("/v1/claims", json={})

    assert claim.status_code == 200
    assert "Mina" not in claim.text


async def test_every_look_at_texts_is_told_to_the_journal(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    await claimed(ana)

    await claimed(ana)

    kinds = [row["kind"] for row in await service.rows("SELECT kind FROM journal_event")]
    assert (kinds.count("case.claimed"), kinds.count("case.read")) == (1, 1)


async def test_the_words_that_raised_a_case_are_for_the_holder_and_masked(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    text = "저는 이하늘입니다. 돈을 안 보내면 이하늘 사진을 뿌리겠다고 해요"
    await reported(bot, a_report(text=text, victim={"names": ["이하늘"]}))
    case_id = (await claimed(ana))["case"]["id"]

    held, seen = [
        (await person.get(f"/v1/cases/{case_id}/score")).json()["signals"] for person in (ana, lead)
    ]

    [told] = [signal for signal in held if signal["rule"] == "threat.condition"]
    start, end = told["evidence"]["start"], told["evidence"]["end"]
    assert text[start:end] == "안 보내면 이하늘 사진을 뿌리겠"
    assert [
        part if isinstance(part, str) else part["kind"] for part in told["evidence"]["text"]
    ] == [
        "안 보내면 ",
        "name",
        " 사진을 뿌리겠",
    ]
    [same] = [signal for signal in seen if signal["rule"] == "threat.condition"]
    assert same["evidence"] == told["evidence"] | {"text": None}
    assert set(same["text"]) == {"ko", "en"}
