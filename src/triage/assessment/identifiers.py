"""Details that show by their shape, declared or not: e-mail, phone, resident number, @handle."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from triage.assessment.persons import Kind

MAX_REMEMBERED: Final = 65_536

# Every repetition is possessive, or short and bounded: the time grows with the length alone.
# What may not come before is asked after the first character, which the search can leap to.
_GAP = r"[ \-.()_·\u200b]{0,3}"
_DIGIT = rf"(?:{_GAP}[0-9])"
_READ_DIGIT = rf"(?:{_GAP}[0-9OoIlㅇ공영일이삼사오육륙칠팔구])"
_LOCAL = r"[A-Za-z0-9._%+\-\u200b]"
_LABEL = r"(?=[0-9\-\u200b]*+[A-Za-z])[A-Za-z0-9\-\u200b]++"
_THIN = r"[ .\u200b]?"

_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "rrn",
        re.compile(
            rf"[0-9](?<![0-9]{{2}}){_THIN}[0-9]{_THIN}(?:0{_THIN}[1-9]|1{_THIN}[0-2]){_THIN}"
            rf"(?:0{_THIN}[1-9]|[12]{_THIN}[0-9]|3{_THIN}[01])"
            rf"[ .\u200b]{{0,2}}[ \-][ .\u200b]{{0,2}}[0-9](?:{_THIN}[0-9*xX]){{6}}(?![0-9])"
        ),
    ),
    (
        # Without a hyphen only where it is no id of a chat, a file or an address.
        "rrn",
        re.compile(
            r"[0-9](?<![A-Za-z0-9/=_\-].)[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
            r"[0-9]{7}(?![0-9A-Za-z/_\-]|\.[A-Za-z])"
        ),
    ),
    ("phone", re.compile(rf"\+{_DIGIT}{{8,15}}(?![0-9])")),
    (
        # With a trunk prefix (010-1234-5678, 02-123-4567, 07700 900123): no time, no date.
        "phone",
        re.compile(
            r"0(?<![0-9].)(?<![0-9]:.)(?![0-9][./\-][0-9]{2}[./\-][0-9]{4})"
            rf"{_DIGIT}{{8,10}}(?![0-9])"
        ),
    ),
    (
        # Mobile numbers as they are read aloud or disguised: 공일공, O1O, 일이삼사.
        "phone",
        re.compile(
            rf"[0Ooㅇ공영](?<![0-9A-Za-z].){_GAP}[1Il일]{_GAP}[0Ooㅇ공영16789]"
            rf"{_READ_DIGIT}{{7,8}}(?![0-9])"
        ),
    ),
    (
        "phone",
        re.compile(r"[0-9](?<![0-9].)[0-9]{2}\)?[ .\-]{1,2}[0-9]{3}[ .\-][0-9]{4}(?![0-9])"),
    ),
)
_AT = re.compile(r"@|골뱅이|[(\[{] ?at ?[)\]}]", re.IGNORECASE)
_SHAPES_WITH_AT: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "email",
        re.compile(
            rf"(?<!{_LOCAL}){_LOCAL}++(?:@| ?[(\[{{] ?(?:at|골뱅이) ?[)\]}}] ?| ?골뱅이 ?)"
            rf"[A-Za-z0-9\-\u200b]++(?:(?:\.| ?[(\[{{] ?(?:dot|점) ?[)\]}}] ?){_LABEL}){{1,5}}+",
            re.IGNORECASE,
        ),
    ),
    (
        "handle",
        re.compile(
            rf"@(?<!{_LOCAL}.)(?:[A-Za-z0-9_.\u200b]++|[\w.\u200b]++)(?:@[A-Za-z0-9.\-\u200b]++)?+"
        ),
    ),
)


def identifiers(plain: str) -> Iterator[tuple[int, int, Kind]]:
    """Start, end and kind of everything that has such a shape in a simplified text; may overlap."""
    shapes = _SHAPES if _AT.search(plain) is None else _SHAPES + _SHAPES_WITH_AT
    for kind, shape in shapes:
        for found in shape.finditer(plain):
            start, end = found.span()
            while plain[end - 1] in ".-\u200b":
                end -= 1
            if kind == "phone" and start and plain[start - 1] == "(":
                start -= 1
            if end - start > 1:
                yield start, end, kind


def simplified(text: str) -> str:
    """One plain character in the place of each; what is not seen becomes a zero-width space."""
    return text.translate(_PLAIN) if _UNUSUAL.search(text) else text


_UNUSUAL = re.compile(r"[^\n -~가-힣ㄱ-ㅣ…·\u2018\u2019\u201c\u201d]")


class _Plain(dict[int, str]):
    """Code point -> one plain character in its place, so that offsets stay true."""

    def __missing__(self, code: int) -> str:
        plain = _plain_character(chr(code))
        if len(self) < MAX_REMEMBERED:
            self[code] = plain
        return plain


_PLAIN = _Plain()


def _plain_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in "\n\r":
        return "\n"
    match unicodedata.category(character):
        case "Cf" | "Mn" | "Me":
            return "\u200b"
        case "Zs":
            return " "
        case "Pd":
            return "-"
    simple = unicodedata.normalize("NFKC", character)
    return simple if len(simple) == 1 and simple.isascii() else character
