"""What people write on a case is there to be read again, by those who may."""

from typing import Any

import httpx
from journeys.steps import ManualClock, case_of, claimed, decided, got, moved, reported
from races.service import Service, a_report


async def written(person: httpx.AsyncClient, case_id: str, text: str, audience: str) -> None:
    answer = await person.post(
        f"/v1/cases/{case_id}/notes", json={"text": text, "audience": audience}
    )
    assert answer.status_code == 201, answer.text
    assert text not in answer.text


async def test_the_next_holder_reads_notes_and_earlier_decisions_masked(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report(victim={"names": ["Mina Example"]}))
    case_id = first["case_id"]
    await decided(
        ana,
        await claimed(ana),
        outcome="no_violation",
        facts="It does not show Mina Example.",
        note_private="Ask a colleague.",
    )
    await written(ana, case_id, "Call Mina Example back.", "internal")
    await reported(bot, a_report(allegations=["threat"], text="now he threatens"))

    unleased = await case_of(lead, case_id)
    page = (await claimed(ana))["case"]

    assert (unleased["notes"], unleased["decisions"]) == (None, None)
    assert page["id"] == case_id
    [note], [decision] = page["notes"], page["decisions"]
    assert note["text"][0] == "Call "
    assert note["text"][2] == " back."
    assert decision["facts"][0] == "It does not show "
    assert decision["reasoning_public"] == ["It was posted without consent."]
    assert decision["note_private"] == ["Ask a colleague."]
    assert decision["outcome"] == "no_violation"

    masked = [note["text"][1]["sealed"], decision["facts"][1]["sealed"]]
    answer = await ana.post(
        f"/v1/cases/{case_id}/reveal", json={"items": masked, "reason": "to call back"}
    )
    assert [item["value"] for item in answer.json()["items"]] == ["Mina Example"] * 2


async def test_items_of_another_case_are_not_revealed(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1", victim={"names": ["Mina Example"]}))
    theirs = await claimed(ana)
    [name] = theirs["case"]["reports"][0]["victim"]["names"]
    await decided(ana, theirs)
    await reported(bot, a_report("2", text="another"))
    ours = (await claimed(ana))["case"]["id"]

    answer = await ana.post(
        f"/v1/cases/{ours}/reveal", json={"items": [name["sealed"]], "reason": "curious"}
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/items/0"


async def test_an_authoritys_notice_is_sealed_and_revealed(
    service: Service, ana: httpx.AsyncClient, authority: httpx.AsyncClient
) -> None:
    notice = {"authority": "KMCSC", "reference": "2026-1182", "served_at": "2026-11-20T08:00:00Z"}
    await reported(authority, a_report(notice=notice))

    [report] = (await claimed(ana))["case"]["reports"]
    answer = await ana.post(
        f"/v1/cases/{(await got(ana, '/v1/me/work'))['items'][0]['case_id']}/reveal",
        json={"items": [report["notice"]["sealed"]], "reason": "to answer the authority"},
    )

    [item] = answer.json()["items"]
    assert item["kind"] == "notice"
    assert item["value"].startswith("KMCSC, 2026-1182, 2026-11-20T08:00:00")
    [row] = await service.rows("SELECT to_jsonb(report)::text AS stored FROM report")
    assert "1182" not in row["stored"]


async def test_a_note_for_the_reporter_reaches_the_victims_side_only(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    async def messages(receipt: Any) -> list[str]:
        answer = await service.caller().post("/v1/receipts", json={"code": receipt["receipt_code"]})
        return [message["text"] for message in answer.json()["messages"]]

    victim = await reported(bot, a_report(reporter={"relation": "victim"}))
    witness = await reported(bot, a_report(text="seen", reporter={"relation": "witness"}))
    case_id = victim["case_id"]
    await written(ana, case_id, "Call 117 at any hour.", "reporter")
    await written(ana, case_id, "Looks like the same sender.", "internal")
    clock.forward(minutes=1)
    later = await reported(bot, a_report(text="later", reporter={"relation": "victim"}))

    assert await messages(victim) == ["Call 117 at any hour."]
    assert await messages(witness) == []
    assert await messages(later) == [], "it came after the note"
    read = await service.rows("SELECT 1 AS one FROM journal_event WHERE kind LIKE 'note.read%'")
    assert len(read) == 1

    decision = await decided(ana, await claimed(ana))
    await moved(ana, decision["removals"][0]["id"], "held", held_by="police")
    assert await messages(victim) == [], "police asked to wait"
