"""Signed notes: what is signed is what is read, and nothing else is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.journal.checkpoint import Checkpoint, NotVerified, Signer, Verifier

ORIGIN = "triage.example/journal"
SIGNER = Signer(bytes(range(32)))
VERIFIER = SIGNER.verifier(ORIGIN)
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(range(32)))

# The example of the signed-note specification.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)


@given(
    st.builds(
        Checkpoint,
        st.just(ORIGIN),
        st.integers(min_value=0, max_value=2**63 - 1),
        st.binary(min_size=32, max_size=32),
    )
)
def test_a_signed_checkpoint_is_read_back(checkpoint: Checkpoint) -> None:
    assert VERIFIER.open(SIGNER.sign(checkpoint)) == checkpoint


def test_a_note_has_the_lines_of_a_tlog_checkpoint() -> None:
    origin, size, root, blank, signature, end = SIGNER.sign(CHECKPOINT).split("\n")

    assert (origin, size) == (ORIGIN, "42")
    assert root == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert (blank, end) == ("", "")
    assert signature.startswith(f"— {ORIGIN} ")


def test_the_key_and_signature_of_the_specification_are_understood() -> None:
    verifier = Verifier.from_text(NEUMANN)

    assert verifier.text == NEUMANN
    with pytest.raises(NotVerified, match="not a checkpoint"):  # signed, but about something else
        verifier.open(NEUMANN_NOTE)
    with pytest.raises(NotVerified, match="does not hold"):
        verifier.open(NEUMANN_NOTE.replace("answer", "reason"))


@given(st.data())
def test_a_note_with_another_character_is_refused(data: st.DataObject) -> None:
    note = SIGNER.sign(CHECKPOINT)
    start = note.index("\n\n")
    place = data.draw(st.integers(min_value=0, max_value=start))
    character = data.draw(st.characters(codec="utf-8").filter(lambda it: it != note[place]))

    with pytest.raises(NotVerified):
        VERIFIER.open(note[:place] + character + note[place + 1 :])


@pytest.mark.parametrize("length", [0, 1, 40, 72, 150, -1])
def test_a_truncated_note_is_refused(length: int) -> None:
    with pytest.raises(NotVerified):
        VERIFIER.open(SIGNER.sign(CHECKPOINT)[:length])


def test_a_note_of_another_key_is_refused() -> None:
    with pytest.raises(NotVerified, match="not signed by this key"):
        VERIFIER.open(Signer(b"x" * 32).sign(CHECKPOINT))


def test_a_note_of_another_journal_is_refused() -> None:
    other = Checkpoint("other.example/journal", CHECKPOINT.size, CHECKPOINT.root)

    with pytest.raises(NotVerified, match="not signed by this key"):
        VERIFIER.open(SIGNER.sign(other))


def test_signatures_of_witnesses_are_passed_over() -> None:
    note = SIGNER.sign(CHECKPOINT)
    witness = NEUMANN_NOTE.splitlines()[-1]

    assert VERIFIER.open(f"{note}{witness}\n") == CHECKPOINT


def test_a_verifier_key_is_read_back() -> None:
    assert Verifier.from_text(VERIFIER.text + "\n") == VERIFIER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN[:-4],
        NEUMANN.replace("+AR", "+BR"),
    ],
)
def test_a_verifier_key_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(NotVerified):
        Verifier.from_text(text)


def test_an_origin_with_a_space_cannot_sign() -> None:
    with pytest.raises(ValueError, match="one word"):
        SIGNER.sign(Checkpoint("two words", 1, bytes(32)))
