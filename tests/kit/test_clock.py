"""The clock follows the database and notices when the machine's was moved."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from triage.kit.clock import MAX_STEP, CorrectedClock


def test_an_uncorrected_clock_is_the_machine_s_and_aware() -> None:
    before = datetime.now(UTC)

    assert before <= CorrectedClock()() <= datetime.now(UTC)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(seconds=-90), timedelta()])
def test_a_corrected_clock_shows_the_database_s_time(ahead: timedelta) -> None:
    clock = CorrectedClock()

    offset = clock.correct(datetime.now(UTC) + ahead)

    assert abs(offset - ahead) < timedelta(seconds=1)
    assert abs(clock() - datetime.now(UTC) - ahead) < timedelta(seconds=1)


def test_a_second_correction_replaces_the_first() -> None:
    clock = CorrectedClock()
    clock.correct(datetime.now(UTC) + timedelta(hours=3))
    clock.correct(datetime.now(UTC))

    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=1)


def test_a_database_far_away_is_no_step_of_this_machine() -> None:
    clock = CorrectedClock()
    clock.correct(datetime.now(UTC) + timedelta(days=1))

    assert not clock.stepped


@pytest.mark.parametrize("step", [MAX_STEP + timedelta(seconds=5), -MAX_STEP * 2])
def test_a_moved_machine_clock_counts_as_stepped_until_corrected(
    monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    clock = CorrectedClock()
    moved = SimpleNamespace(now=lambda zone: datetime.now(zone) + step)
    monkeypatch.setattr("triage.kit.clock.datetime", moved)

    assert clock.stepped
    clock.correct(datetime.now(UTC))
    assert not clock.stepped
