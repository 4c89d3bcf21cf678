"""Equal values are found again; nothing else can be learned or confused."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from triage.vault.digests import Digests

DIGESTS = Digests(b"d" * 32)
TEXTS = st.text(alphabet="ab|:\0é", max_size=6)


def test_a_digest_is_the_hmac_of_the_length_framed_domain_and_the_value() -> None:
    framed = b"\x00\x05phone+82 2 000 0000"

    expected = hmac.new(b"d" * 32, framed, hashlib.sha256).digest()
    assert DIGESTS.digest("phone", "+82 2 000 0000") == expected


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_different_pairs_of_domain_and_value_have_different_digests(
    domain: str, value: str, other_domain: str, other_value: str
) -> None:
    same = (domain, value) == (other_domain, other_value)

    equal = DIGESTS.digest(domain, value) == DIGESTS.digest(other_domain, other_value)
    assert equal == same


@given(TEXTS, st.integers(min_value=0, max_value=6))
def test_moving_the_border_between_domain_and_value_changes_the_digest(
    text: str, border: int
) -> None:
    whole = DIGESTS.digest("", text)

    assert (DIGESTS.digest(text[:border], text[border:]) == whole) == (text[:border] == "")


def test_a_text_counts_as_its_utf_8_bytes() -> None:
    assert DIGESTS.digest("name", "미나") == DIGESTS.digest("name", "미나".encode())


def test_lone_surrogates_have_digests_of_their_own() -> None:
    assert DIGESTS.digest("name", "\udc80") != DIGESTS.digest("name", "\udc81")


def test_another_key_gives_another_digest() -> None:
    assert Digests(b"D" * 32).digest("phone", "1") != DIGESTS.digest("phone", "1")
