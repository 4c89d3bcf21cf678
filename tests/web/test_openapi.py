"""The document says what the code does, and says it the same way every time."""

from typing import Annotated, Any
from uuid import UUID

import jsonschema
import msgspec
import pytest
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from msgspec import Meta

from triage.kit.errors import Invalid
from triage.kit.paging import Limit, Page
from triage.kit.strict_json import BodyReader
from triage.kit.types import CountryCode, LanguageTag, Line, Sha256Hex, Text
from triage.web.openapi import openapi_document, openapi_json


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing.

    Its second paragraph.
    """

    name: Line
    tags: Annotated[list[CountryCode], Meta(max_length=3)] = []


class Shown(msgspec.Struct, frozen=True):
    id: UUID


@post(
    "/things",
    operation_id="create_thing",
    responses={200: ResponseSpec(Shown, description="Made before", generate_examples=False)},
)
async def create_thing(
    data: JSONBody[Thing],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Shown:
    """Make a thing.

    It is kept.
    """
    raise NotImplementedError(data, key)


@get("/things", operation_id="list_things")
async def list_things(
    limit: FromQuery[Limit] = 50,
    name: FromQuery[Line | None] = None,
    code: Annotated[str | None, QueryParameter(pattern="^[a-z]*$")] = None,
) -> Page[Shown]:
    """All things."""
    raise NotImplementedError(limit, name, code)


@post("/things/{thing_id:uuid}/claim", operation_id="claim_thing", status_code=200)
async def claim_thing(
    thing_id: FromPath[UUID],
    version: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Response[Shown | None]:
    """Claim it."""
    raise NotImplementedError(thing_id, version)


HANDLERS = (create_thing, list_things, claim_thing)


@pytest.fixture
def document(app: Any) -> dict[str, Any]:
    return openapi_document(app(*HANDLERS))


def test_unknown_fields_are_refused_in_the_document_too(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Thing"]["additionalProperties"] is False


def test_limits_inside_lists_are_kept(document: dict[str, Any]) -> None:
    tags = document["components"]["schemas"]["Thing"]["properties"]["tags"]

    assert tags["maxItems"] == 3
    assert tags["items"]["pattern"] == "^[A-Z]{2}$"


def test_parameters_have_their_limits_and_defaults(document: dict[str, Any]) -> None:
    code, limit, name = document["paths"]["/things"]["get"]["parameters"]

    assert limit == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    }
    assert name["schema"]["maxLength"] == 500
    assert code["schema"] == {"type": "string", "pattern": "^[a-z]*$"}


def test_a_body_and_its_answers_are_described(document: dict[str, Any]) -> None:
    operation = document["paths"]["/things"]["post"]

    assert operation["summary"] == "Make a thing."
    assert operation["description"] == "It is kept."
    assert operation["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    }
    assert operation["responses"]["200"]["description"] == "Made before"
    assert operation["responses"]["201"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Shown"
    }


def test_an_answer_that_may_be_nothing_is_204_too(document: dict[str, Any]) -> None:
    answers = document["paths"]["/things/{thing_id}/claim"]["post"]["responses"]

    assert "content" not in answers["204"]
    assert answers["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Shown"
    }


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/things", "get", {"200", "400", "401", "403", "429", "503"}),
        ("/things", "post", {"200", "201", "400", "401", "403", "409", "413", "415", "422", "429",
                             "503"}),
        ("/things/{thing_id}/claim", "post", {"200", "204", "400", "401", "403", "404", "409",
                                              "412", "428", "429", "503"}),
    ],
)  # fmt: skip
def test_each_operation_has_the_problems_that_fit_it(
    document: dict[str, Any], path: str, method: str, statuses: set[str]
) -> None:
    assert document["paths"][path][method]["responses"].keys() == statuses


def test_all_problems_share_one_schema(document: dict[str, Any]) -> None:
    schemas = [
        response["content"]["application/problem+json"]["schema"]
        for response in document["components"]["responses"].values()
    ]

    assert all(schema == {"$ref": "#/components/schemas/ProblemDetails"} for schema in schemas)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_document_does_not_depend_on_the_order_of_the_handlers(app: Any) -> None:
    assert openapi_json(app(*HANDLERS)) == openapi_json(app(*reversed(HANDLERS)))


async def test_a_problem_fits_its_schema(serve: Any, document: dict[str, Any]) -> None:
    problem = (await serve(*HANDLERS).post("/things", json={"name": 5})).json()

    schema = {"$ref": "#/components/schemas/ProblemDetails"} | document
    jsonschema.Draft202012Validator(schema).validate(problem)


@pytest.mark.parametrize("kind", [Line, Text, Sha256Hex, CountryCode, LanguageTag])
@pytest.mark.parametrize(
    "value",
    ["", "ko", "KR", "ko\n", "KR\n", "a\tb", "a\nb", "a\x00", "a\x7f", "f" * 64, "가" * 501],
)
def test_document_and_decoder_agree_on_a_value(kind: Any, value: str) -> None:
    reader: BodyReader[str] = BodyReader(kind)
    try:
        reader.read(msgspec.json.encode(value))
        taken = True
    except Invalid:
        taken = False

    assert jsonschema.Draft202012Validator(msgspec.json.schema(kind)).is_valid(value) is taken


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for inner in part.values() for found in references(inner)]
    if isinstance(part, list):
        return [found for inner in part for found in references(inner)]
    return []
