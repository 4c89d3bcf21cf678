"""From a report to the figures, as a script would go that knows only the contract."""

import unicodedata
from typing import Any
from urllib.parse import quote

import httpx
from journeys.steps import claimed, decided, got, moved, reported
from races.service import Service

from triage.access.principal import Role

NAME = "김지은"
SPELLINGS = (
    NAME,
    "김 지 은",
    unicodedata.normalize("NFD", NAME),
    "ㄱㅣㅁㅈㅣㅇㅡㄴ",
    "지은",
    quote(NAME),
    quote(NAME).lower(),
)
PHONE = "010-0000-4417"
REPORT: dict[str, Any] = {
    "external_id": "bot-7:99812",
    "allegations": ["deepfake", "doxxing"],
    "locations": [
        {"url": "https://t.me/room_example/55"},
        {"url": "https://x.com/김지은_example/status/1212"},
        {"url": "https://pictures.example/people/김지은/1"},
    ],
    "text": f"{NAME}(김 지 은) 사진이 올라왔어요. 지은이 번호 {PHONE}도 같이 있어요.",
    "language": "ko",
    "jurisdiction": "KR",
    "reporter": {"relation": "victim", "name": NAME, "contact": "jieun@example.com"},
    "victim": {"age": 17, "sex": "f", "names": [NAME], "phones": [PHONE]},
    "requests": ["removal", "police"],
}


class Recorder:
    """Keeps every answer, headers and all, except those that may tell."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def attach(self, caller: httpx.AsyncClient) -> httpx.AsyncClient:
        caller.event_hooks["response"].append(self.keep)
        return caller

    async def keep(self, response: httpx.Response) -> None:
        await response.aread()
        if not response.request.url.path.endswith("/reveal"):
            self.seen.append(f"{response.headers} {response.text}")


async def test_a_report_becomes_a_case_a_removal_and_a_figure(service: Service) -> None:
    recorder = Recorder()
    bot, reviewer, lead, auditor, regulator = [
        recorder.attach(await service.one(role, "someone"))
        for role in (Role.INTAKE, Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.REGULATOR)
    ]

    receipt = await reported(bot, REPORT)
    assert receipt["validity"]["kr-tba-22-5"]["missing"] == ["declarations.signature"]
    claim = await claimed(reviewer)
    case = claim["case"]
    assert (case["state"], case["band"]) == ("in_review", "P1")
    assert {reason["label"] for reason in claim["reasons"]} >= {"minor", "doxxing"}
    assert "decide" in case["allowed_actions"]

    decision = await decided(reviewer, claim, referrals=[{"to": "police"}])
    assert decision["case_state"] == "following"
    assert [removal["state"] for removal in decision["removals"]] == ["drafted"] * 3

    for removal in decision["removals"]:
        await moved(reviewer, removal["id"], "requested", evidence_waived={"reason": "urgent"})
    first, second, third = decision["removals"]
    await moved(reviewer, first["id"], "removed", result="deleted")
    await moved(reviewer, third["id"], "unreachable")
    await moved(reviewer, second["id"], "refused", reference="TG-77")
    [referral] = decision["referrals"]
    for state in ("sent", "closed"):
        answer = await reviewer.patch(f"/v1/referrals/{referral['id']}", json={"state": state})
        assert answer.status_code == 200
    closed = await got(lead, f"/v1/cases/{case['id']}")
    assert closed["state"] == "closed"

    figures = await got(
        lead,
        "/v1/statistics/removals",
        **{"from": "2026-11-01", "to": "2026-12-01", "by": "platform"},
    )
    by_platform = {row["platform"]: row for row in figures["rows"]}
    assert by_platform["telegram"]["removed"] == 1
    assert by_platform["x"]["refused"] == 1
    assert (figures["totals"]["requested"], figures["totals"]["removed"]) == (3, 1)

    opened = await bot.post("/v1/receipts", json={"code": receipt["receipt_code"]})
    assert opened.json()["state"] == "closed"
    assert [place["state"] for place in opened.json()["locations"]] == [
        "removed",
        "refused",
        "refused",
    ]

    for reader, path in (
        (reviewer, "/v1/queues"),
        (reviewer, "/v1/removals"),
        (reviewer, "/v1/referrals"),
        (lead, "/v1/cases"),
        (lead, "/v1/clocks"),
        (reviewer, f"/v1/cases/{case['id']}/timeline"),
        (reviewer, f"/v1/cases/{case['id']}/score"),
        (reviewer, f"/v1/cases/{case['id']}/clocks"),
        (auditor, "/v1/journal/events"),
        (regulator, "/v1/statistics/definitions"),
        (bot, f"/v1/reports/{receipt['id']}"),
    ):
        await got(reader, path)
    everything = "\n".join(recorder.seen)
    for spelling in (*SPELLINGS, PHONE, "jieun@example.com"):
        assert spelling not in everything


async def test_only_the_holders_reveal_tells_the_name(
    service: Service, bot: httpx.AsyncClient
) -> None:
    holder = await service.one(Role.REVIEWER, "holder")
    other = await service.one(Role.REVIEWER, "other")
    await reported(bot, REPORT)
    case = (await claimed(holder))["case"]
    [item] = case["reports"][0]["victim"]["names"]
    masked = [part["sealed"] for part in case["reports"][0]["text"] if isinstance(part, dict)]
    request = {"items": [item["sealed"], *masked], "reason": "to write to the platform"}

    revealed = await holder.post(f"/v1/cases/{case['id']}/reveal", json=request)
    refused = await other.post(f"/v1/cases/{case['id']}/reveal", json=request)

    values = [shown["value"] for shown in revealed.json()["items"]]
    assert values[0] == NAME
    assert PHONE in values
    assert refused.status_code == 403
    assert NAME not in refused.text
    auditor = await service.one(Role.AUDITOR, "auditor")
    await service.number()
    kinds = {event["kind"] for event in (await got(auditor, "/v1/journal/events"))["items"]}
    assert kinds >= {"items.revealed", "reveal.refused"}


async def test_every_write_has_its_event_in_the_timeline(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, REPORT)
    claim = await claimed(ana)
    heartbeat = {"token": claim["lease"]["token"]}
    await ana.put(f"/v1/cases/{claim['case']['id']}/lease", json=heartbeat)
    decision = await decided(ana, claim)
    await moved(ana, decision["removals"][0]["id"], "requested")

    timeline = await got(ana, f"/v1/cases/{claim['case']['id']}/timeline")

    kinds = [event["kind"] for event in timeline["items"]]
    assert kinds[:2] == ["report.received", "case.claimed"]
    assert kinds.count("case.decided") == kinds.count("clock.kept") == 1
    assert kinds.count("removal.drafted") == 3
    assert "removal.requested" in kinds
    assert not [kind for kind in kinds if "extend" in kind or "heartbeat" in kind]
    assert await service.count("journal_pending") > 0
