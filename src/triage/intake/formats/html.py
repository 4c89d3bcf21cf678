"""HTML read as text: nothing is run or loaded, and every step takes time in proportion."""

import html
import re

_HREF = re.compile(
    r"\bhref\s{0,10}=\s{0,10}(?:\"([^\"<>]{1,4000})\"|'([^'<>]{1,4000})')", re.IGNORECASE
)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_SPACES = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\n\s{0,50}\n\s*")
SILENT = ("script", "style", "head", "title")
_ENDS = {
    name: tuple(
        re.compile(rf"{start}{name}(?![A-Za-z0-9])", re.IGNORECASE) for start in ("<", "</")
    )
    for name in SILENT
}


def text_and_links(page: str) -> tuple[str, list[str]]:
    """The words of a page, and the addresses that it links to; what it shows may be a logo."""
    links = [html.unescape(double or single) for double, single in _HREF.findall(page)]
    for name in SILENT:
        page = _without(page, name)
    words = html.unescape(_TAG.sub("", _BREAK.sub("\n", page)))
    words = _LINES.sub("\n\n", _SPACES.sub(" ", words))
    return words.strip(), [link for link in links if link.partition(":")[0].lower() != "cid"]


def _without(page: str, name: str) -> str:
    """Leaves out an element that shows nothing; one without an end goes to the end of the page."""
    opening, closing = _ENDS[name]
    kept, at = [], 0
    while start := opening.search(page, at):
        kept.append(page[at : start.start()])
        end = closing.search(page, start.end())
        if end is None:
            return "".join(kept)
        at = page.find(">", end.end()) + 1 or len(page)
    kept.append(page[at:])
    return "".join(kept)
