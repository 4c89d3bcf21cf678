"""The caller's queues and leases: counts, heartbeat, release, what I hold."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.kit.clock import Clock
from triage.queues.dispenser import member_queues
from triage.queues.leases import extend
from triage.queues.queries import count_queues, held_by
from triage.queues.schemas import LeaseToken, LeaseView, MyWork, Queues
from triage.settings import Settings


@get("/v1/queues", operation_id="list_queues")
async def list_queues(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Queues:
    """The caller's queues: what is open, at risk and breached, the oldest, and by band."""
    queues = await member_queues(session, principal)
    return Queues(items=await count_queues(session, principal, queues, clock()))


@put("/v1/cases/{case_id:uuid}/lease", operation_id="extend_lease")
async def extend_lease(
    case_id: FromPath[UUID],
    data: JSONBody[LeaseToken],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Settings],
) -> LeaseView:
    """A heartbeat: the lease lives on; 409 when it was lost."""
    lease = await extend(session, principal, case_id, data.token, clock(), settings.lease)
    return LeaseView(token=lease.token, holder=lease.holder, expires_at=lease.expires_at)


@get("/v1/me/work", operation_id="list_my_work")
async def list_my_work(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> MyWork:
    """What the caller holds."""
    return MyWork(items=await held_by(session, principal.id, clock()))


router = Router(path="/", route_handlers=[list_queues, extend_lease, list_my_work], tags=["Work"])
