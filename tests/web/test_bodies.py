"""One strict pass over a JSON body, and what is told about a wrong one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from triage.kit.errors import Invalid
from triage.kit.strict_json import BodyReader
from triage.kit.types import Instant, Line, Text

SECRET = "eunji"


class Colour(StrEnum):
    RED = "red"


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: Annotated[str, Meta(min_length=2, max_length=9)]
    seen_at: Instant | None = None


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    places: Annotated[list[Place], Meta(max_length=2)] = []
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    share: float = 0.5
    safe: bool = False
    colour: Colour = Colour.RED
    name: Line | None = None
    text: Text = ""
    case: UUID | None = None
    tallies: dict[str, int] = {}
    named: dict[str, Place] = {}
    by_case: dict[UUID, int] = {}


READER: BodyReader[Sheet] = BodyReader(Sheet)


def told(body: str | bytes) -> list[tuple[str, str]]:
    """What the reader says about a wrong body, as (pointer, detail)."""
    with pytest.raises(Invalid) as caught:
        READER.read(body.encode() if isinstance(body, str) else body)
    return [(error.pointer, error.detail) for error in caught.value.errors]


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ('{"places": [{"url": "https://far"}]}', "/places/0/url", "too long: at most 9"),
        ('{"places": [{"url": "x"}]}', "/places/0/url", "too short: at least 2"),
        ('{"places": [{}]}', "/places/0/url", "required"),
        ('{"places": [{"url": "abc", "eunji": 1}]}', "/places/0", "unknown field"),
        ('{"eunji": 1}', "", "unknown field"),
        ('{"count": "5"}', "/count", "expected a whole number"),
        ('{"count": 5.0}', "/count", "expected a whole number"),
        ('{"count": 0}', "/count", "too small: at least 1"),
        ('{"count": 10}', "/count", "too large: at most 9"),
        ('{"share": "0.5"}', "/share", "expected a number"),
        ('{"share": 1e999}', "/share", "out of range"),
        ('{"safe": 1}', "/safe", "expected true or false"),
        ('{"colour": "eunji"}', "/colour", "not one of the allowed values"),
        ('{"name": 5}', "/name", "expected a string or null"),
        ('{"name": "a\\nb"}', "/name", "not of the expected form"),
        ('{"name": "last\\n"}', "/name", "not of the expected form"),
        ('{"text": "a\\u0000b"}', "/text", "not of the expected form"),
        ('{"case": "eunji"}', "/case", "expected a UUID"),
        ('{"tallies": {"eunji": "x"}}', "/tallies", "one of its values: expected a whole number"),
        ('{"by_case": {"eunji": 1}}', "/by_case", "one of its keys: expected a UUID"),
        ('{"places": [{"url": "abc", "seen_at": "eunji"}]}', "/places/0/seen_at",
         "not an RFC 3339 time"),
        ('{"places": [{"url": "abc", "seen_at": "2026-11-20T09:00:00"}]}', "/places/0/seen_at",
         "a time needs its offset from UTC"),
        ('{"places": [{"url": "abc", "seen_at": "9999-12-31T23:59:59-01:00"}]}',
         "/places/0/seen_at", "a time outside of what can be kept"),
        ('{"named": {"eunji": {"url": "abc", "seen_at": "0001-01-01T00:00:00+05:00"}}}',
         "/named/seen_at", "a time outside of what can be kept"),
        ("[]", "", "expected an object"),
        ("null", "", "expected an object"),
        ("", "", "not JSON: it ends too early"),
        ('{"name": "eunji', "", "not JSON: it ends too early"),
        ('{"share": NaN}', "", "not JSON (byte 10)"),
        ('{"name": "\\udc00eunji"}', "", "not JSON (byte 16)"),
        ("{} eunji", "", "not JSON (byte 4)"),
        (b'{"name": "\xff"}', "", "not UTF-8"),
        (b'{"name": "\xed\xa0\x80"}', "", "not UTF-8"),
        ('{"count": ' + "9" * 6000 + "}", "/count", "out of range"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_told_by_pointer_and_sentence(
    body: str | bytes, pointer: str, detail: str
) -> None:
    assert told(body) == [(pointer, detail)]


def test_an_unknown_name_that_imitates_a_path_is_not_told() -> None:
    assert told('{"x` - at `$.eunji.places[0]": 1}') == [("", "unknown field")]


def test_a_value_that_imitates_a_path_is_not_told() -> None:
    assert told('{"colour": "x - at `$.eunji`"}') == [("/colour", "not one of the allowed values")]


def test_a_deeply_nested_body_is_refused_and_not_a_crash() -> None:
    deep: BodyReader[Any] = BodyReader(object)

    with pytest.raises(Invalid) as caught:
        deep.read(b"[" * 100_000 + b"]" * 100_000)

    assert caught.value.errors[0].detail == "nested too deeply"


def test_every_unusable_time_is_named() -> None:
    at = '"seen_at": "9999-12-31T00:00:00Z"'

    assert [pointer for pointer, _ in told(f'{{"places": [{{"url": "ab", {at}}}, '
                                           f'{{"url": "ab", {at}}}]}}')] == [
        "/places/0/seen_at",
        "/places/1/seen_at",
    ]  # fmt: skip


def test_the_last_of_two_equal_keys_counts() -> None:
    assert READER.read(b'{"count": 2, "count": 3}').count == 3


def test_a_type_that_contains_itself_can_be_read() -> None:
    reader: BodyReader[Branch] = BodyReader(Branch)

    with pytest.raises(Invalid) as caught:
        reader.read(b'{"inner": {"inner": {"at": "9999-12-31T00:00:00Z"}}}')

    assert caught.value.errors[0].pointer == "/inner/inner/at"


@settings(max_examples=50)
@given(st.none() | st.integers() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()))
def test_no_body_is_answered_by_anything_but_a_sheet_or_invalid(value: object) -> None:
    body = msgspec.json.encode({"name": value, "tallies": value, "places": [value]})

    with pytest.raises(Invalid) as caught:
        READER.read(body)

    assert all("`" not in error.detail for error in caught.value.errors)


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=4))
def test_unknown_names_and_wrong_values_are_never_echoed(word: str) -> None:
    token = f"«{word}»"
    for body in ({token: 1}, {"colour": token}, {"tallies": {token: "x"}}, {"case": token}):
        assert token not in repr(told(msgspec.json.encode(body)))


async def test_the_struct_reaches_the_handler_untouched(serve: Any) -> None:
    kept = []

    @post("/sheets")
    async def take(data: JSONBody[Sheet]) -> bool:
        kept.append(data)
        return isinstance(data.places[0].seen_at, datetime)

    body = b'{"places": [{"url": "abc", "seen_at": "2026-11-20T09:00:00Z"}], "name": "1"}'
    response = await serve(take).post("/sheets", content=body, headers=JSON)

    assert response.json() is True
    assert kept == [READER.read(body)]


@pytest.mark.parametrize("body", [b'{"count": "5"}', b'{"safe": 1}', b'{"name": 5}'])
async def test_a_handler_never_sees_a_leniently_converted_value(serve: Any, body: bytes) -> None:
    response = await serve(take_sheet).post("/sheets", content=body, headers=JSON)

    assert response.status_code == 400
    assert response.json()["type"] == "urn:triage:problem:invalid"


async def test_a_list_of_structs_keeps_its_limits(serve: Any) -> None:
    @post("/many")
    async def many(data: JSONBody[Annotated[list[Place], Meta(max_length=1)]]) -> int:
        return len(data)

    client = serve(many)
    one = await client.post("/many", json=[{"url": "abc"}])
    two = await client.post("/many", json=[{"url": "abc"}, {"url": "abc"}])

    assert one.json() == 1
    assert two.json()["errors"] == [{"pointer": "", "detail": "too long: at most 1"}]


async def test_an_empty_body_is_a_problem_where_one_is_required(serve: Any) -> None:
    response = await serve(take_sheet).post("/sheets")

    assert response.status_code == 400
    assert response.json()["errors"] == [{"pointer": "", "detail": "a body is required"}]


async def test_an_optional_body_may_be_left_out(serve: Any) -> None:
    @post("/maybe")
    async def maybe(data: JSONBody[Sheet | None] = None) -> bool:
        return data is None

    assert (await serve(maybe).post("/maybe")).json() is True


JSON = {"Content-Type": "application/json"}


class Branch(msgspec.Struct):
    inner: "Branch | None" = None
    at: datetime | None = None


@post("/sheets")
async def take_sheet(data: JSONBody[Sheet]) -> int:
    return data.count
