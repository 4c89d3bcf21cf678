"""JSON read in one strict pass into a declared type."""

from typing import Any, Generic, TypeVar

import msgspec

from triage.kit.errors import FieldError, Invalid
from triage.kit.field_errors import UNUSABLE_TIME, field_error
from triage.kit.shapes import declared_names, holds_times, unusable_times

T = TypeVar("T")


class BodyReader(Generic[T]):
    """Decodes JSON strictly into one type; what is wrong with it is told as `Invalid`."""

    def __init__(self, kind: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
        self._names = declared_names(kind)
        self._holds_times = holds_times(kind)

    def read(self, body: bytes) -> T:
        try:
            value: T = self._decoder.decode(body)
        except msgspec.ValidationError as error:
            wrong = field_error(str(error), self._names)
        except UnicodeDecodeError:
            wrong = FieldError("", "not UTF-8")
        except msgspec.DecodeError as error:
            wrong = FieldError("", _malformed(error))
        except RecursionError:
            wrong = FieldError("", "nested too deeply")
        else:
            if self._holds_times and (places := list(unusable_times(value))):
                raise Invalid(errors=[FieldError(place, UNUSABLE_TIME) for place in places])
            return value
        raise Invalid(errors=[wrong])


def _malformed(error: msgspec.DecodeError) -> str:
    place = str(error).rpartition("(byte ")[2].removesuffix(")")
    return f"not JSON (byte {place})" if place.isdigit() else "not JSON: it ends too early"
