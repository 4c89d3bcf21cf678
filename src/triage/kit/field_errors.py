"""What is wrong with a field, in words of our own: msgspec's repeat values and unknown names."""

import re
from collections.abc import Collection

from triage.kit.errors import FieldError

UNUSABLE_TIME = "a time outside of what can be kept"

_WORDS = {
    "array": "a list",
    "bool": "true or false",
    "bytes": "base64",
    "date": "an RFC 3339 date",
    "datetime": "an RFC 3339 time",
    "float": "a number",
    "int": "a whole number",
    "null": "null",
    "object": "an object",
    "str": "a string",
    "uuid": "a UUID",
}
# Only numbers of our own limits and names of our own types are taken over from a message.
_SENTENCES = [
    (r"Object contains unknown field", "unknown field"),
    (r"Object missing required field", "required"),
    (r"Invalid (enum )?value", "not one of the allowed values"),
    (r"Invalid UUID", "expected a UUID"),
    (r"Invalid RFC3339 encoded datetime", "not an RFC 3339 time"),
    (r"Invalid RFC3339 encoded date", "not an RFC 3339 date"),
    (r"Invalid base64", "not base64"),
    (r"(Integer value|Number|Timestamp) (is )?out of range", "out of range"),
    (r"Expected `str` matching regex", "not of the expected form"),
    (r"Expected `\w+` with a timezone", "a time needs its offset from UTC"),
    (r"Expected `\w+` with no timezone", "a time without an offset is expected"),
    (r"Expected `\w+` of length <= (?P<n>\d+)", "too long: at most {n}"),
    (r"Expected `\w+` of length >= (?P<n>\d+)", "too short: at least {n}"),
    (r"Expected `array` of (at \w+ )?length", "not of the expected length"),
    (r"Expected `\w+` <= (?P<n>[-\d.e+]+)", "too large: at most {n}"),
    (r"Expected `\w+` >= (?P<n>[-\d.e+]+)", "too small: at least {n}"),
    (r"Expected `\w+` < (?P<n>[-\d.e+]+)", "too large: less than {n}"),
    (r"Expected `\w+` > (?P<n>[-\d.e+]+)", "too small: more than {n}"),
    (r"Expected `\w+` that's a multiple of (?P<n>[\d.e+]+)", "not a multiple of {n}"),
]
_PATTERNS = [(re.compile(pattern), sentence) for pattern, sentence in _SENTENCES]
_EXPECTED = re.compile(r"Expected `(?P<kinds>\w+(?: \| \w+)*)`")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]+)`")
_PLACE = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|(?P<key>\[\.\.\.\])")


def sentence(message: str) -> str:
    """Our words for a message of msgspec; nothing that came with the request is in them."""
    for pattern, words in _PATTERNS:
        if match := pattern.match(message):
            return words.format(**match.groupdict())
    if match := _EXPECTED.match(message):
        kinds = [_WORDS.get(kind, "another type") for kind in match["kinds"].split(" | ")]
        return "expected " + " or ".join(dict.fromkeys(kinds))
    return "not valid"


def field_error(message: str, names: Collection[str]) -> FieldError:
    """A message of msgspec as a pointer and a sentence; `names` are the fields there can be.

    The name of an unknown field could imitate a path: steps that are not declared are not told.
    """
    words = sentence(message)
    place = _PLACE.search(message)
    steps: list[str] = []
    for step in _STEP.finditer(place["path"] if place else ""):
        if step["key"]:
            # The keys of a map are the caller's words.
            words = f"one of its values: {words}"
            break
        if step["name"] and step["name"] not in names:
            break
        steps.append(step["name"] or step["index"])
    if place and place["key"]:
        words = f"one of its keys: {words}"
    elif (missing := _MISSING.match(message)) and missing["name"] in names:
        steps.append(missing["name"])
    return FieldError("".join(f"/{step}" for step in steps), words)
