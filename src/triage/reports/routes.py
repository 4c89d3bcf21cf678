"""Which words Triage knows."""

from litestar import Router, get

from triage.reports.schemas import Taxonomy
from triage.reports.taxonomy import (
    Allegation,
    Relation,
    Request,
    SchoolLevel,
    SchoolRole,
    Sex,
)


@get("/v1/taxonomy", operation_id="get_taxonomy")
async def get_taxonomy() -> Taxonomy:
    """Every value that reports and decisions may carry."""
    return Taxonomy(
        allegations=list(Allegation),
        relations=list(Relation),
        requests=list(Request),
        sexes=list(Sex),
        school_levels=list(SchoolLevel),
        school_roles=list(SchoolRole),
        categories=list(Allegation),
    )


router = Router(path="/", route_handlers=[get_taxonomy], tags=["Callers"])
