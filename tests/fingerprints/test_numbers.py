"""Accounts, wallets and resident numbers: by their own check, or by the words before them."""

import pytest

from triage.fingerprints.keys import Key
from triage.fingerprints.numbers import number_key, numbers_in

# Those that standards and documentation give as examples.
IBAN = "GB82WEST12345698765432"
LEGACY = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
ETHER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (IBAN, f"iban:{IBAN}"),
        ("gb82 west 1234 5698 7654 32", f"iban:{IBAN}"),
        (LEGACY, f"wallet:{LEGACY}"),
        (SEGWIT.upper(), f"wallet:{SEGWIT}"),
        (ETHER, f"wallet:{ETHER.lower()}"),
        ("110-234-567890", "digits:110234567890"),
        ("１１０ ２３４ ５６７８９０", "digits:110234567890"),
    ],
)
def test_every_spelling_of_a_number_has_one_key(written: str, value: str) -> None:
    assert number_key(written) == Key("number", value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345678",
        "1" * 19,
        IBAN.replace("82", "83"),
        LEGACY[:-1] + "b",
        "900101-1******",
        "abc",
    ],
)
def test_what_fails_its_own_check_has_no_key(written: str) -> None:
    assert number_key(written) is None


@pytest.mark.parametrize("written", [IBAN, LEGACY, SEGWIT, ETHER, "110-234-567890"])
def test_a_key_is_found_by_its_value(written: str) -> None:
    key = number_key(written)

    assert key is not None
    assert number_key(key.value.partition(":")[2]) == key


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("국민은행 110-234-567890 으로 보내라고 했어요.", ["digits:110234567890"]),
        ("계좌번호: 110 234 567890", ["digits:110234567890"]),
        (f"Send it to {SEGWIT} or {ETHER}.", [f"wallet:{SEGWIT}", f"wallet:{ETHER.lower()}"]),
        (f"IBAN {IBAN}, today", [f"iban:{IBAN}"]),
        ("Order 110-234-567890 never came.", []),
        ("On 2026-11-20 12:30:45 he wrote 3 times.", []),
        ("A text without any.", []),
    ],
)
def test_a_text_has_those_that_say_what_they_are(text: str, values: list[str]) -> None:
    assert [key.value for key in numbers_in(text)] == values


def test_a_text_full_of_numbers_is_not_read_for_ever() -> None:
    text = "계좌 110-234-567890 " * 2_000

    assert len([*numbers_in(text)]) == 32
