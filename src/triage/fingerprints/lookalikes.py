"""Tells hosts that imitate another: of mixed scripts, or of letters that resemble a known name's.

After UTS 39: a label of one script may resemble a known name, a label of several is suspect by
itself, but for those that Chinese, Japanese and Korean mix with Latin.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from triage.fingerprints.sites import known_names


@lru_cache(4096)
def is_lookalike(host: str) -> bool:
    """Of the host of a canonical url, which is ASCII; that of a known site is none."""
    labels = [_as_read(label) for label in host.split(".")]
    return any(map(_is_mixed, labels)) or _resembles_known(labels)


_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def _as_read(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode().decode("punycode")
    except UnicodeError:
        return label


def _is_mixed(label: str) -> bool:
    if label.isascii():
        return False
    scripts = {_script(letter) for letter in label if unicodedata.category(letter) in _LETTERS}
    return len(scripts) > 1 and not any(scripts <= mix for mix in _TOGETHER)


# Modifier letters such as the Japanese long vowel belong to no one script.
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})


def _script(letter: str) -> str:
    """The first word of a letter's name is its script's, for those that can be in a host."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def _resembles_known(labels: list[str]) -> bool:
    known = _by_skeleton()
    for start in range(len(labels) - 1):
        name = ".".join(labels[start:])
        if (meant := known.get(_skeleton(name))) and name not in meant:
            return True
    return False


def _skeleton(name: str) -> str:
    """What remains of a name for the eye: two with the same skeleton look alike."""
    if not name.isascii():
        bare = (c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        name = "".join(bare).translate(_resembled())
    return name.translate(_STROKES).replace("rn", "m").replace("vv", "w")


# One stroke and one round are whatever the reader expects; a capital I arrives as a small one.
_STROKES = str.maketrans("01i", "oll")


@cache
def _by_skeleton() -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for name in (*known_names(), *_confusables().imitated):
        names.setdefault(_skeleton(name), set()).add(name)
    return names


class _Confusables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    imitated: tuple[str, ...]
    resembling: dict[str, str]


@cache
def _resembled() -> dict[int, str]:
    table = _confusables().resembling
    return {ord(other): letter for letter, others in table.items() for other in others}


@cache
def _confusables() -> _Confusables:
    data = files("triage.fingerprints") / "data" / "confusables.toml"
    return msgspec.toml.decode(data.read_bytes(), type=_Confusables)
