"""Words are found however they are spelled, and where they stand for themselves."""

import pytest

from triage.assessment.language.lexicon import BadWord, Lexicon
from triage.assessment.language.stream import Stream


def found(word: str, text: str) -> list[str]:
    lexicon = Lexicon({"concept": [word]})
    stream = Stream(text)
    tokens: dict[str, list[tuple[int, int]]] = {}
    lexicon.collect(stream, tokens)
    return [text[slice(*stream.original(*token))] for token in tokens.get("concept", [])]


@pytest.mark.parametrize(
    ("word", "text", "stretches"),
    [
        ("뿌리", "다 뿌린다", ["뿌린"]),
        ("뿌리", "ㅃㅜㄹㅣㄹㄱㅔ", ["ㅃㅜㄹㅣ"]),
        ("뿌리", "뿌\u200b 리", ["뿌\u200b 리"]),
        ("뿌리", "뿌리".encode().decode(), ["뿌리"]),
        ("_돈", "돈이 필요하다, 하돈", ["돈"]),
        ("방_", "텔레방 방에", ["방"]),
        ("threat", "A THREAT, no threats", ["THREAT"]),
        ("threat*", "A ＴＨＲＥＡＴ, no threats", ["ＴＨＲＥＡＴ", "threat"]),
        ("send it", "h e l l o s e n d  it", ["s e n d  it"]),
        ("leak", "leakage and bleak", []),
        ("*leak", "bleak", ["leak"]),
        ("ㅎㅂ", "ㅎㅂ 당했어요", ["ㅎㅂ"]),
        ("ㅎㅂ", "좋바 않부", []),
        ("기", "각ㅣ", []),
    ],
)
def test_a_word_is_found_where_it_counts(word: str, text: str, stretches: list[str]) -> None:
    assert found(word, text) == stretches


def test_a_word_may_stand_for_several_concepts() -> None:
    lexicon = Lexicon({"family": ["mother"], "person": ["mother", "man"]})

    tokens: dict[str, list[tuple[int, int]]] = {}
    lexicon.collect(Stream("a man, mother"), tokens)

    assert tokens == {"family": [(4, 10)], "person": [(1, 4), (4, 10)]}


@pytest.mark.parametrize("word", ["a", "*", "", "?!"])
def test_what_would_be_everywhere_is_refused(word: str) -> None:
    with pytest.raises(BadWord):
        Lexicon({"concept": [word]})
