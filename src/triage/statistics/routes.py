"""What regulators pull: tables of figures and what the figures mean."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.kit.clock import Clock
from triage.kit.errors import FieldError, Invalid
from triage.statistics.definitions import DEFINITIONS, TABLES, VERSION, Dimension
from triage.statistics.schemas import Definitions, Table
from triage.statistics.service import as_csv, removals_table


@get("/v1/statistics/removals", operation_id="get_removal_statistics", opt={"refuses": (409,)})
async def get_removals(
    request: Request[Principal, None, State],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    start: Annotated[date, QueryParameter(name="from")],
    end: Annotated[date, QueryParameter(name="to")],
    by: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Response[Table]:
    """Figures of removals by dimensions of one table, as JSON or (`Accept: text/csv`) CSV."""
    dimensions = _dimensions(by)
    table = await removals_table(session, principal, start, end, dimensions, clock())
    if "text/csv" in request.headers.get("accept", ""):
        text: Response[Any] = Response(as_csv(table, dimensions), media_type="text/csv")
        return text
    return Response(table)


@get("/v1/statistics/definitions", operation_id="get_statistics_definitions")
async def get_definitions() -> Definitions:
    """Every figure's definition, and which dimensions go together."""
    return Definitions(
        version=VERSION,
        figures=list(DEFINITIONS),
        tables=[[name for name in Dimension if name in table] for table in TABLES],
    )


def _dimensions(by: str) -> list[Dimension]:
    names = [name for name in by.split(",") if name]
    if len(set(names)) != len(names) or not set(names) <= set(Dimension):
        raise Invalid(errors=[FieldError("/by", "not a list of known dimensions")])
    return [Dimension(name) for name in names]


router = Router(path="/", route_handlers=[get_removals, get_definitions], tags=["Statistics"])
