"""Texts that are alike have sketches that are alike; without the key a sketch tells nothing."""

import hashlib
import random
import unicodedata
from statistics import mean, pstdev
from typing import Any

import pytest

from triage.fingerprints import texts
from triage.fingerprints.letters import letters_of
from triage.fingerprints.texts import LEAST, SHORTEST, VALUES, Sketcher, TextIndex

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호"
KOREAN = "그 사람이 제 사진을 합성해서 방에 올렸어요. 제 학교와 전화번호도 같이 있어요."
ENGLISH = "He made a false picture of me and posted it in the room, with my school and my number."
SKETCHER = Sketcher(b"k" * 32)


def sketch(text: str) -> bytes:
    made = SKETCHER.sketch(text)
    assert made is not None
    return made


def similarity(one: str, other: str) -> float:
    index = TextIndex()
    index.add(sketch(one))
    found = index.search(sketch(other), 1)
    return found[0].similarity if found else 0.0


def jaccard(one: str, other: str) -> float:
    sets = [{t[i : i + 3] for i in range(len(t) - 2)} for t in map(letters_of, (one, other))]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def a_word(chance: random.Random, letters: str) -> str:
    length = chance.randint(2, 4) if letters == SYLLABLES else chance.randint(3, 9)
    return "".join(chance.choices(letters, k=length))


def sentences(chance: random.Random, count: int, letters: str = SYLLABLES) -> list[str]:
    words = [a_word(chance, letters) for _ in range(2_000)]
    return [" ".join(chance.choices(words, k=60)) for _ in range(count)]


def rewritten(chance: random.Random, text: str, words: int, letters: str = SYLLABLES) -> str:
    parts = text.split()
    for _ in range(words):
        parts[chance.randrange(len(parts))] = a_word(chance, letters)
    return " ".join(parts)


@pytest.mark.parametrize("text", [KOREAN, ENGLISH])
@pytest.mark.parametrize(
    "spelled",
    [
        str.upper,
        lambda text: text.replace(" ", ""),
        "\u200b".join,
        "\u3164".join,
        lambda text: text.translate(dict(zip(map(ord, "aeo"), "áëô", strict=True))),
        lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        lambda text: unicodedata.normalize("NFD", text),
    ],
    ids=["case", "spaces", "invisible", "filler", "accents", "full width", "decomposed"],
)
def test_one_text_in_another_spelling_is_the_same(text: str, spelled: Any) -> None:
    assert sketch(spelled(text)) == sketch(text)


@pytest.mark.parametrize(
    ("one", "other"), [(KOREAN, ENGLISH), (ENGLISH, "The queue of the office is long today, ok?")]
)
def test_texts_that_have_nothing_in_common_are_not_alike(one: str, other: str) -> None:
    assert similarity(one, other) == 0


def test_a_few_other_words_leave_a_text_alike() -> None:
    assert similarity(KOREAN, KOREAN.replace("방에", "거기에")) > LEAST


@pytest.mark.parametrize("letters", [SYLLABLES, LETTERS], ids=["Korean", "English"])
def test_the_estimate_is_close_to_the_truth_and_nothing_alike_is_missed(letters: str) -> None:
    chance = random.Random(3)
    known = sentences(chance, 500, letters)
    index = TextIndex()
    index.add(b"".join(map(sketch, known)))
    index.sort()
    errors, missed, others = [], 0, 0
    for number, text in enumerate(known):
        other = rewritten(chance, text, chance.randint(0, 9), letters)
        truth = jaccard(text, other)
        found = dict(index.search(sketch(other), 10))
        others += len(found.keys() - {number})
        if number in found:
            errors.append(found[number] - truth)
        # Three standard errors above the threshold the estimate does not fall below it.
        missed += truth > LEAST + 0.12 and number not in found

    assert len(errors) > 250
    assert missed == others == 0
    assert abs(mean(errors)) < 0.02
    assert pstdev(errors) < 0.05


def test_sorted_and_unsorted_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    known = sentences(chance, 300)
    indexes = []
    for unsorted in (0, 100_000):
        monkeypatch.setattr(TextIndex, "most_unsorted", unsorted)
        index = TextIndex()
        index.add(b"".join(map(sketch, known)))
        indexes.append(index)
    for text in known[:100]:
        query = sketch(rewritten(chance, text, 3))
        one, other = (index.search(query, 10) for index in indexes)
        assert one == other


def test_what_was_withdrawn_is_not_found() -> None:
    index = TextIndex()
    index.add(sketch(KOREAN) * 3)
    index.withdraw([1])

    assert [alike.number for alike in index.search(sketch(KOREAN), 5)] == [0, 2]


def test_in_a_flood_of_one_phrase_the_text_that_shares_more_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "MOST_COMPARED", 300)
    chance = random.Random(5)
    phrase, *own = sentences(chance, 3_000)
    flood = [f"{phrase} {' '.join(words.split()[:25])}" for words in own]
    index = TextIndex()
    index.add(b"".join(map(sketch, flood)))
    index.sort()
    found_best = [
        index.search(sketch(rewritten(chance, flood[number], 3)), 1)[0].number == number
        for number in range(0, 3_000, 30)
    ]

    assert all(found_best)


def test_a_sketch_is_the_same_in_every_version() -> None:
    assert hashlib.sha256(sketch(KOREAN)).hexdigest()[:16] == "0776f24465a49aa3"


def test_sketches_of_another_key_have_nothing_in_common() -> None:
    other = Sketcher(b"o" * 32).sketch(KOREAN)
    assert other is not None
    same = sum(a == b for a, b in zip(sketch(KOREAN), other, strict=True))

    assert len(other) == VALUES
    assert same < 10


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [("", False), ("가" * (SHORTEST - 1), False), ("! ? " * 50, False), ("가나" * SHORTEST, True)],
)
def test_a_short_text_says_nothing(text: str, *, is_enough: bool) -> None:
    assert (SKETCHER.sketch(text) is not None) is is_enough


def test_lone_surrogates_have_a_sketch_too() -> None:
    assert SKETCHER.sketch("\ud800" + KOREAN) is not None


def test_what_very_many_say_is_looked_up_by_what_few_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextIndex, "most_unsorted", 0)
    monkeypatch.setattr(texts, "MOST_COMPARED", 50)
    index = TextIndex()
    index.add(sketch(KOREAN) * 1_000 + sketch(ENGLISH) + sketch(KOREAN.replace("방에", "거기에")))

    assert index.search(sketch(KOREAN), 5_000) == []
    assert [alike.number for alike in index.search(sketch(ENGLISH), 5)] == [1_000]
