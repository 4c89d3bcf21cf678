"""Words and patterns as data: what is not complete is refused, and told where."""

import pytest

from triage.assessment.language.sheets import BadSheet, Sheet, compile_patterns, read_sheet

GOOD = """
[concepts]
post = ["post"]

[[patterns]]
rule = "threat.spread"
match = ["post >20 shared"]
yes = ["a post is shared"]
"""
COMMON = Sheet(concepts={"shared": ["shared"]})


def compiled(toml: str) -> int:
    sheets = {"common": COMMON, "threat": read_sheet("threat", toml)}
    _, patterns = compile_patterns(sheets, ["sum"], ["threat.spread"])
    return len(patterns)


def test_a_sheet_sees_its_own_words_the_common_ones_and_shapes() -> None:
    assert compiled(GOOD) == 1
    assert compiled(GOOD.replace('shared"]\n', 'sum"]\n')) == 1


@pytest.mark.parametrize(
    ("shipped", "broken", "complaint"),
    [
        ('yes = ["a post is shared"]', "", "yes"),
        ('yes = ["a post is shared"]', "yes = []", "yes"),
        ("threat.spread", "threat.unknown", "no rule threat.unknown"),
        ("threat.spread", "spread", "rule"),
        (">20", ">900", "200 letters"),
        ('shared"]\n', 'unknown"]\n', "unknown"),
        ("match", "matches", "matches"),
        ("[concepts]", "[concepts", "threat"),
    ],
)
def test_a_sheet_that_is_not_complete_is_refused(shipped: str, broken: str, complaint: str) -> None:
    assert shipped in GOOD
    with pytest.raises(BadSheet, match=complaint):
        compiled(GOOD.replace(shipped, broken))
