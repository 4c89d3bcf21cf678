"""Whatever the bytes are, a mail is read or refused, and soon."""

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.formats.mails import PICTURE, a_feedback_report, a_mail

from triage.intake.formats import arf, email
from triage.intake.formats.html import text_and_links
from triage.kit.errors import Invalid

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "200"))
PARSERS = (email.parse, arf.parse)


def valid() -> list[bytes]:
    with_file = a_mail()
    with_file.add_attachment(PICTURE, maintype="image", subtype="png", filename="a.png")
    page = a_mail()
    page.set_content("<p>a</p>", subtype="html")
    return [a_mail().as_bytes(), with_file.as_bytes(), page.as_bytes(), a_feedback_report()]


VALID = valid()


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    document = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(document)))
        end = min(len(document), start + draw(st.integers(0, 40)))
        document[start:end] = draw(st.binary(max_size=40) | st.just(bytes(document[:200])))
    return bytes(document)


@settings(max_examples=EXAMPLES, deadline=None)
@given(document=st.binary(max_size=2_000) | mutated())
def test_nothing_but_a_refusal_is_raised(document: bytes) -> None:
    for parse in PARSERS:
        with suppress(Invalid):
            assert parse(document)


@pytest.mark.parametrize(
    "page",
    ["<" * 200_000, "<script" * 28_000, "<a href='" * 22_000, "&" * 200_000, "<p " * 66_000],
)
def test_a_hostile_page_is_read_in_one_pass(page: str) -> None:
    words, links = text_and_links(page)

    assert len(words) <= len(page)
    assert not links
