"""Who am I, and which words does Triage know."""

from litestar import Router, get
from litestar.di import NamedDependency

from triage.access.principal import Principal
from triage.access.schemas import ChannelView, Me, Taxonomy
from triage.reports.taxonomy import (
    Allegation,
    Relation,
    Request,
    SchoolLevel,
    SchoolRole,
    Sex,
)


@get("/v1/me", operation_id="get_me")
async def get_me(principal: NamedDependency[Principal]) -> Me:
    """The caller's role, grants and scopes."""
    channel = principal.channel
    return Me(
        id=principal.id,
        name=principal.name,
        role=principal.role,
        grants=sorted(principal.grants),
        queues=sorted(principal.queues),
        jurisdictions=sorted(principal.jurisdictions),
        platforms=sorted(principal.platforms),
        channel=None
        if channel is None
        else ChannelView(
            id=channel.id,
            name=channel.name,
            kind=channel.kind,
            jurisdiction=channel.jurisdiction,
        ),
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


router = Router(path="/", route_handlers=[get_me, get_taxonomy], tags=["Callers"])
