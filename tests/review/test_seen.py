"""The opaque value that says how much of a case was shown."""

import pytest

from triage.kit.errors import Invalid
from triage.kit.ids import uuid7
from triage.review.seen import decode_seen, encode_seen


def test_what_was_shown_is_read_back() -> None:
    case_id = uuid7()

    assert decode_seen(encode_seen(case_id, 7), case_id, last=9) == 7


@pytest.mark.parametrize("value", ["", "7", "AAAAAAAAAAA", "not base64!", "ü"])
def test_a_value_that_no_page_gave_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        decode_seen(value, uuid7(), last=9)


def test_a_value_of_another_case_is_refused() -> None:
    with pytest.raises(Invalid):
        decode_seen(encode_seen(uuid7(), 7), uuid7(), last=9)


def test_nobody_has_seen_reports_that_have_not_come() -> None:
    case_id = uuid7()

    with pytest.raises(Invalid):
        decode_seen(encode_seen(case_id, 10), case_id, last=9)
