"""The OpenAPI document: operations as Litestar knows them, bodies as msgspec decodes them.

Litestar's own generator loses limits inside lists and fails on lists as defaults.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from inspect import cleandoc
from types import NoneType
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.enums import ParamType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from triage.access.permissions import PERMISSIONS
from triage.kit.errors import ProblemDetails
from triage.web.bodies import body_field
from triage.web.media_types import media_types_of
from triage.web.parameters import DeclaredParameter, declared_parameters, without_none
from triage.web.problems import MEDIA_TYPE

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")
REFUSALS: Mapping[int, str] = {
    400: "The request is not valid",
    401: "No token, or one that is not known",
    403: "The caller is known but may not do this",
    404: "There is nothing here, or nothing that the caller may know of",
    409: "The act is not possible in this state",
    412: "The version in If-Match is stale",
    413: "The body is too large",
    415: "The body is not of a media type that is taken here",
    422: "The Idempotency-Key was used for another body, or a file cannot be decoded",
    428: "If-Match is required",
    429: "Too many requests",
    503: "The service cannot answer now",
}
WITH_RETRY_AFTER = (429, 503)
OPTION = "refuses"
"""`opt={"refuses": (404,)}` of an operation that refuses by more than its parameters let expect."""


def openapi_document(app: Litestar) -> dict[str, Any]:
    """OpenAPI 3.1, the same for the same application: made to be compared."""
    shapes = _Shapes()
    problem = shapes.of(ProblemDetails)
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in sorted(_operations(app), key=_place):
        paths.setdefault(path, {})[method.lower()] = _operation(handler, method, shapes)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Triage", "version": version("triage")},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": shapes.components(),
            "responses": {
                f"Problem{status}": _refusal(status, problem) for status in sorted(REFUSALS)
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return plain


def openapi_json(app: Litestar) -> bytes:
    """The document as it is kept in `openapi/openapi.json`."""
    return msgspec.json.format(msgspec.json.encode(openapi_document(app)), indent=2) + b"\n"


@get("/openapi.json", operation_id="get_openapi")
async def get_openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """This description of the API."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = openapi_document(request.app)
    document: dict[str, Any] = state.openapi
    return document


router = Router(path="/", route_handlers=[get_openapi], tags=["Operations"])


class _Shapes:
    """Schemas are asked for one by one and filled in together, so that their names agree."""

    def __init__(self) -> None:
        self._asked: list[tuple[Any, dict[str, Any]]] = []

    def of(self, kind: Any) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        self._asked.append((kind, schema))
        return schema

    def components(self) -> dict[str, Any]:
        kinds = [kind for kind, _ in self._asked]
        made, components = msgspec.json.schema_components(
            kinds, ref_template="#/components/schemas/{name}"
        )
        for (_, schema), content in zip(self._asked, made, strict=True):
            schema.update(content)
        for component in components.values():
            if "description" in component:
                component["description"] = cleandoc(component["description"])
        return dict(sorted(components.items()))


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if handler.resolve_include_in_schema():
                    yield route.path_format, method, handler


def _place(operation: tuple[str, str, HTTPRouteHandler]) -> tuple[str, int]:
    return operation[0], METHODS.index(operation[1])


def _operation(handler: HTTPRouteHandler, method: str, shapes: _Shapes) -> dict[str, Any]:
    summary, _, description = cleandoc(handler.fn.__doc__ or "").partition("\n\n")
    rule = PERMISSIONS.get(str(handler.operation_id))
    public = rule is not None and rule.public
    parameters = sorted(declared_parameters(handler), key=lambda p: (p.place, p.name))
    media_types = media_types_of(handler)
    operation = {
        "operationId": handler.operation_id,
        "tags": sorted(handler.resolve_tags()),
        "summary": " ".join(summary.split()),
        "description": description,
        "security": [] if public else None,
        "parameters": [_parameter(parameter, shapes) for parameter in parameters],
        "requestBody": _request_body(handler, media_types, shapes),
        "responses": _answers(handler, shapes)
        | {
            str(status): {"$ref": f"#/components/responses/Problem{status}"}
            for status in _refusals(
                handler, method, parameters, public=public, body=bool(media_types)
            )
        },
    }
    kept = {"operationId", "responses"} | ({"security"} if public else set())
    return {key: value for key, value in operation.items() if value or key in kept}


def _parameter(parameter: DeclaredParameter, shapes: _Shapes) -> dict[str, Any]:
    field = parameter.field
    described = {
        "name": parameter.name,
        "in": parameter.place.value,
        "required": parameter.place is ParamType.PATH
        or not (field.has_default or field.is_optional),
    }
    schema = shapes.of(without_none(FieldDefinition.from_annotation(parameter.kind)))
    if field.has_default and field.default is not None:
        schema["default"] = msgspec.to_builtins(field.default)
    return described | {"schema": schema}


def _request_body(
    handler: HTTPRouteHandler, media_types: Any, shapes: _Shapes
) -> dict[str, Any] | None:
    if not media_types:
        return None
    declared = body_field(handler)
    kinds = handler.opt.get("media_types", {})
    if declared is not None and declared[1] == "application/json":
        kinds = {declared[1]: declared[0].raw} | kinds
    content = {
        media_type: {"schema": {} if (kind := kinds.get(media_type)) is None else shapes.of(kind)}
        for media_type in media_types
    }
    return {"required": declared is None or not declared[0].has_default, "content": content}


def _answers(handler: HTTPRouteHandler, shapes: _Shapes) -> dict[str, Any]:
    returned = handler.parsed_fn_signature.return_type
    if returned.is_subclass_of(Response):
        returned = returned.inner_types[0]
    answers = {}
    if returned.is_optional and not returned.is_subclass_of(NoneType):
        answers["204"] = {"description": "Nothing to tell"}
    answers[str(handler.status_code)] = _answer(
        "As asked",
        without_none(returned),
        str(getattr(handler.media_type, "value", handler.media_type) or "application/json"),
        shapes,
    )
    specified: Mapping[int, ResponseSpec] = handler.responses or {}
    for status, spec in specified.items():
        media_type = str(getattr(spec.media_type, "value", spec.media_type))
        answers[str(status)] = _answer(spec.description, spec.data_container, media_type, shapes)
    return dict(sorted(answers.items()))


def _answer(description: str, kind: Any, media_type: str, shapes: _Shapes) -> dict[str, Any]:
    if kind in (None, NoneType):
        return {"description": description}
    schema = shapes.of(kind) if media_type == "application/json" else {}
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _refusals(
    handler: HTTPRouteHandler,
    method: str,
    parameters: list[DeclaredParameter],
    *,
    public: bool,
    body: bool,
) -> list[int]:
    headers = {p.name.lower() for p in parameters if p.place is ParamType.HEADER}
    in_path = any(parameter.place is ParamType.PATH for parameter in parameters)
    chosen = {
        400: bool(parameters) or body,
        401: not public,
        403: not public,
        404: in_path,
        409: method != "GET",
        412: "if-match" in headers,
        413: body,
        415: body,
        422: "idempotency-key" in headers,
        428: "if-match" in headers,
        429: True,
        503: True,
    }
    expected = {status for status, possible in chosen.items() if possible}
    return sorted(expected.union(handler.opt.get(OPTION, ())))


def _refusal(status: int, problem: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": REFUSALS[status]}
    if status in WITH_RETRY_AFTER:
        described["headers"] = {
            "Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}
        }
    return described | {"content": {MEDIA_TYPE: {"schema": problem}}}
