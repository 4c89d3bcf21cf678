"""Whatever leads do in whatever order, the cases stay what their reports make them.

`TRIAGE_FUZZ_EXAMPLES` sets how many sequences are played.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from journeys.fates import NOVEMBER, recounted
from journeys.merges import act, facts_of
from journeys.steps import ManualClock, case_of, decided, got, moved, reported
from races.service import Service, a_report, running

from triage.access.principal import Role

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "6"))

KINDS: Sequence[dict[str, Any]] = (
    {},
    {"allegations": ["threat"], "jurisdiction": "KR", "language": "ko"},
    {"victim": {"is_minor": True}},
    {"allegations": ["other"], "jurisdiction": "US", "language": "en"},
)
places = st.integers(0, len(KINDS) - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), places, places),
        st.tuples(st.just("unmerge"), places, places),
        st.tuples(st.just("report"), places, places),
        st.tuples(st.just("split"), places, places),
        st.tuples(st.just("decide"), places, places),
        st.tuples(st.just("follow"), places, places),
    ),
    max_size=12,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_any_sequence_of_merges_partings_and_splits(
    module_database: Any, chosen: list[tuple[str, int, int]]
) -> None:
    asyncio.run(play(module_database.app_url, chosen))


@dataclass(frozen=True, slots=True)
class Play:
    service: Service
    clock: ManualClock
    bot: httpx.AsyncClient
    lead: httpx.AsyncClient
    posts: Sequence[str]
    ids: Sequence[str]

    async def act(self, verb: str, one: int, other: int) -> None:
        """One step; what the state of the cases forbids is refused, and changes nothing."""
        self.clock.forward(minutes=1)
        match verb:
            case "report":
                report = a_report(self.posts[one], text=f"{self.clock.now}") | KINDS[other]
                await reported(self.bot, report)
            case "split":
                await split_newest(self.lead, self.ids[one])
            case "decide":
                await decide_next(self.lead)
            case "follow":
                await follow_next(self.lead, to=("requested", "removed", "refused")[other % 3])
            case "unmerge":
                await act(self.lead, self.ids[one], "unmerge")
            case _:
                await act(self.lead, self.ids[one], "merge", into=self.ids[other])


async def play(url: str, chosen: list[tuple[str, int, int]]) -> None:
    clock = ManualClock()
    async with running(url, clock=clock) as service:
        mark = uuid4().hex[:8]
        bot = await service.one(Role.INTAKE, f"bot-{mark}")
        lead = await service.one(Role.LEAD, f"lead-{mark}")
        posts = [f"{int(mark, 16)}{n}" for n in range(len(KINDS))]
        ids: list[str] = []
        for post, kind in zip(posts, KINDS, strict=True):
            ids.append((await reported(bot, a_report(post) | kind))["case_id"])
            clock.forward(hours=1)
        first = {case_id: await facts_of(lead, case_id) for case_id in ids}
        playing = Play(service, clock, bot, lead, posts, ids)
        for number, step in enumerate(chosen, start=1):
            await playing.act(*step)
            await check(service, lead, ids, first, chosen[:number])
        while merged := await merged_under_live_ones(lead, ids):
            for case_id in merged:
                assert (await act(lead, case_id, "unmerge")).status_code == 200
        await check(service, lead, ids, first, chosen)
        if {verb for verb, _, _ in chosen} <= {"merge", "unmerge"}:
            assert {case_id: await facts_of(lead, case_id) for case_id in ids} == first


async def split_newest(lead: httpx.AsyncClient, case_id: str) -> None:
    page = await case_of(lead, case_id)
    if page["state"] != "merged":
        newest = [report["id"] for report in page["reports"][:1]]
        await act(lead, case_id, "split", report_ids=newest, reason="Another person is shown.")


async def decide_next(lead: httpx.AsyncClient) -> None:
    claim = await lead.post("/v1/claims", json={})
    if claim.status_code == 200:
        await decided(lead, claim.json())


async def follow_next(lead: httpx.AsyncClient, to: str) -> None:
    """Move the newest removal that may go there."""
    allowed = {"requested": ("drafted", "reappeared"), "refused": ("requested",)}
    before = allowed.get(to, ("drafted", "requested"))
    listed = (await got(lead, "/v1/removals", limit=100))["items"]
    removal = next((removal for removal in listed if removal["state"] in before), None)
    if removal is not None:
        told = {"result": "deleted"} if removal["state"] == "requested" and to == "removed" else {}
        await moved(lead, removal["id"], to, **told)


async def all_removals(lead: httpx.AsyncClient) -> list[dict[str, Any]]:
    page = await got(lead, "/v1/removals", limit=100)
    removals = list(page["items"])
    while page["next_cursor"]:
        page = await got(lead, "/v1/removals", limit=100, cursor=page["next_cursor"])
        removals += page["items"]
    return removals


async def merged_under_live_ones(lead: httpx.AsyncClient, ids: list[str]) -> list[str]:
    pages = [await case_of(lead, case_id) for case_id in ids]
    live = {page["id"] for page in pages if page["state"] != "merged"}
    return [page["id"] for page in pages if page["merged_into"] in live]


async def check(
    service: Service,
    lead: httpx.AsyncClient,
    ids: list[str],
    first: dict[str, dict[str, Any]],
    done: Sequence[tuple[str, int, int]],
) -> None:
    """A case that was decided and opened again has a clock of its own; the others keep theirs."""
    is_on_first_clocks = "decide" not in {verb for verb, _, _ in done}
    for name, query in BROKEN.items():
        assert await service.rows(query) == [], name
    pages = {case_id: await case_of(lead, case_id) for case_id in ids}
    for case_id, page in pages.items():
        survivor = page
        while survivor["merged_into"]:
            survivor = pages[survivor["merged_into"]]
        assert (survivor["due_at"] is None) == (survivor["state"] != "open")
        if survivor is not page:
            mine = {report["id"] for report in page["reports"]}
            assert mine <= {report["id"] for report in survivor["reports"]}
            assert survivor["band"] <= page["band"]
            if is_on_first_clocks and first[case_id]["reports"][-1] in mine:
                assert survivor["due_at"] <= first[case_id]["due_at"]

    table = await got(lead, "/v1/statistics/removals", **NOVEMBER)
    expected = recounted(await all_removals(lead))
    assert {name: table["totals"][name] for name in expected} == expected


BROKEN = {
    "a report lives in one live case": """
        SELECT r.report_id FROM report_case AS r
        JOIN "case" AS home ON home.id = r.case_id JOIN "case" AS live ON live.id = home.root_id
        WHERE live.state = 'merged' OR live.root_id <> live.id""",
    "no cycles, and the root is where the parents lead": """
        WITH RECURSIVE tree AS (
            SELECT id, id AS root FROM "case" WHERE parent_id IS NULL
            UNION ALL
            SELECT c.id, tree.root FROM "case" AS c JOIN tree ON c.parent_id = tree.id)
        SELECT c.id FROM "case" AS c LEFT JOIN tree USING (id)
        WHERE tree.root IS DISTINCT FROM c.root_id""",
    "reports are counted": """
        SELECT live.id FROM "case" AS live
        WHERE live.state <> 'merged' AND live.report_count <> (
            SELECT count(*) FROM report_case AS r JOIN "case" AS home ON home.id = r.case_id
            WHERE home.root_id = live.id)""",
    "an ordinal is never behind its case": """
        SELECT r.report_id FROM report_case AS r JOIN "case" AS home ON home.id = r.case_id
        JOIN "case" AS live ON live.id = home.root_id WHERE r.ordinal > live.last_ordinal""",
    "a live record for each merged case": """
        SELECT c.id FROM "case" AS c LEFT JOIN merge_record AS m
            ON m.child_id = c.id AND m.unmerged_at IS NULL
        WHERE (c.state = 'merged') <> (m.id IS NOT NULL) OR m.survivor_id <> c.parent_id""",
    "an open case waits, under one clock that is due with it": """
        SELECT c.id FROM "case" AS c LEFT JOIN queue_entry AS e ON e.case_id = c.id
        WHERE (c.state = 'open') <> (e.case_id IS NOT NULL)
           OR e.band <> c.band OR e.needs_child_safety <> c.needs_child_safety
           OR (e.case_id IS NOT NULL AND e.due_at IS DISTINCT FROM (
               SELECT min(k.due_at) FROM sla_clock AS k WHERE k.case_id = c.id
               AND k.kind = 'decision' AND k.state IN ('running', 'breached')))""",
    "an address of a live case is followed once": """
        SELECT home.root_id, l.digest FROM removal AS r JOIN "case" AS home ON home.id = r.case_id
        JOIN report_location AS l ON l.id = r.location_id
        WHERE r.twin_of IS NULL AND r.state <> 'withdrawn'
        GROUP BY home.root_id, l.digest HAVING count(*) > 1""",
    "a case that does not wait has no decision clock": """
        SELECT c.id FROM "case" AS c JOIN sla_clock AS k ON k.case_id = c.id
        WHERE c.state <> 'open' AND k.kind = 'decision' AND k.state IN ('running', 'breached')""",
}
