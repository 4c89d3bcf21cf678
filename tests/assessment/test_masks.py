"""What reviewers do not read: declared persons in every spelling, and the rest of the text."""

import time
import unicodedata

import pytest

from triage.assessment.masks import MAX_LOOKS, Mask, apply_masks, mask_spans, merged

KOREAN = "김지은"
LATIN = "Jane Smith"


def hidden(text: str, **declared: tuple[str, ...]) -> list[str]:
    parts = apply_masks(text, masks(text, **declared))
    return [text[part.start : part.end] for part in parts if isinstance(part, Mask)]


def masks(text: str, **declared: tuple[str, ...]) -> tuple[Mask, ...]:
    nobody: dict[str, tuple[str, ...]] = dict.fromkeys(("names", "handles", "phones", "others"), ())
    return mask_spans(text, **(nobody | declared))


@pytest.mark.parametrize(
    "spelling",
    [
        "김지은",
        "김 지 은",
        "김.지-은",
        "김_지_은",
        "김\u200b지\u2060은",
        "김♡지♡은",
        "ㄱㅣㅁㅈㅣㅇㅡㄴ",
        unicodedata.normalize("NFD", "김지은"),
        "지은",
        "지.은",
        "ㅈㅣ은",
    ],
)
def test_a_korean_name_is_hidden_in_every_spelling(spelling: str) -> None:
    assert hidden(f"친구 {spelling}이 나와요", names=(KOREAN,)) == [spelling]


@pytest.mark.parametrize("particle", ["이", "아", "이가", "은", "한테", "씨", ""])
def test_particles_may_follow_a_given_name(particle: str) -> None:
    assert hidden(f"어제 지은{particle} 사진", names=(KOREAN,)) == ["지은"]


@pytest.mark.parametrize("text", ["까지 은행에", "먼지은", "난 지 은행에서", "지응", "김지"])
def test_letters_that_only_look_like_the_given_name_stay(text: str) -> None:
    assert hidden(text, names=(KOREAN,)) == []


def test_a_full_name_is_hidden_inside_other_words() -> None:
    assert hidden("우리김지은이_사진", names=(KOREAN,)) == ["김지은"]


@pytest.mark.parametrize(
    "declared", ["김 지은", "김\u200b지은", unicodedata.normalize("NFD", "김지은")]
)
def test_the_spelling_of_the_declaration_makes_no_difference(declared: str) -> None:
    assert hidden("김지은, 지은이", names=(declared,)) == ["김지은", "지은"]


def test_names_of_two_and_four_syllables_are_hidden() -> None:
    text = "김솔이 남궁민수와 민수를 봤다"

    assert hidden(text, names=("김솔", "남궁민수")) == ["김솔", "남궁민수", "민수"]


def test_a_name_in_two_scripts_is_hidden_in_both() -> None:
    text = "jieun, Kim Ji-eun, 지은이"

    assert hidden(text, names=("Kim Ji-eun (김지은)",)) == ["jieun", "Kim Ji-eun", "지은"]


@pytest.mark.parametrize(
    "spelling",
    [
        "Jane Smith",
        "JANE SMITH",
        "janesmith",
        "jane_smith",
        "ｊａｎｅ",
        "j.a.n.e",
        "Jan\u0435",
        "Smith",
        "jané",
        "Ja\u0301ne",
    ],
)
def test_a_latin_name_is_hidden_in_every_spelling_and_part(spelling: str) -> None:
    assert hidden(f"They saw {spelling}'s post", names=(LATIN,)) == [spelling]


def test_parts_of_a_latin_name_are_whole_words() -> None:
    assert hidden("Janet is no blacksmith, goldsmiths are", names=(LATIN,)) == []


def test_a_korean_particle_may_follow_a_latin_name() -> None:
    assert hidden("Jane이 봤다", names=(LATIN,)) == ["Jane"]


def test_a_single_letter_is_no_name() -> None:
    assert hidden("A씨가 a room을 봤다", names=("A",)) == []


def test_names_and_handles_are_hidden_inside_addresses() -> None:
    text = "https://x.com/jane_doe.99/김지은?u=jane-smith https://y.com/%EA%B9%80%EC%A7%80%EC%9D%80"

    found = hidden(text, names=(KOREAN, LATIN), handles=("@jane_doe.99",))

    assert found == ["jane_doe.99", "김지은", "jane-smith", "%EA%B9%80%EC%A7%80%EC%9D%80"]


@pytest.mark.parametrize(
    "spelling", ["@jane_d99", "jane_d99", "JANE.D99", "janed99", "jane\u200bd99"]
)
def test_a_handle_is_hidden_in_every_spelling(spelling: str) -> None:
    assert hidden(f"insta {spelling} 계정", handles=("https://insta.example/jane_d99/",)) == [
        spelling
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        "01098765432",
        "+82 10-9876-5432",
        "010.9876.5432",
        "(010) 9876 5432",
        "9876-5432",
        "９８７６５４３２",
    ],
)
def test_a_declared_phone_number_is_hidden_in_every_spelling(spelling: str) -> None:
    assert hidden(f"번호 {spelling}입니다", phones=("+821098765432",)) == [spelling]


def test_a_longer_number_is_not_the_declared_one() -> None:
    assert hidden("order 1234567", phones=("3456",)) == []


def test_a_school_is_hidden_in_full_and_in_short() -> None:
    text = "한빛고등학교, 한빛 고등학교, 한빛고 2학년, 고등학교"

    assert hidden(text, others=("한빛고등학교",)) == [
        "한빛고등학교",
        "한빛 고등학교",
        "한빛고 2학년",
    ]


def test_a_school_in_english_is_hidden_as_a_whole_only() -> None:
    text = "Oakfield High School is a high school"

    assert hidden(text, others=("Oakfield High School",)) == ["Oakfield High School"]


def test_kinds_are_told() -> None:
    text = "김지은 010-1234-5678 a@b.co 900101-1234567 @xyz 한빛고"

    found = masks(text, names=(KOREAN,), others=("한빛고",))

    assert [mask.kind for mask in found] == ["name", "phone", "email", "rrn", "handle", "other"]


def test_offsets_count_code_points_of_the_original() -> None:
    assert masks("🙂👩‍👧 김지은", names=(KOREAN,)) == (Mask(5, 8, "name"),)


def test_overlapping_masks_become_one_of_the_longest_kind() -> None:
    found = merged([Mask(5, 9, "phone"), Mask(0, 6, "name"), Mask(8, 30, "email")])

    assert found == (Mask(0, 30, "email"),)


def test_masks_that_touch_stay_apart() -> None:
    both = (Mask(0, 3, "name"), Mask(3, 6, "phone"))

    assert merged(both) == both


def test_nothing_to_hide_leaves_the_text_whole() -> None:
    assert apply_masks("그냥 글", masks("그냥 글")) == ["그냥 글"]
    assert apply_masks("", masks("", names=(KOREAN,))) == []


def test_declarations_without_letters_hide_nothing() -> None:
    nothing = ("", " ", "-", "@", "♡", "()", "\u200b")

    assert hidden("a - b @ ♡ ()", names=nothing, handles=nothing, others=nothing) == []


def test_a_lone_surrogate_does_no_harm() -> None:
    assert hidden("100% \ud800", names=("\ud800지은",), handles=("\ud800",)) == []


def test_a_text_made_to_wear_the_search_down_is_hidden_as_a_whole() -> None:
    text = "xbobx " * (MAX_LOOKS + 1)

    assert masks(text, names=("Bob",)) == (Mask(0, len(text), "other"),)


@pytest.mark.parametrize(
    "seed",
    [
        "@",
        "a@",
        "0 ",
        "0",
        "a",
        "a.",
        "지은 ",
        "\u200b",
        "(at)",
        "공일공",
        "+1 2 ",
        "e\u0301",
        "ﷺ",
        "%",
        "0---",
    ],
)
def test_twenty_thousand_hostile_characters_take_no_second(seed: str) -> None:
    text = (seed * 20_000)[:20_000]
    started = time.process_time()

    masks(text, names=(KOREAN, "aa", "아"), handles=("aaaa",), phones=("0000",), others=("a.",))

    assert time.process_time() - started < 1
