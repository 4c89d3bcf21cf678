"""Which legal requests a report is already."""

import pytest

from triage.intake.validity import REGIMES, regimes_of, validity_of
from triage.reports.report import Declarations, Location, Report, Reporter, Victim
from triage.reports.taxonomy import Allegation, Relation, Request

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
    [validity] = validity_of(COMPLETE, jurisdiction).values()

    assert validity.valid
    assert validity.missing == []


@pytest.mark.parametrize("jurisdiction", ["KR", "US", "GB", "DE"])
def test_an_empty_request_lacks_every_field_of_its_regime(jurisdiction: str) -> None:
    [(regime, validity)] = validity_of(Report(text=""), jurisdiction).items()

    assert not validity.valid
    assert validity.missing == [need.field for need in REGIMES[regime]]


def test_a_notice_about_a_child_needs_no_name_under_the_dsa() -> None:
    report = Report(
        locations=[Location(url="https://x.com/a/status/1")],
        text="A child is shown.",
        victim=Victim(is_minor=True),
        declarations=Declarations(good_faith=True),
    )

    assert validity_of(report, "FR")["eu-dsa-16"].valid


def test_an_unknown_jurisdiction_names_no_regime() -> None:
    assert regimes_of(None) == ()
    assert regimes_of("BR") == ()
