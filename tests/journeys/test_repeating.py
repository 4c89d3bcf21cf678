"""A repeated request changes nothing and is told so."""

import httpx
from journeys.steps import claimed, decide, decided, reported
from races.service import Service, a_report

from triage.access.principal import Role

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


async def test_the_same_key_and_body_give_the_first_answer_again(
    service: Service, bot: httpx.AsyncClient
) -> None:
    first = await bot.post("/v1/reports", json=a_report(), headers=KEY)
    again = await bot.post("/v1/reports", json=a_report(), headers=KEY)

    assert (first.status_code, again.status_code) == (201, 200)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert await service.count("report") == 1


async def test_the_same_key_with_another_body_is_refused(
    service: Service, bot: httpx.AsyncClient
) -> None:
    await reported(bot, a_report(), **KEY)

    other = await bot.post("/v1/reports", json=a_report(text="other"), headers=KEY)

    assert other.status_code == 422
    assert other.json()["type"] == "urn:triage:problem:key-reused"
    assert await service.count("report") == 1


async def test_a_key_belongs_to_its_caller_alone(service: Service, bot: httpx.AsyncClient) -> None:
    other_bot = await service.one(Role.INTAKE, "another-bot")
    await reported(bot, a_report(), **KEY)

    answer = await other_bot.post("/v1/reports", json=a_report("2"), headers=KEY)

    assert answer.status_code == 201


async def test_the_same_external_id_and_content_is_the_same_report(
    service: Service, bot: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report(external_id="bot-7:1"))

    again = await bot.post("/v1/reports", json=a_report(external_id="bot-7:1"))

    assert again.status_code == 200
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first
    assert await service.count("report") == 1


async def test_the_same_external_id_with_other_content_names_the_report(
    service: Service, bot: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report(external_id="bot-7:1"))
    changed = a_report(external_id="bot-7:1", text="other")

    refused = await bot.post("/v1/reports", json=changed, headers=KEY)
    with_another = await bot.post("/v1/reports", json=a_report("2"), headers=KEY)

    assert refused.status_code == 409
    assert first["id"] in refused.json()["detail"]
    assert with_another.status_code == 201, "a refused request does not use its key up"
    assert await service.count("report") == 2


async def test_a_new_key_with_a_known_external_id_replays_from_then_on(
    service: Service, bot: httpx.AsyncClient
) -> None:
    report = a_report(external_id="bot-7:1")
    first = await reported(bot, report)

    with_key = await bot.post("/v1/reports", json=report, headers=KEY)
    again = await bot.post("/v1/reports", json=report, headers=KEY)

    assert with_key.status_code == again.status_code == 200
    assert with_key.json() == again.json() == first
    assert await service.count("report") == 1


async def test_a_key_that_is_no_key_is_refused(bot: httpx.AsyncClient) -> None:
    answer = await bot.post("/v1/reports", json=a_report(), headers={"Idempotency-Key": "a b"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/headers/idempotency-key"


async def test_a_repeated_decision_is_answered_and_not_made_again(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    ana.headers["Idempotency-Key"] = "decide-once"
    first = await decided(ana, claim)

    again = await decide(ana, claim)

    assert again.status_code == 200
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first
    assert await service.count("decision") == 1
