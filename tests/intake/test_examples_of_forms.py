"""The forms that the bots' page shows are complete requests under the laws they are named for."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from triage.reports.report import Report
from triage.reports.validity import validity_of

PAGE = Path(__file__).parents[2] / "docs/bots.md"
FORMS = {
    "A notice under Article 16": "eu-dsa-16",
    "The Korean request for deletion": "kr-tba-22-5",
}


def shown_after(words: str) -> Report:
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", text[text.index(words) :], re.DOTALL)
    assert found
    return msgspec.convert(json.loads(found[1]), Report)


@pytest.mark.parametrize(("words", "regime"), FORMS.items())
def test_a_form_is_a_complete_request(words: str, regime: str) -> None:
    report = shown_after(words)

    assert validity_of(report, report.jurisdiction, datetime.now(UTC))[regime].valid


def test_a_counsellors_entry_fits_the_form() -> None:
    assert shown_after("A counsellor's entry").requests == ["police", "support"]
