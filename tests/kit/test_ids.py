"""Identifiers rise with time, and codes survive being read aloud."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from triage.kit.ids import ALPHABET, check_character, code_of, grouped, short_code, uuid7

codes = st.text(ALPHABET, min_size=2, max_size=12)


def test_an_id_is_a_uuid_of_version_7_that_tells_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_ids_of_all_threads_are_different_and_each_thread_sees_them_rise() -> None:
    with ThreadPoolExecutor(4) as threads:
        runs = list(threads.map(lambda _: [uuid7() for _ in range(2000)], range(4)))

    assert all(run == sorted(run) for run in runs)
    assert len({made for run in runs for made in run}) == 8000


def test_a_short_code_has_no_letter_that_is_taken_for_another() -> None:
    assert set(short_code(2000)) == set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_the_code_of_a_digest_is_its_leading_bits() -> None:
    assert code_of(bytes([0b00001_000, 0b10_00011_0, 0b0100_0101]), 4) == "1234"


@given(codes, st.data())
def test_one_misread_character_changes_the_check_character(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))

    misread = code[:place] + other + code[place + 1 :]

    assert check_character(misread) != check_character(code)


@given(codes, st.data())
def test_two_neighbours_swapped_change_the_check_character(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    # Only neighbours that stand 16 apart in the alphabet (0 and G) change nothing.
    apart = abs(ALPHABET.index(code[place]) - ALPHABET.index(code[place + 1]))
    assert (check_character(swapped) == check_character(code)) == (apart in {0, 16})


def test_groups_are_of_four() -> None:
    assert grouped("ABCDEFGHJK") == "ABCD-EFGH-JK"
