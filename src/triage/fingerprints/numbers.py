"""Where money is sent to, and numbers that a state gives a person, each in one form."""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Final

from triage.fingerprints.keys import Key

MOST: Final = 32
FEWEST_DIGITS, MOST_DIGITS = 9, 18
FEWEST_IN_TEXT: Final = 4
"""A wallet has some letters, but hardly ever fewer digits."""


def number_key(written: str) -> Key | None:
    """A wallet, an IBAN, or the digits of a bank account or a resident registration number."""
    text = unicodedata.normalize("NFKC", written[:200]).strip()
    if wallet := _wallet(text):
        return wallet
    plain = _BETWEEN.sub("", text).upper()
    if _is_iban(plain):
        return Key("number", f"iban:{plain}")
    if plain.isascii() and plain.isdigit() and FEWEST_DIGITS <= len(plain) <= MOST_DIGITS:
        return Key("number", f"digits:{plain}")
    return None


def numbers_in(text: str) -> Iterator[Key]:
    """Wallets and IBANs by their own check, accounts by the words before them."""
    if len(_DIGIT.findall(text)) < FEWEST_IN_TEXT:
        return
    plain = unicodedata.normalize("NFKC", text)
    for shape in (_WALLETS, _IBANS, _ACCOUNTS):
        for found in islice(shape.finditer(plain), MOST):
            key = number_key(found[found.lastindex or 0])
            if key is not None and (shape is _ACCOUNTS or not key.value.startswith("digits:")):
                yield key


_DIGIT = re.compile(r"\d")
_BETWEEN = re.compile(r"[\s\-\u2013.·]")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SOME_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_WALLETS = re.compile(
    rf"(?<![0-9A-Za-z])(?:0x[0-9A-Fa-f]{{40}}|[Bb][Cc]1[0-9A-Za-z]{{11,71}}"
    rf"|[13T]{_SOME_BASE58}{{25,33}})(?![0-9A-Za-z])"
)
_IBANS = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]){11,30}(?![0-9A-Za-z])")
_ACCOUNTS = re.compile(
    r"(?:계좌(?:번호)?|입금|송금|은행|농협|수협|뱅크|토스|우체국|새마을|[Aa]ccount|[Bb]ank|IBAN)"
    r"[^0-9\n]{0,20}([0-9](?:[ \-]?[0-9]){8,17})(?![0-9])"
)
_CHECKED_BYTES = 25


def _wallet(text: str) -> Key | None:
    if not _WALLETS.fullmatch(text):
        return None
    if text[:2] in {"0x", "bc", "BC"}:
        return Key("number", f"wallet:{text.lower()}")
    return Key("number", f"wallet:{text}") if _is_base58check(text) else None


def _is_base58check(text: str) -> bool:
    """It ends in four bytes of its double SHA-256 (en.bitcoin.it/wiki/Base58Check_encoding)."""
    value = 0
    for character in text:
        value = value * 58 + _BASE58.index(character)
    if value.bit_length() > _CHECKED_BYTES * 8:
        return False
    raw = value.to_bytes(_CHECKED_BYTES)
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _is_iban(plain: str) -> bool:
    """ISO 13616: moved by four and read as one number, it leaves 1 when divided by 97."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
