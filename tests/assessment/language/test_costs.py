"""What it costs to find something grows with the text's length alone, whatever is written."""

import re
import sys
from collections.abc import Iterator
from re import _constants as parts  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

import pytest

from triage.assessment import announced_forms, exposed_forms, identifiers
from triage.assessment.language import age_forms, ages, amounts, details, reading, stream
from triage.assessment.language.detectors import findings


def calls(text: str) -> int:
    """How many functions are called to read it, those of libraries too."""
    count = 0

    def counted(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    list(findings(text, 2026))
    sys.setprofile(counted)
    try:
        list(findings(text, 2026))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "협박 ",
            "안 보내면 ",
            "뿌리겠다고 ",
            "엄마 ",
            "'",
            "1",
            "12 ",
            "15살 ",
            "p@y ",
            "m3",
            "a",
            "가",
        ),
        *(
            "ㄱ",
            "\u200b",
            "if you ",
            "or ",
            "send it to ",
            "@a.",
            "a@b.",
            "010-",
            "five ",
            "전화번호 ",
        ),
        *("밑에 ", "고소하고 ", "a_b ", "A a ", ". ", "Aa Bb ", "중2 15살 고1 "),
        *("안 보내면 엄마한테 뿌리겠다고 해요. ", "하고 '죽여버린다' 라고 "),
    ],
)
def test_the_work_grows_with_the_length_alone(unit: str) -> None:
    few, many = unit * (4_096 // len(unit)), unit * (16_384 // len(unit))

    assert calls(many) <= 4.5 * calls(few) + 2_000


FORMS: tuple[ModuleType, ...] = (
    *(
        age_forms,
        ages,
        amounts,
        announced_forms,
        details,
        exposed_forms,
        identifiers,
        reading,
        stream,
    ),
)


def patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from patterns(inner)
    elif isinstance(value, exposed_forms.Form):
        yield value.pattern
    elif isinstance(value, age_forms.Form):
        yield from patterns([value.before, value.behind])


def nested(tree: Any, *, repeated: bool = False) -> bool:
    """Whether a repetition without an end stands in another that may give back what it took."""
    for kind, inner in tree:
        if kind in {parts.MAX_REPEAT, parts.MIN_REPEAT}:
            _, most, body = inner
            endless = most == parts.MAXREPEAT
            if (endless and repeated) or nested(body, repeated=repeated or most > 1):
                return True
        elif isinstance(inner, tuple | list):
            deeper = [part for part in inner if isinstance(part, parser.SubPattern)]
            deeper += [part for part in inner if isinstance(part, list)]
            for part in deeper:
                branches = part if isinstance(part, list) else [part]
                if any(
                    nested(branch, repeated=repeated)
                    for branch in branches
                    if isinstance(branch, parser.SubPattern)
                ):
                    return True
    return False


def test_no_form_repeats_what_repeats_without_an_end() -> None:
    compiled = {
        form.pattern: form for module in FORMS for form in patterns(list(vars(module).values()))
    }

    assert len(compiled) > 80
    assert [name for name, form in compiled.items() if nested(parser.parse(name, form.flags))] == []


def test_such_a_form_would_be_seen() -> None:
    assert nested(parser.parse(r"(?:a+b?)+"))
    assert nested(parser.parse(r"x(?:(?:y|z*)){2,9}"))
    assert not nested(parser.parse(r"(?:ab)+c*"))
