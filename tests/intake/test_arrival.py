"""What of a report's links is stored beside their digests."""

from datetime import UTC, datetime

from triage.fingerprints.sites import RULES_VERSION
from triage.intake.arrival import Numbered, location_rows, read_links
from triage.kit.ids import uuid7
from triage.reports.report import Location, Report
from triage.vault.keys import generate
from triage.vault.service import Vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_a_location_keeps_the_version_of_the_rules_and_whether_its_host_imitates() -> None:
    urls = ["https://t.me/dark_room/55", "https://т.me/dark_room/55"]
    report = Report(locations=[Location(url) for url in urls])
    links, errors = read_links(report, NOW)

    rows = location_rows(report, links, Numbered(uuid7()), uuid7(), Vault(generate()))

    assert not errors
    assert [row["rules_version"] for row in rows] == [RULES_VERSION, RULES_VERSION]
    assert [row["lookalike"] for row in rows] == [False, True]
