"""Blind digests: what is equal can be found without its being readable."""

import hmac

PREFIX_BYTES = 2


class Digests:
    """HMAC-SHA256 under one key; equal values of two domains have nothing in common."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digest(self, domain: str, value: str | bytes) -> bytes:
        """32 bytes. A text counts as its UTF-8 bytes; normalise before."""
        name = domain.encode()
        # Doors may hand on lone surrogates; they too must have a digest, and only theirs.
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        # The length in front keeps ("ab", "c") and ("a", "bc") apart.
        return hmac.digest(
            self._key, len(name).to_bytes(PREFIX_BYTES, "big") + name + raw, "sha256"
        )
