"""Receipt codes `7G4K-22QM-9XTA-P`: derived from a report's id, found again by their digest."""

import re
import unicodedata
from uuid import UUID

from triage.kit.ids import ALPHABET, check_character, code_of, grouped
from triage.vault.digests import Digests

LENGTH = 12
MAX_TYPED = 64

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_MISREAD = str.maketrans("OIL", "011")


class Receipts:
    """Codes cannot be guessed without the key, and none is stored."""

    def __init__(self, key: bytes) -> None:
        self._digests = Digests(key)

    def code(self, report_id: UUID) -> str:
        code = code_of(self._digests.digest("receipt.report", report_id.bytes), LENGTH)
        return grouped(code + check_character(code))

    def normalise(self, typed: str) -> str | None:
        """The code as `code` writes it; None for what cannot be one."""
        if len(typed) > MAX_TYPED:
            return None
        # NFKC first: Korean and Japanese keyboards may type full-width letters.
        upper = unicodedata.normalize("NFKC", typed).upper()
        code = _SEPARATORS.sub("", upper).translate(_MISREAD)
        if len(code) != LENGTH + 1 or not set(code) <= set(ALPHABET):
            return None
        return grouped(code) if check_character(code[:LENGTH]) == code[LENGTH] else None

    def digest(self, code: str) -> bytes:
        """What is stored of a code in its normal form."""
        return self._digests.digest("receipt.code", code)
