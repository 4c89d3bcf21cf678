"""The letters and digits of a text, in whatever way they were written."""

import unicodedata
from typing import Final

MAX_REMEMBERED: Final = 65_536


def letters_of(text: str) -> str:
    """No spaces, signs, accents or invisible characters; one width and case; syllables whole."""
    composed = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return unicodedata.normalize("NFC", composed)


class _Letters(dict[int, str]):
    """Code point -> its letters, worked out once; a hostile text cannot grow it for ever."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code)).casefold()
        parts = unicodedata.normalize("NFKD", decomposed)
        letters = "".join(part for part in parts if part.isalnum() and part not in _FILLERS)
        if len(self) < MAX_REMEMBERED:
            self[code] = unicodedata.normalize("NFC", letters)
        return unicodedata.normalize("NFC", letters)


# Letters of Hangul that nobody sees.
_FILLERS: Final = "\u115f\u1160"
_LETTERS: Final = _Letters()
