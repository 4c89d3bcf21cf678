"""If-Match: the version of a thing that the caller saw (RFC 9110)."""

import re

from triage.kit.errors import FieldError, Invalid, PreconditionRequired


def read_if_match(header: str | None) -> int:
    """The version in `If-Match: "3"`; raises PreconditionRequired without one."""
    if header is None:
        raise PreconditionRequired
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', header.strip())
    if found is None:
        raise Invalid(errors=[FieldError("/headers/if-match", "not a version")])
    return int(found.group(1))
