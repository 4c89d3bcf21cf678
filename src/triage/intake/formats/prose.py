"""Links as people write them into a sentence: without a mark, with signs and particles behind."""

import re
from collections.abc import Iterator

from triage.fingerprints.url import BadLink, Link, parse_link

# Also defanged ones. ASCII alone, so that a Korean particle written onto a link does not become
# part of it.
_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9@])"
    r"(?:(?:https?|hxxps?|tg)://|(?:www\.)?(?:t|telegram)(?:\.|\[\.\]|\(\.\))(?:me|dog)/)"
    r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+",
    re.IGNORECASE,
)
PUNCTUATION = ".,;:!?'\")]}>*"


def written_links(text: str) -> Iterator[str]:
    """Every link in a text, without the punctuation behind it."""
    for match in _WRITTEN.finditer(text):
        yield match.group().rstrip(PUNCTUATION)


def written_link(words: str) -> tuple[str, Link] | None:
    """The link that `words` begin with, as it was written and as it is read; None if there is none.

    Known sites name nothing beyond ASCII: what follows there belongs to the sentence.
    """
    words = words.strip()
    ascii_part = words[: _after_ascii(words)].rstrip(PUNCTUATION)
    for candidate in (ascii_part, words):
        if "\0" in candidate or not candidate:
            continue
        try:
            link = parse_link(candidate)
        except BadLink:
            continue
        if candidate == words or link.platform != "other":
            return candidate, link
    return None


def _after_ascii(words: str) -> int:
    """Where the run beyond ASCII begins that the words end in: looked for from the end."""
    end = len(words)
    while end and not "!" <= words[end - 1] <= "~":
        end -= 1
    return end
