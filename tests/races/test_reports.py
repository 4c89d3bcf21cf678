"""The same content, or the same request, arrives several times at the same moment."""

from functools import partial
from hashlib import sha256
from random import Random

import httpx
from races.service import Service, a_report
from races.together import together

from triage.access.principal import Role

POSTS = 6
FILES = 4


async def test_two_reports_of_a_new_post_at_once_make_one_case(service: Service) -> None:
    one, other = await service.callers(Role.INTAKE, "one", "other")

    answers = await together(
        partial(bot.post, "/v1/reports", json=a_report()) for bot in (one, other)
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert sorted(answer.json()["disposition"] for answer in answers) == ["attached", "opened"]
    assert len({answer.json()["case_id"] for answer in answers}) == 1
    assert await service.count("case") == 1


async def test_reports_that_share_some_of_several_fingerprints_each_end_in_one_case(
    service: Service,
) -> None:
    bots = await service.callers(Role.INTAKE, *(f"bot-{n}" for n in range(4)))
    chance = Random(7)
    reports = [
        a_report(
            locations=[
                {"url": f"https://x.com/someone/status/{post}"}
                for post in chance.sample(range(POSTS), 2)
            ],
            media=[
                {"sha256": sha256(str(file).encode()).hexdigest()}
                for file in chance.sample(range(FILES), 2)
            ],
        )
        for _ in range(20)
    ]

    answers = await together(
        partial(bots[n % 4].post, "/v1/reports", json=report) for n, report in enumerate(reports)
    )

    assert {answer.status_code for answer in answers} == {201}
    homes = await service.rows("SELECT report_id, case_id FROM report_case")
    assert {str(row["report_id"]): str(row["case_id"]) for row in homes} == {
        answer.json()["id"]: answer.json()["case_id"] for answer in answers
    }
    counted = await service.rows(
        'SELECT id FROM "case" WHERE report_count <> '
        '(SELECT count(*) FROM report_case WHERE case_id = "case".id)'
    )
    assert counted == []
    lost = await service.rows(
        "SELECT digest FROM fingerprint f WHERE NOT EXISTS "
        "(SELECT 1 FROM report_case h WHERE h.report_id = f.report_id AND h.case_id = f.case_id)"
    )
    assert lost == []


async def test_one_key_ten_times_at_once_keeps_one_report_and_answers_all_alike(
    service: Service,
) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    post = partial(bot.post, "/v1/reports", json=a_report(), headers={"Idempotency-Key": "once"})

    answers = await together([post] * 10)

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert all(is_replay(answer) == (answer.status_code == 200) for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    assert await service.count("report") == await service.count("case") == 1


async def test_one_external_id_ten_times_at_once_keeps_one_report(service: Service) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    post = partial(bot.post, "/v1/reports", json=a_report(external_id="bot:1"))

    answers = await together([post] * 10)

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await service.count("report") == 1


def is_replay(answer: httpx.Response) -> bool:
    return "Idempotency-Replayed" in answer.headers
