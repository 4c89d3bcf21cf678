"""What is added to a report later: kept, seen by the reviewer, scored and judged anew."""

from functools import partial
from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, added, case_of, claimed, decide, decided, reported
from races.service import Service, a_report
from races.together import together

REQUEST = {
    "allegations": ["deepfake"],
    "jurisdiction": "KR",
    "reporter": {"relation": "victim"},
    "requests": ["removal"],
}


async def test_a_threat_that_is_told_later_raises_the_case(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1", allegations=["deepfake"]))
    receipt = await reported(bot, a_report("2", allegations=["deepfake"]))
    await added(bot, receipt, allegations=["threat", "minor"])

    case = (await claimed(ana))["case"]

    assert case["id"] == receipt["case_id"]
    assert case["band"] == "P1"
    assert case["allegations"] == ["deepfake", "threat", "minor"]


async def test_a_request_becomes_valid_when_the_last_field_comes(
    service: Service, bot: httpx.AsyncClient, clock: ManualClock
) -> None:
    receipt = await reported(bot, a_report("1") | REQUEST)
    before = receipt["validity"]["kr-tba-22-5"]
    half = await added(bot, receipt, reporter={"name": "Kim", "contact": "kim@example.com"})
    clock.forward(hours=2)
    whole = await added(bot, receipt, declarations={"signature": "Kim"})
    again = await added(bot, receipt, text="and later still")

    assert before == {
        "valid": False,
        "missing": ["reporter.name", "reporter.contact", "declarations.signature"],
        "valid_since": None,
    }
    assert half["validity"]["kr-tba-22-5"]["missing"] == ["declarations.signature"]
    assert whole["validity"]["kr-tba-22-5"]["valid"]
    assert whole["validity"]["kr-tba-22-5"]["valid_since"] == whole["received_at"]
    assert again["validity"] == whole["validity"]
    assert await service.count("report_validity") == 1


async def test_a_supplement_after_the_page_was_read_puts_the_case_back(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1", allegations=["deepfake"]))
    claim = await claimed(ana)
    await added(bot, receipt, allegations=["threat"])

    decision = await decided(ana, claim, outcome="no_violation")

    assert decision["case_state"] == "open"


async def test_a_mere_word_after_the_page_was_read_does_not(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1", allegations=["deepfake"]))
    claim = await claimed(ana)
    await added(bot, receipt, text="Thank you.")

    decision = await decided(ana, claim, outcome="no_violation")

    assert decision["case_state"] == "closed"


async def test_a_new_place_reopens_a_decided_case_and_starts_its_clock(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1"))
    await decided(ana, await claimed(ana), outcome="insufficient")

    await added(bot, receipt, locations=[{"url": "https://example.com/p/9"}])

    case = await case_of(lead, receipt["case_id"])
    clocks = (await lead.get(f"/v1/cases/{case['id']}/clocks")).json()["items"]
    assert case["state"] == "open"
    assert [clock["state"] for clock in clocks].count("running") == 1


async def test_what_came_in_a_supplement_attaches_the_next_report(
    bot: httpx.AsyncClient,
) -> None:
    first = await reported(bot, a_report("1"))
    await added(bot, first, locations=[{"url": "https://x.com/a/status/77"}])

    second = await reported(bot, {"locations": [{"url": "https://x.com/a/status/77"}]})

    assert second["case_id"] == first["case_id"]


async def test_what_is_known_of_another_case_unites_nothing(bot: httpx.AsyncClient) -> None:
    other = await reported(bot, {"locations": [{"url": "https://x.com/a/status/77"}]})
    first = await reported(bot, a_report("1"))
    await added(bot, first, locations=[{"url": "https://x.com/a/status/77"}])

    third = await reported(bot, {"locations": [{"url": "https://x.com/a/status/77"}]})

    assert third["case_id"] == other["case_id"] != first["case_id"]


async def test_a_repetition_adds_nothing(service: Service, bot: httpx.AsyncClient) -> None:
    receipt = await reported(bot, a_report("1"))
    keyed = [await added(bot, receipt, key="k", text="He wrote.")]
    keyed.append(await added(bot, receipt, 200, key="k", text="He wrote."))
    by_id = [await added(bot, receipt, external_id="m2", text="Again.")]
    by_id.append(await added(bot, receipt, 200, external_id="m2", text="Again."))
    same_words = await added(bot, receipt, 200, key="l", text="He wrote.")
    under_its_key = await added(bot, receipt, 200, key="l", text="He wrote.")

    assert keyed[0] == keyed[1] == same_words == under_its_key
    assert by_id[0] == by_id[1]
    assert await service.count("report_supplement") == 2


async def test_an_id_with_other_words_is_refused_and_names_the_report(
    service: Service, bot: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1"))
    await added(bot, receipt, external_id="m2", text="Again.")

    problem = await added(bot, receipt, 409, external_id="m2", text="Other words.")

    assert receipt["id"] in problem["detail"]
    assert await service.count("report_supplement") == 1


@pytest.mark.parametrize(
    ("supplement", "pointer"),
    [
        ({}, ""),
        ({"external_id": "only"}, ""),
        ({"what": 1}, ""),
        ({"locations": [{"url": "http://[::1"}]}, "/locations/0/url"),
        ({"media": [{}]}, "/media/0"),
        ({"victim": {"age": 900}}, "/victim/age"),
    ],
)
async def test_what_cannot_be_used_is_refused(
    service: Service, bot: httpx.AsyncClient, supplement: dict[str, Any], pointer: str
) -> None:
    receipt = await reported(bot, a_report("1"))

    problem = await added(bot, receipt, 400, **supplement)

    assert problem["errors"][0]["pointer"] == pointer
    assert await service.count("report_supplement") == 0


async def test_another_channels_report_is_not_there(
    bot: httpx.AsyncClient, fresh_bot: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1"))

    await added(fresh_bot, receipt, 404, text="Mine?")


async def test_a_report_takes_a_hundred_supplements(bot: httpx.AsyncClient) -> None:
    receipt = await reported(bot, a_report("1"))
    for number in range(100):
        await added(bot, receipt, text=f"Message {number}.")

    problem = await added(bot, receipt, 409, text="One more.")

    assert "100" in problem["title"]


async def test_a_stale_page_cannot_be_made_up(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1"))
    claim = await claimed(ana)
    claim["case"]["seen_until"] = claim["case"]["seen_until"][:-2] + "AQ"

    answer = await decide(ana, claim)

    assert answer.status_code == 400


async def test_what_comes_at_once_completes_the_request_together(
    service: Service, bot: httpx.AsyncClient
) -> None:
    parts: list[dict[str, Any]] = [
        {"reporter": {"name": "Kim"}},
        {"reporter": {"contact": "kim@example.com"}},
        {"declarations": {"signature": "Kim"}},
        {"text": "And more."},
    ]
    for number in range(8):
        receipt = await reported(bot, a_report(str(number)) | REQUEST)
        path = f"/v1/reports/{receipt['id']}/supplements"
        answers = await together(partial(bot.post, path, json=part) for part in parts)
        last = await added(bot, receipt, text="And more still.")

        assert [answer.status_code for answer in answers] == [201] * len(parts)
        assert last["validity"]["kr-tba-22-5"]["valid"]
    assert await service.count("report_validity") == 8


async def test_the_same_words_are_news_a_day_later(
    service: Service, bot: httpx.AsyncClient, clock: ManualClock
) -> None:
    receipt = await reported(bot, a_report("1"))
    message = {"code": receipt["receipt_code"], "text": "He wrote again."}
    answers = []
    for hours in (0, 0, 24):
        clock.forward(hours=hours)
        answers.append(await service.caller().post("/v1/receipts/messages", json=message))

    assert [answer.status_code for answer in answers] == [201, 200, 201]
    assert await service.count("report_supplement") == 2
