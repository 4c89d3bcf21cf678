"""A cursor brings the next page, and a made-up one is refused without being repeated."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.kit.errors import Invalid
from triage.kit.ids import uuid7
from triage.kit.paging import decode_cursor, encode_cursor, page_of

CURSOR_OF_ANOTHER_LIST = encode_cursor((7, "other"))


def test_pages_follow_each_other_to_the_end() -> None:
    def read(limit: int, cursor: str | None) -> Any:
        after = decode_cursor(cursor, tuple[int])
        rows = range(after[0] + 1 if after else 0, 5)[: limit + 1]
        return page_of(rows, limit, present=str, key=lambda row: (row,))

    first = read(2, None)
    second = read(2, first.next_cursor)
    last = read(2, second.next_cursor)

    assert [first.items, second.items, last.items] == [["0", "1"], ["2", "3"], ["4"]]
    assert last.next_cursor is None


def test_a_page_that_is_just_full_is_the_last() -> None:
    assert page_of([1, 2], 2, present=str, key=lambda row: (row,)).next_cursor is None


def test_a_cursor_keeps_times_and_ids_exactly_and_fits_into_an_address() -> None:
    key = (datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC), uuid7())

    cursor = encode_cursor(key)

    assert decode_cursor(cursor, tuple[datetime, UUID]) == key
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None, tuple[datetime, UUID]) is None


@given(st.text())
def test_a_made_up_cursor_is_refused_and_not_repeated(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, tuple[datetime, UUID])

    assert [error.pointer for error in refused.value.errors] == ["/cursor"]
    assert refused.value.errors[0].detail == "not a cursor of this list"


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Invalid):
        decode_cursor(CURSOR_OF_ANOTHER_LIST, tuple[datetime, UUID])
