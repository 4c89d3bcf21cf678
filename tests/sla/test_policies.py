"""Which policy applies and by when."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from triage.sla.models import ClockKind, PolicyRow
from triage.sla.policies import Policies, load_policies

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def a_policy(identifier: str, hours: int, **changes: object) -> PolicyRow:
    values: dict[str, object] = {
        "id": identifier,
        "version": 1,
        "kind": ClockKind.REMOVAL,
        "bound": "addressee",
        "jurisdiction": None,
        "band": None,
        "limit_seconds": hours * 3600,
        "warn_share": 0.75,
        "statutory": False,
    }
    return PolicyRow(**(values | changes))


def removal_deadline(policies: Policies, jurisdiction: str | None) -> timedelta:
    deadline = policies.deadline(ClockKind.REMOVAL, band=2, jurisdiction=jurisdiction, start=START)
    return deadline.due_at - START


def test_the_law_of_a_jurisdiction_goes_before_our_default() -> None:
    policies = Policies([a_policy("default", 12), a_policy("us", 48, jurisdiction="US")])

    assert removal_deadline(policies, "US") == timedelta(hours=48)
    assert removal_deadline(policies, "BR") == timedelta(hours=12)
    assert removal_deadline(policies, None) == timedelta(hours=12)


def test_the_newest_version_of_a_policy_is_in_force() -> None:
    policies = Policies([a_policy("default", 24, version=2), a_policy("default", 48)])

    assert removal_deadline(policies, None) == timedelta(hours=24)


def test_a_warning_comes_after_its_share_of_the_limit() -> None:
    deadline = Policies([a_policy("default", 4)]).deadline(
        ClockKind.REMOVAL, band=0, jurisdiction=None, start=START
    )

    assert deadline.warn_at == START + timedelta(hours=3)


@pytest.mark.parametrize(("band", "hours"), [(0, 1), (1, 6), (2, 24), (3, 72)])
async def test_every_band_has_its_decision_target_from_the_start(
    session: AsyncSession, band: int, hours: int
) -> None:
    policies = await load_policies(session)

    deadline = policies.deadline(ClockKind.DECISION, band=band, jurisdiction="KR", start=START)

    assert deadline.due_at - START == timedelta(hours=hours)


async def test_the_take_it_down_act_gives_a_platform_48_hours(session: AsyncSession) -> None:
    deadline = (await load_policies(session)).deadline(
        ClockKind.REMOVAL, band=1, jurisdiction="US", start=START
    )

    assert deadline.policy.id == "us-tida-48h"
    assert deadline.policy.bound == "addressee"
    assert deadline.policy.statutory
    assert deadline.due_at - START == timedelta(hours=48)
