"""Parameters of path, query and headers: what operations declare, and their limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Annotated, Any, get_args

import msgspec
from litestar.di import Provide
from litestar.enums import ParamType
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition
from litestar.utils.signature import ParsedSignature
from msgspec import Meta

from triage.kit.errors import FieldError, Invalid
from triage.kit.field_errors import UNUSABLE_TIME, sentence
from triage.kit.shapes import unusable_times
from triage.web.bodies import JSONRequest

_LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")


@dataclass(frozen=True, slots=True)
class DeclaredParameter:
    name: str
    place: ParamType
    field: FieldDefinition
    kind: Any
    """The type with all its limits, for msgspec."""


async def check_parameters(request: JSONRequest) -> None:
    """Hold parameters to the limits of their types, which Litestar drops; run before the handler.

    (`FromQuery[Limit]` keeps the `int` of `Annotated[int, Meta(le=100)]`, not the 100.)
    """
    for parameter in _limited(request.route_handler):
        for given in _given(request, parameter):
            _check(parameter, given)


def declared_parameters(handler: HTTPRouteHandler) -> list[DeclaredParameter]:
    """The operation's own parameters and those of the dependencies it uses."""
    dependencies = handler.resolve_dependencies()
    found = {}
    for name, field in _fields(handler.parsed_fn_signature, dependencies, set()):
        declared = field.kwarg_definition
        if isinstance(declared, ParameterKwarg):
            parameter = DeclaredParameter(
                declared.name or name, declared.param_type, field, _limited_kind(field, declared)
            )
            found[parameter.place, parameter.name] = parameter
    return list(found.values())


def without_none(field: FieldDefinition) -> Any:
    """`T | None` as T, with the limits that T itself has."""
    if not field.is_optional:
        return field.raw
    return reduce(or_, [part.raw for part in field.inner_types if not part.is_none_type])


def _fields(
    signature: ParsedSignature, dependencies: Mapping[str, Provide], seen: set[str]
) -> Iterator[tuple[str, FieldDefinition]]:
    for name, field in signature.parameters.items():
        if field.is_di_field and name in dependencies and name not in seen:
            seen.add(name)
            yield from _fields(dependencies[name].parsed_fn_signature, dependencies, seen)
        else:
            yield name, field


def _limited_kind(field: FieldDefinition, declared: ParameterKwarg) -> Any:
    given = {limit: getattr(declared, limit) for limit in _LIMITS}
    given = {limit: value for limit, value in given.items() if value is not None}
    if not given:
        return field.raw
    # msgspec takes no limit on `T | None` as a whole.
    limited: Any = Annotated[without_none(field), Meta(**given)]
    return limited | None if field.is_optional else limited


@lru_cache(maxsize=1024)
def _limited(handler: HTTPRouteHandler) -> list[DeclaredParameter]:
    return [parameter for parameter in declared_parameters(handler) if _has_limits(parameter.kind)]


def _has_limits(kind: Any) -> bool:
    return isinstance(kind, Meta) or any(
        _has_limits(part) for part in (*get_args(kind), *getattr(kind, "__metadata__", ()))
    )


def _given(request: JSONRequest, parameter: DeclaredParameter) -> list[Any]:
    match parameter.place:
        case ParamType.PATH:
            return [request.path_params[parameter.name]]
        case ParamType.HEADER:
            return request.headers.getall(parameter.name, [])
        case _:
            values = request.query_params.getall(parameter.name, [])
            return [values] if values and parameter.field.is_non_string_sequence else values


def _check(parameter: DeclaredParameter, given: Any) -> None:
    try:
        value = msgspec.convert(given, parameter.kind, strict=False)
    except msgspec.ValidationError as error:
        wrong = sentence(str(error))
    else:
        if not list(unusable_times(value)):
            return
        wrong = UNUSABLE_TIME
    raise Invalid(errors=[FieldError(f"/{parameter.name}", wrong)])
