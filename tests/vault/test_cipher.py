"""An envelope opens under its key in its place, unaltered, and in no other way."""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from triage.vault.cipher import KeyUnknown, KeyWrap, Unopenable, decrypt, encrypt, place_of
from triage.vault.keys import generate, rotated

ROW, OTHER_ROW = UUID(int=1), UUID(int=2)
PLACE = place_of("vault_item", "content.text", ROW)
KEY = AESGCM(b"k" * 32)
ENVELOPE = encrypt(KEY, "k1", b"a text of nineteen", PLACE)


@given(st.binary(max_size=400), st.from_regex(r"[A-Za-z0-9_-]{0,32}", fullmatch=True))
def test_what_was_encrypted_is_decrypted(plaintext: bytes, kid: str) -> None:
    assert decrypt(KEY, encrypt(KEY, kid, plaintext, PLACE), PLACE) == plaintext


def test_an_envelope_is_version_key_id_nonce_and_ciphertext_with_its_tag() -> None:
    assert ENVELOPE[:4] == b"\x01\x02k1"
    assert len(ENVELOPE) == 4 + 12 + len(b"a text of nineteen") + 16


def test_the_same_text_is_never_the_same_envelope() -> None:
    assert encrypt(KEY, "k1", b"text", PLACE) != encrypt(KEY, "k1", b"text", PLACE)


def test_one_flipped_bit_anywhere_is_noticed() -> None:
    flipped = [with_flipped(ENVELOPE, bit) for bit in range(len(ENVELOPE) * 8)]

    assert not any(opens(envelope) for envelope in flipped)


def test_an_envelope_cut_or_lengthened_anywhere_is_noticed() -> None:
    cut = [ENVELOPE[:length] for length in range(len(ENVELOPE))]

    assert not any(opens(envelope) for envelope in [*cut, ENVELOPE + b"\0", b"\0" + ENVELOPE])


@pytest.mark.parametrize(
    "place",
    [
        place_of("vault_item", "content.text", OTHER_ROW),
        place_of("vault_item", "reporter.name", ROW),
        place_of("vault_subject", "content.text", ROW),
        place_of("vault_item", "content.text", ROW, "victim"),
    ],
)
def test_an_envelope_does_not_open_in_another_place(place: str) -> None:
    with pytest.raises(Unopenable):
        decrypt(KEY, ENVELOPE, place)


def test_an_envelope_does_not_open_under_another_key() -> None:
    with pytest.raises(Unopenable):
        decrypt(AESGCM(b"K" * 32), ENVELOPE, PLACE)


def test_what_cannot_be_opened_is_named_by_its_place_alone() -> None:
    with pytest.raises(Unopenable) as refused:
        decrypt(KEY, ENVELOPE[:-1], PLACE)

    assert str(refused.value) == PLACE


def test_a_data_key_wrapped_before_a_rotation_is_unwrapped_after_it() -> None:
    keys = generate()
    wrapped = KeyWrap(keys).wrap(b"d" * 32, PLACE)

    assert KeyWrap(rotated(keys)).unwrap(wrapped, PLACE) == b"d" * 32


def test_after_a_rotation_the_new_key_wraps() -> None:
    keys = rotated(generate())
    wrapped = KeyWrap(keys).wrap(b"d" * 32, PLACE)
    alone = replace(keys, encryption={keys.current: keys.encryption[keys.current]})

    assert KeyWrap(alone).unwrap(wrapped, PLACE) == b"d" * 32


def test_a_key_that_is_not_in_the_file_is_told_from_damage() -> None:
    wrapped = KeyWrap(generate()).wrap(b"d" * 32, PLACE)

    with pytest.raises(KeyUnknown):
        KeyWrap(generate()).unwrap(wrapped, PLACE)


def test_the_id_of_another_key_does_not_open_an_envelope() -> None:
    old = generate()
    keys = rotated(old)
    wrapped = KeyWrap(old).wrap(b"d" * 32, PLACE)
    relabelled = wrapped.replace(old.current.encode(), keys.current.encode(), 1)

    with pytest.raises(Unopenable):
        KeyWrap(keys).unwrap(relabelled, PLACE)
    # Nor does it help that both ids stand for the same key.
    same = replace(keys, encryption={keys.current: old.encryption[old.current]})
    with pytest.raises(Unopenable):
        KeyWrap(same).unwrap(relabelled, PLACE)


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x01\xff" + b"\xff" * 300, bytes(64)])
def test_noise_is_unopenable(envelope: bytes) -> None:
    with pytest.raises(Unopenable):
        KeyWrap(generate()).unwrap(envelope, PLACE)


def with_flipped(envelope: bytes, bit: int) -> bytes:
    altered = bytearray(envelope)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


def opens(envelope: bytes) -> bool:
    try:
        decrypt(KEY, envelope, PLACE)
    except Unopenable:
        return False
    return True
