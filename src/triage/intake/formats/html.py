"""HTML read as text: nothing is run or loaded, and every step takes time in proportion."""

import html
import re

_HREF = re.compile(
    r"\b(?:href|src)\s{0,10}=\s{0,10}(?:\"([^\"<>]{1,4000})\"|'([^'<>]{1,4000})')", re.IGNORECASE
)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,4000}>")
_SPACES = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\n\s{0,50}\n\s*")
SILENT = ("script", "style", "head", "title")


def text_and_links(page: str) -> tuple[str, list[str]]:
    """The words of a page, and the addresses that it links to or shows."""
    links = [html.unescape(double or single) for double, single in _HREF.findall(page)]
    for name in SILENT:
        page = _without(page, name)
    words = html.unescape(_TAG.sub("", _BREAK.sub("\n", page)))
    words = _LINES.sub("\n\n", _SPACES.sub(" ", words))
    return words.strip(), [link for link in links if link.partition(":")[0].lower() != "cid"]


def _without(page: str, name: str) -> str:
    """Leaves out an element that shows nothing; one without an end goes to the end of the page."""
    lower, kept, at = page.lower(), [], 0
    while (start := _opening(lower, name, at)) >= 0:
        kept.append(page[at:start])
        end = lower.find(f"</{name}", start)
        if end < 0:
            return "".join(kept)
        at = lower.find(">", end) + 1 or len(page)
    kept.append(page[at:])
    return "".join(kept)


def _opening(lower: str, name: str, at: int) -> int:
    while (start := lower.find(f"<{name}", at)) >= 0:
        following = lower[start + len(name) + 1 : start + len(name) + 2]
        if not following.isalnum():
            return start
        at = start + 1
    return -1
