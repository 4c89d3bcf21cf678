"""Mails as bounded trees of parts (RFC 5322, RFC 2045): walked once, decoded in memory, dropped."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from types import MappingProxyType

from triage.intake.formats.draft import MOST, Draft
from triage.intake.formats.html import text_and_links
from triage.intake.formats.json_document import refused
from triage.intake.formats.narrowing import LONGEST_TEXT, one_line
from triage.intake.formats.prose import PUNCTUATION, written_link, written_links

MAX_BYTES = 16_777_216
MOST_LINES = 300_000  # a file of 16 MiB in Base64 has 220,000
MOST_PARTS = 100
MOST_NESTED = 200  # containers that the bytes name, before anything is parsed
DEEPEST = 8
LONGEST_HEADER = 16_384
MOST_HEADERS = 500
MOST_TEXT = 10 * LONGEST_TEXT  # that is searched for links
MOST_PAGE = 10 * MOST_TEXT  # with its tags, and with pictures in them

CHARSETS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("euc-kr", "euckr", "ks_c_5601-1987", "ks_c_5601", "ksc5601", "ksc_5601", "x-windows-949"),
        "cp949",  # what is called EUC-KR often has the syllables that only CP949 knows
    )
)
SLOW = frozenset({"idna", "punycode"})
GUESSES = ("utf-8", "cp949", "latin-1")
ATTACHED = frozenset({"message/rfc822", "message/global"})
OF_MEDIA = ("image", "video", "audio")
MEDIA_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".mp4", ".mov", ".webm", ".m4v")

_CONTAINER = re.compile(rb"multipart/|message/(?:rfc822|global)", re.IGNORECASE)
_PARTICLE = re.compile(
    r"(?<=[!-~])(?:이|가|은|는|을|를|에|에서|로|으로|의|도|와|과|랑|하고|예요|이에요|입니다|인데|요)$"
)
_LINK = re.compile(r"(?:https?|hxxps?)://[^\s<>\"'`|\\^{}]{1,4000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree, or an attached message itself; `within`: inside of such a message.

    `choice` is the same for the renderings of one multipart/alternative, and 0 outside of any.
    """

    message: Message
    kind: str
    within: bool
    choice: int = 0

    @property
    def is_attached_message(self) -> bool:
        return self.kind == "message/rfc822"


def read_mail(document: bytes) -> Message:
    """Raises Invalid for what would take too long, is nested too deeply, or is no mail."""
    if len(document) > MAX_BYTES:
        raise refused("", f"too long: at most {MAX_BYTES} bytes")
    mail = _parsed(document)
    _check_headers(mail)
    if not mail.keys():
        raise refused("", "not a mail: it has no headers")
    return mail


def _parsed(document: bytes) -> Message:
    if document.count(b"\n") + document.count(b"\r") > 2 * MOST_LINES:
        raise refused("", "too many lines")
    if sum(1 for _ in _CONTAINER.finditer(document)) > MOST_NESTED:
        raise refused("", "too many parts")
    try:
        return BytesParser(policy=compat32).parsebytes(document)
    except (RecursionError, ValueError, LookupError):
        raise refused("", "not a mail that can be read") from None


def parts_of(mail: Message) -> Iterator[Part]:
    """The leaves in their order, and each attached message before its own. Raises Invalid."""
    waiting = [(mail, 0, False, 0)]
    seen = 0
    while waiting:
        message, depth, within, choice = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise refused("", f"too many parts: at most {MOST_PARTS}")
        if depth > DEEPEST:
            raise refused("", f"nested too deeply: at most {DEEPEST}")
        _check_headers(message)
        kind = message.get_content_type()
        payload = message.get_payload() if message.is_multipart() else ()
        inner = [part for part in payload if isinstance(part, Message)]
        if kind.startswith("message/") and inner:
            inner[0] = _plain(message, inner[0])
        if not inner:
            yield Part(message, kind, within, choice)
        elif kind.startswith("message/") and kind not in ATTACHED:
            # Python reads every message/… as headers and a body: here they are the fields.
            yield Part(inner[0], kind, within)
        else:
            if kind in ATTACHED:
                yield Part(inner[0], "message/rfc822", within)
            choice = seen if kind == "multipart/alternative" else choice
            within = within or kind in ATTACHED
            waiting += [(part, depth + 1, within, choice) for part in reversed(inner)]


def _plain(holder: Message, inner: Message) -> Message:
    """A message in Base64, which RFC 2046 forbids, as it was before."""
    encoding = str(holder.get("Content-Transfer-Encoding", "")).strip().lower()
    text = inner.get_payload()
    if encoding != "base64" or inner.keys() or not isinstance(text, str):
        return inner
    leaf = Message()
    leaf["Content-Transfer-Encoding"] = encoding
    leaf.set_payload(text)
    return _parsed(content_of(leaf))


def content_of(message: Message) -> bytes:
    """The bytes of a leaf; as they came where its encoding is broken."""
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text_of(message: Message) -> str:
    """Decoded by its charset, or by the likeliest one that fits; cut where it is very long."""
    most = MOST_PAGE if message.get_content_type() == "text/html" else MOST_TEXT
    named = (_parameter(message.get_content_charset) or "").lower()
    return _in_charset(content_of(message)[: 4 * most], named).replace("\r\n", "\n")[:most]


def header(message: Message, name: str) -> str:
    """A header in plain words (RFC 2047), on one line; empty where there is none."""
    return decoded(_raw(message, name)[:LONGEST_HEADER])


def _raw(message: Message, name: str) -> str:
    """A header as it came: bytes beyond ASCII are surrogates, which `decoded` reads."""
    return next(
        (str(value) for key, value in message.raw_items() if key.lower() == name.lower()), ""
    )


def _parameter(ask: Callable[[], str | None]) -> str | None:
    """What a header's parameter says; those of hostile mails make Python's library raise."""
    try:
        return ask()
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def address(message: Message, *names: str) -> tuple[str | None, str | None]:
    """The name and the address of the first of the headers that has one."""
    for name in names:
        raw = _raw(message, name)[:LONGEST_TEXT]
        try:
            spelled, found = parseaddr(raw)
        except (RecursionError, ValueError):
            continue
        if "@" in found:
            return one_line(decoded(spelled)), one_line(found)
    return None, None


def date(value: str) -> str | None:
    """A date of a mail (RFC 5322) in ISO 8601; None for what is none."""
    try:
        return parsedate_to_datetime(value[:100]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def add_text(draft: Draft, part: Part, *, speaks: bool) -> None:
    """The words of a text part, if it speaks to us, and its links as locations."""
    words = text_of(part.message)
    links: list[str] = []
    if part.kind == "text/html":
        words, links = text_and_links(words)
    if speaks:
        draft.words.append(words.strip())
    elif part.within:
        draft.say("message.text", words)
    add_links(draft, words, links)


def add_links(draft: Draft, words: str, links: Sequence[str] = ()) -> None:
    """What is linked to and what is written, as locations; the thousand first."""
    written = (_sentence_off(raw) for raw in _LINK.findall(words))
    bare = (raw for raw in written_links(words) if not _LINK.match(raw))
    for raw in (*links, *written, *bare):
        if len(draft.locations) < MOST and (link := written_link(raw)):
            draft.place("link", link[0])


def _sentence_off(raw: str) -> str:
    """A link without what belongs to the sentence: its signs, and a Korean particle."""
    bare = _PARTICLE.sub("", raw).rstrip(PUNCTUATION)
    return bare + ")" if raw[len(bare) :].startswith(")") and "(" in bare else bare


def add_file(draft: Draft, part: Part) -> None:
    """An attachment by its hashes; nothing else of it is kept but its name and kind."""
    content = content_of(part.message)
    if not content:
        return
    sha256 = hashlib.sha256(content).hexdigest()
    name = decoded((_parameter(part.message.get_filename) or "")[:LONGEST_TEXT])
    if part.kind.partition("/")[0] in OF_MEDIA or name.lower().endswith(MEDIA_NAMES):
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        draft.media.append({"sha256": sha256, "md5": md5})
    draft.evidence.append({"kind": one_line(part.kind) or "attachment", "sha256": sha256})
    draft.say("attachment", name or part.kind)


def is_file(part: Part) -> bool:
    is_text = part.kind.startswith("text/")
    return not is_text or part.message.get_content_disposition() == "attachment"


def decoded(raw: str) -> str:
    """A header's value in plain words (RFC 2047), on one line."""
    if not raw.isascii():
        raw = _in_charset(raw.encode("utf-8", "surrogateescape"), "")
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return one_line(raw, LONGEST_HEADER) or ""
    words = "".join(
        piece if isinstance(piece, str) else _in_charset(piece, charset or "")
        for piece, charset in pieces
    )
    return one_line(words, LONGEST_HEADER) or ""


def _in_charset(piece: bytes, named: str) -> str:
    for charset in (CHARSETS.get(named.lower(), named), *GUESSES):
        if charset.lower() in SLOW:
            continue
        try:
            return piece.decode(charset)
        except (LookupError, ValueError):
            continue
    return piece.decode("utf-8", "replace")


def _check_headers(message: Message) -> None:
    values = message.values()
    if len(values) > MOST_HEADERS:
        raise refused("", "too many headers")
