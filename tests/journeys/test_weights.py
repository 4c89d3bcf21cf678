"""Weights of a hotline's own: one lead proposes, another approves, all is told anew."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, case_of, reported
from races.service import Service, a_report

from triage.access.principal import Role
from triage.assessment.weights import SHIPPED_VERSION, forget_own
from triage.intake.rescoring import Rescorer

SHIPPED = (files("triage.assessment") / "data" / f"weights-{SHIPPED_VERSION}.toml").read_text(
    encoding="utf-8"
)


@pytest.fixture(autouse=True)
def of_the_release() -> Iterator[None]:
    """What a test puts in force is not at hand in the next one."""
    forget_own()
    yield
    forget_own()


def weights_file(version: int = 1001, **changed: dict[str, Any]) -> str:
    """The shipped file with other values of some rules, by their id with `__` for the dot."""
    toml = SHIPPED.replace(f"version = {SHIPPED_VERSION}", f"version = {version}", 1)
    for name, values in changed.items():
        rule_id = name.replace("__", ".")
        head, rule, tail = re.split(rf'(id = "{re.escape(rule_id)}".*?\n\n)', toml, flags=re.DOTALL)
        rule = re.sub(rf"(?m)^(?:{'|'.join(values)}) = .*\n", "", rule)
        lines = "".join(f"{key} = {value}\n" for key, value in values.items())
        rule = rule.replace("example = ", f"{lines}example = ", 1)
        toml = head + rule + tail
    return toml


# A face on somebody else's body is P1 from now on.
GRAVER = {"stalking__declared": {"weight": "0.55", "floor": '"P1"'}}


async def proposed(lead: httpx.AsyncClient, toml: str) -> Any:
    answer = await lead.post("/v1/weights", json={"toml": toml})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def answered(person: httpx.AsyncClient, approval: Any, *, approved: bool = True) -> Any:
    return await person.post(f"/v1/approvals/{approval['id']}/answer", json={"approved": approved})


async def in_force(lead: httpx.AsyncClient) -> int:
    found: int = (await lead.get("/v1/weights")).json()["in_force"]
    return found


@pytest.fixture
async def other_lead(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.LEAD, "second")


async def test_one_lead_proposes_and_only_another_approves(
    lead: httpx.AsyncClient, other_lead: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    approval = await proposed(lead, weights_file())

    by_herself = await answered(lead, approval)
    by_a_reviewer = await answered(ana, approval)
    before = await in_force(lead)
    approved = await answered(other_lead, approval)
    again = await answered(other_lead, approval)

    assert (by_herself.status_code, by_a_reviewer.status_code) == (409, 403)
    assert (before, await in_force(lead)) == (SHIPPED_VERSION, 1001)
    assert approved.json()["state"] == "approved"
    assert again.status_code == 409
    [listed] = (await lead.get("/v1/approvals")).json()["items"]
    assert listed == approved.json()


async def test_what_is_refused_never_scores(
    lead: httpx.AsyncClient, other_lead: httpx.AsyncClient
) -> None:
    approval = await proposed(lead, weights_file())

    refused = await answered(other_lead, approval, approved=False)

    assert refused.json()["state"] == "refused"
    assert await in_force(lead) == SHIPPED_VERSION
    assert (await lead.post("/v1/weights", json={"toml": weights_file()})).status_code == 409


async def test_a_version_is_put_in_force_once_and_never_an_older_one(
    lead: httpx.AsyncClient, other_lead: httpx.AsyncClient
) -> None:
    older, newer = [await proposed(lead, weights_file(number)) for number in (1001, 1002)]

    assert (await answered(other_lead, newer)).status_code == 200
    assert (await answered(other_lead, older)).status_code == 409
    assert await in_force(lead) == 1002


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        ("version = [", "Expected"),
        (SHIPPED, "numbered from 1001"),
        (weights_file().replace('label = "threat"', 'label = "thret"', 1), "Invalid enum"),
        (weights_file().replace("weight = 0.8", "weight = 8", 1), "<= 1"),
        (weights_file().replace('id = "threat.declared"', 'id = "threat.unfound"', 1), "threat"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_says_why(
    lead: httpx.AsyncClient, toml: str, why: str
) -> None:
    answer = await lead.post("/v1/weights", json={"toml": toml})

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/toml"
    assert why in error["detail"] or why == "Expected"


async def test_a_repeated_proposal_is_one(lead: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "weights-1"}
    first, second = [
        await lead.post("/v1/weights", json={"toml": weights_file()}, headers=key) for _ in "12"
    ]

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_what_would_move_is_told_before(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1", allegations=["stalking"], text="he is everywhere"))
    await reported(bot, a_report("2", allegations=["other"], text="hm"))

    answer = await lead.post("/v1/weights/shadow", json={"toml": weights_file(**GRAVER)})

    found = answer.json()
    assert found["looked_at"] == 2
    assert found["counts"] == [{"before": "P3", "after": "P1", "cases": 1}]
    assert [(move["before"], move["after"]) for move in found["moves"]] == [("P3", "P1")]


async def test_what_is_open_is_scored_anew_and_only_raised(
    service: Service,
    bot: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    other_lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    followed = await reported(bot, a_report("1", allegations=["stalking"], text="he is there"))
    threat = await reported(bot, a_report("2", allegations=["threat"], text="hm"))
    milder = weights_file(**GRAVER, threat__declared={"weight": "0.1", "floor": '"P2"'})
    await answered(other_lead, await proposed(lead, milder))

    rescorer = Rescorer(service.sessions, clock)
    scored = [await rescorer.run_once(), await rescorer.run_once()]

    assert scored == [2, 0]
    assert (await case_of(lead, followed["case_id"]))["band"] == "P1"
    assert (await case_of(lead, threat["case_id"]))["band"] == "P1"  # people lower, not we
    raised = await service.rows("SELECT 1 FROM journal_event WHERE kind = 'case.band_raised'")
    assert len(raised) == 1
    score = (await lead.get(f"/v1/cases/{threat['case_id']}/score")).json()
    assert (score["weights_version"], score["reasons"][0]["weight"]) == (1001, 0.08)


async def test_an_old_score_can_be_told_again(
    service: Service,
    bot: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    other_lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    case_id = (await reported(bot, a_report(allegations=["stalking"], text="hm")))["case_id"]
    before = (await lead.get(f"/v1/cases/{case_id}/score")).json()
    await answered(other_lead, await proposed(lead, weights_file(**GRAVER)))
    await Rescorer(service.sessions, clock).run_once()

    after = (await lead.get(f"/v1/cases/{case_id}/score")).json()
    asked = {"weights_version": SHIPPED_VERSION}
    again = (await lead.get(f"/v1/cases/{case_id}/score", params=asked)).json()
    unknown = await lead.get(f"/v1/cases/{case_id}/score", params={"weights_version": 1999})

    assert (before["band"], after["band"], after["weights_version"]) == ("P3", "P1", 1001)
    assert again == before
    assert after["unscored"] == []
    assert unknown.status_code == 400


async def test_a_new_report_and_a_supplement_score_the_case_by_what_is_in_force(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, other_lead: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1", allegations=["stalking"], text="hm"))
    await answered(other_lead, await proposed(lead, weights_file(**GRAVER)))

    await bot.post(f"/v1/reports/{receipt['id']}/supplements", json={"text": "again"})
    supplemented = await case_of(lead, receipt["case_id"])
    fresh = await reported(bot, a_report("2", allegations=["stalking"], text="another"))

    assert supplemented["band"] == "P1"
    assert (await case_of(lead, fresh["case_id"]))["band"] == "P1"
