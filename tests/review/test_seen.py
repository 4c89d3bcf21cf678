"""The opaque value that says how much of a case was shown."""

import pytest

from triage.kit.errors import Invalid
from triage.kit.ids import uuid7
from triage.review.seen import Seen, decode_seen, encode_seen


def test_what_was_shown_is_read_back() -> None:
    case_id = uuid7()

    assert decode_seen(encode_seen(case_id, Seen(7, 2)), case_id, last=Seen(9, 3)) == Seen(7, 2)


@pytest.mark.parametrize("value", ["", "7", "AAAAAAAAAAA", "not base64!", "ü"])
def test_a_value_that_no_page_gave_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        decode_seen(value, uuid7(), last=Seen(9, 3))


def test_a_value_of_another_case_is_refused() -> None:
    with pytest.raises(Invalid):
        decode_seen(encode_seen(uuid7(), Seen(7, 2)), uuid7(), last=Seen(9, 3))


def test_nobody_has_seen_reports_that_have_not_come() -> None:
    case_id = uuid7()

    with pytest.raises(Invalid):
        decode_seen(encode_seen(case_id, Seen(10, 2)), case_id, last=Seen(9, 3))
