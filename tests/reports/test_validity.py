"""Which legal requests a report is already."""

from datetime import UTC, datetime

import pytest

from triage.reports.report import Declarations, Location, Report, Reporter, Victim
from triage.reports.taxonomy import Allegation, Relation, Request
from triage.reports.validity import REGIMES, regimes_of, validity_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COMPLETE = Report(
    allegations=[Allegation.DEEPFAKE],
    locations=[Location(url="https://t.me/room/55")],
    text="It was made from a photograph of mine.",
    reporter=Reporter(relation=Relation.VICTIM, name="Kim Example", contact="kim@example.com"),
    declarations=Declarations(good_faith=True, signature="Kim Example"),
    requests=[Request.REMOVAL],
)


@pytest.mark.parametrize("jurisdiction", ["KR", "US", "GB", "DE"])
def test_a_complete_request_is_valid_in_its_jurisdiction(jurisdiction: str) -> None:
    [validity] = validity_of(COMPLETE, jurisdiction, NOW).values()

    assert validity.valid
    assert validity.missing == []


@pytest.mark.parametrize("jurisdiction", ["KR", "US", "GB", "DE"])
def test_an_empty_request_lacks_every_field_of_its_regime(jurisdiction: str) -> None:
    [(regime, validity)] = validity_of(Report(text=""), jurisdiction, NOW).items()

    assert not validity.valid
    assert validity.missing == [need.field for need in REGIMES[regime]]


def test_a_notice_about_a_child_needs_no_name_under_the_dsa() -> None:
    report = Report(
        locations=[Location(url="https://x.com/a/status/1")],
        text="A child is shown.",
        victim=Victim(is_minor=True),
        declarations=Declarations(good_faith=True),
    )

    assert validity_of(report, "FR", NOW)["eu-dsa-16"].valid


def test_an_unknown_jurisdiction_names_no_regime() -> None:
    assert regimes_of(None) == ()
    assert regimes_of("BR") == ()
