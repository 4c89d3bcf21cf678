"""Reads a web address as people paste it: mended, parsed by the WHATWG rules, made uniform."""

import re
from typing import NamedTuple

import ada_url

MAX_LENGTH = 2048


class Address(NamedTuple):
    """An address without user, default port, trailing dot; escapes are normal.

    `origin` begins its canonical form. `host` carries a port that is not the default and is `tg:`
    for Telegram's own scheme; `query` and `fragment` come without their mark.
    """

    origin: str
    host: str
    path: str
    query: str
    fragment: str


def read_address(raw: str) -> Address | None:
    """The address in `raw`, or None if it is no usable http, https or tg link."""
    if len(raw) > MAX_LENGTH:
        return None
    text = raw.strip().strip(_INVISIBLE).strip()
    if text and (text[0] in _OPENS or text[-1] in _ENDS or " " in text):
        text = _unwrapped(text)
    return read_plain(text) or read_any(text)


_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_OPENS = "<\"'`\u2018\u201c\u300c\u300e(["
_ENDS = ")]}.,;:!>\"'`\u2019\u201d\u300d\u300f\u2026\u3002"
_PAIRED = {")": "(", "]": "[", "}": "{"}
_WITH_WORDS = re.compile(r"(\S+://[^ /]+/[^ ]+) .*")


def _unwrapped(text: str) -> str:
    """Without the marks of the sentence around it, and the words behind it."""
    text = text.lstrip(_OPENS)
    if words := _WITH_WORDS.fullmatch(text):
        text = words[1]
    while text and text[-1] in _ENDS:
        opening = _PAIRED.get(text[-1])
        if opening and text.count(opening) >= text.count(text[-1]):
            break
        text = text[:-1]
    return text


_PLAIN = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]+)((?:/(?!\.)[A-Za-z0-9_~@+.-]*)*)(?:\?([A-Za-z0-9_.~=&+-]*))?"
)


def read_plain(text: str) -> Address | None:
    """What `read_any` would say of an address that needs no mending; None for all others.

    Most links are plain, and the shortcut is several times as fast.
    """
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    host, path, query = match.groups()
    if "xn--" in host:
        return None
    return Address("https://" + host, host, path or "/", query or "", "")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HREF = re.compile(
    r"(https?)://(?:[^/?#@]*@)?([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d+)?(/[^?#]*)(?:\?([^#]*))?(?:#(.*))?"
)


def read_any(text: str) -> Address | None:
    """An address in any spelling, already without spaces around it."""
    written = _SCHEME.match(text)
    mended = None if _CONTROL.search(text) else _mended(text, written)
    if mended is None:
        return None
    try:
        match = _HREF.fullmatch(ada_url.normalize_url(mended))
    except ValueError:
        return None
    if match is None:
        return None
    scheme, host, port, path, query, fragment = match.groups("")
    host = host.removesuffix(".")
    if not all(host.split(".")):
        return None
    path, query, fragment = uniform(path), uniform(query), uniform(fragment)
    if written and written["telegram"]:
        return Address("tg:/", "tg:", path, query, fragment) if path != "/" else None
    # One site answers on both default ports; elsewhere the scheme is part of the place.
    origin = f"{scheme}://{host}{port}" if port else f"https://{host}"
    return Address(origin, host + port, path, query, fragment)


_SCHEME = re.compile(
    r"(?:h(?:tt|xx|\*\*)p(?P<secure>s?)|(?P<telegram>tg))"
    r"(?:(?:\[:\]|:)(?P<slashes>[/\\]*)|\[:[/\\]{2}\])",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"[^/\\?#]*")
_DOT = re.compile(
    r" ?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|[\u3002\uff0e\uff61]) ?", re.IGNORECASE
)
_BARE = re.compile(r"(?:[^\s@:.]+\.)+[^\W\d_][^\s@:.]*\.?(?::\d+)?")


def _mended(text: str, scheme: re.Match[str] | None) -> str | None:
    """`text` with a scheme, and without what people write so that a link cannot be clicked."""
    rest = text[scheme.end() :] if scheme else text
    if scheme and scheme["telegram"]:
        # WHATWG has other rules for schemes that it does not know: any host lends its own.
        return f"https://tg.invalid/{(scheme['slashes'] or '')[2:]}{rest}"
    end = authority.end() if (authority := _AUTHORITY.match(rest)) else 0
    host = _DOT.sub(".", rest[:end])
    if scheme is None and not _BARE.fullmatch(host):
        return None
    secure = scheme["secure"] if scheme else "s"
    return f"http{secure}://{host}{rest[end:]}"


# Escapes of other than ASCII characters in capitals are as they should be: left alone for speed.
_ODD = re.compile(r"%(?![89A-F][0-9A-F])([0-9A-Fa-f]{2})?|[^%A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def uniform(text: str) -> str:
    """ASCII text with one spelling of every percent-escape (RFC 3986 section 6.2.2)."""
    return _ODD.sub(_uniform_escape, text)


def _uniform_escape(match: re.Match[str]) -> str:
    escape, code = match[0], match[1]
    if code is None:
        return f"%{ord(escape):02X}"
    character = chr(int(code, 16))
    return character if character in _UNRESERVED else escape.upper()
