"""Receipt codes survive being typed by people, and a wrong one is noticed."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.kit.ids import ALPHABET
from triage.vault.receipts import Receipts

RECEIPTS = Receipts(b"r" * 32)
REPORT = UUID("01936b1e-0000-7000-8000-000000000001")
CODE = RECEIPTS.code(REPORT)


@given(st.uuids())
def test_a_code_has_its_shape_and_is_its_own_normal_form(report_id: UUID) -> None:
    code = RECEIPTS.code(report_id)

    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]", code)
    assert RECEIPTS.normalise(code) == code


def test_a_report_has_one_code_and_another_report_another() -> None:
    assert RECEIPTS.code(REPORT) == CODE != RECEIPTS.code(UUID(int=REPORT.int + 1))


def test_without_the_key_the_code_cannot_be_derived() -> None:
    assert Receipts(b"R" * 32).code(REPORT) != CODE


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE}\n",
        CODE.replace("-", "–"),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE),
    ],
    ids=["lower case", "no dashes", "spaces", "around it", "other dashes", "full width"],
)
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert RECEIPTS.normalise(typed) == CODE


@given(st.uuids(), st.sampled_from(["0O", "0o", "1I", "1i", "1L", "1l"]))
def test_letters_that_look_like_digits_are_read_as_digits(report_id: UUID, pair: str) -> None:
    code = RECEIPTS.code(report_id)

    assert RECEIPTS.normalise(code.replace(*pair)) == code


@given(st.uuids(), st.integers(0, 12), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(report_id: UUID, at: int, wrong: str) -> None:
    code = RECEIPTS.code(report_id).replace("-", "")
    typed = code[:at] + wrong + code[at + 1 :]

    assert (RECEIPTS.normalise(typed) is None) == (wrong != code[at])


@pytest.mark.parametrize(
    "typed",
    ["", "-", CODE[:-1], CODE + "0", "U" * 13, "é" * 13, CODE + " " * 99],
    ids=["nothing", "a dash", "too short", "too long", "U", "accents", "padded without end"],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert RECEIPTS.normalise(typed) is None


def test_the_digest_of_a_code_depends_on_the_key_and_the_code() -> None:
    digests = {
        RECEIPTS.digest(CODE),
        RECEIPTS.digest(RECEIPTS.code(UUID(int=1))),
        Receipts(b"R" * 32).digest(CODE),
    }

    assert sorted(map(len, digests)) == [32, 32, 32]
