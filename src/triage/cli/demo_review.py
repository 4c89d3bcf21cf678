"""Reviewers of the demonstration: they claim, reveal one item, decide, and give a case back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from triage.cli.demo_caller import Caller

CASES_EACH = 24
GIVEN_BACK_AT = 5
OUTCOMES = (
    *("remove",) * 4,
    "no_violation",
    *("remove",) * 3,
    "insufficient",
    *("remove",) * 2,
    "refer",
    "out_of_scope",
)
DANGEROUS = frozenset({"threat", "extortion", "minor"})
REASONING = {
    "remove": "The person shown did not agree to it being public, or the picture is made up.",
    "refer": "There is nothing to remove; the police can act.",
    "no_violation": "What is shown concerns nobody who could be recognised.",
    "insufficient": "The address leads to nothing that we could look at.",
    "out_of_scope": "It is no content of the kind that this hotline acts on.",
}


@dataclass(slots=True)
class Review:
    """What the reviewers did: decisions as the API answered them, and the rest in numbers."""

    decisions: list[Any] = field(default_factory=list)
    revealed: list[str] = field(default_factory=list)
    given_back: int = 0


async def review(reviewers: Sequence[Caller], tell: Callable[[], None]) -> Review:
    """Each reviewer works through some cases, one after another; ends early with the queue.

    `tell` is called after each case.
    """
    done = Review()
    outcomes = cycle(OUTCOMES)
    for turn in range(CASES_EACH):
        for reviewer in reviewers:
            claimed = (await reviewer.post("/v1/claims", {})).json
            if not claimed:
                return done
            if turn == 0:
                await _reveal_one(reviewer, claimed["case"], done)
            if turn == GIVEN_BACK_AT:
                await _give_back(reviewer, claimed, done)
            else:
                done.decisions.append(await _decide(reviewer, claimed, outcomes))
            tell()
    return done


async def _reveal_one(reviewer: Caller, case: Any, done: Review) -> None:
    """The first sealed detail of the case: its kind is told, its value is for the reviewer only."""
    item = next(_sealed(case), None)
    if item is None:
        return
    asked = {"items": [item["sealed"]], "reason": "To write the request to the platform"}
    answer = await reviewer.post(f"/v1/cases/{case['id']}/reveal", asked)
    done.revealed += [opened["kind"] for opened in answer.json["items"]]


async def _give_back(reviewer: Caller, claimed: Any, done: Review) -> None:
    """The case keeps its place in the queue: the next claim gets it."""
    released = {"token": claimed["lease"]["token"], "reason": "needs_lead"}
    await reviewer.post(f"/v1/cases/{claimed['case']['id']}/release", released)
    done.given_back += 1


async def _decide(reviewer: Caller, claimed: Any, outcomes: Iterator[str]) -> Any:
    case = claimed["case"]
    wanted = next(outcomes)
    outcome = "refer" if wanted == "remove" and not case["locations"] else wanted
    referrals = []
    if DANGEROUS.intersection(case["allegations"]) and outcome in {"remove", "refer"}:
        referrals.append({"to": "police", "agency": "Cyber unit"})
    if outcome == "refer":
        referrals.append({"to": "support"})
    decision = {
        "lease_token": claimed["lease"]["token"],
        "seen_until": case["seen_until"],
        "outcome": outcome,
        "grounds": "law",
        "facts": "What was reported was looked at where it is.",
        "reasoning_public": REASONING[outcome],
        "referrals": referrals,
    }
    answer = await reviewer.post(
        f"/v1/cases/{case['id']}/decisions", decision, {"If-Match": f'"{case["version"]}"'}
    )
    return answer.json


def _sealed(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        if "sealed" in part:
            yield part
        else:
            for inner in part.values():
                yield from _sealed(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _sealed(inner)
