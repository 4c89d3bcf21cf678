"""The removal desk of the demonstration, the platforms' answers, and referrals on their way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from triage.cli.demo_caller import Caller

DELETED = {"state": "removed", "result": "deleted"}
FATES: tuple[tuple[dict[str, str], ...], ...] = (
    ({"state": "requested"}, DELETED),
    ({"state": "requested"}, {"state": "acknowledged"}, DELETED),
    ({"state": "requested"}, {"state": "refused"}),
    ({"state": "requested"}, {"state": "removed", "result": "account_removed"}),
    ({"state": "requested"}, DELETED),
    ({"state": "requested"},),
    ({"state": "requested"}, {"state": "acknowledged"}),
    ({"state": "removed", "result": "already_gone"},),
    ({"state": "requested"}, DELETED),
    ({"state": "requested"}, {"state": "removed", "result": "made_private"}),
    ({"state": "held", "held_by": "police"},),
    ({"state": "requested"}, {"state": "removed", "result": "disabled_in"}),
    ({"state": "requested"}, DELETED),
    ({"state": "requested"}, {"state": "unreachable"}),
)
"""What becomes of one removal after another: the states it goes through from its draft."""

REFERRED: tuple[tuple[dict[str, str], ...], ...] = (
    ({"state": "sent"}, {"state": "acknowledged", "reference": "2026-DEMO-{number}"}),
    ({"state": "sent"},),
    ({"state": "sent"}, {"state": "acknowledged"}, {"state": "closed", "result": "taken over"}),
    ({"state": "sent"}, {"state": "declined"}),
)
PLATFORMS_SAY = frozenset({"acknowledged", "removed", "refused"})
WAIVER = {"reason": "An invented report: there is nothing to keep."}


@dataclass(frozen=True, slots=True)
class Platform:
    name: str
    caller: Caller


async def follow_up(
    desk: Caller, platform: Platform, decisions: Sequence[Any], tell: Callable[[], None]
) -> list[Any]:
    """Take the removals and referrals of these decisions on; returns the removals at their end.

    One platform answers by itself what it was asked for; for the others the desk notes it.
    """
    fates, courses = cycle(FATES), cycle(REFERRED)
    ended = []
    for number, decision in enumerate(decisions):
        # A removal keeps quiet while its referral is unsent: police first.
        for referral in decision["referrals"]:
            for change in next(courses):
                filled = {name: text.format(number=number) for name, text in change.items()}
                await desk.patch(f"/v1/referrals/{referral['id']}", filled)
        ended += [await _run(desk, platform, one, next(fates)) for one in decision["removals"]]
        tell()
    return ended


async def _run(
    desk: Caller, platform: Platform, removal: Any, fate: Sequence[dict[str, str]]
) -> Any:
    path = f"/v1/removals/{removal['id']}"
    for change in fate:
        if change["state"] == "requested":
            await desk.get(f"{path}/request", lang="ko")
            removal = await desk.patch(path, {**change, "evidence_waived": WAIVER})
        elif (
            change["state"] in PLATFORMS_SAY
            and removal["state"] != "drafted"
            and removal["addressee"] == platform.name
        ):
            answers = {"answers": [{"removal_id": removal["id"], **change}]}
            answered = await platform.caller.post("/v1/removals/answers", answers)
            removal |= answered.json["items"][0]
        else:
            removal = await desk.patch(path, change)
    return removal
