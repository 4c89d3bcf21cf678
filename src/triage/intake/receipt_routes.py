"""What the holder of a receipt code can ask and add, without an account."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request, Response, Router, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.quotas import Quota, Quotas
from triage.access.rate_limits import spend
from triage.access.replay_routes import replay, replayed
from triage.intake.receipts import open_receipt, report_of_code
from triage.intake.schemas import ReceiptMessage, ReceiptProgress, ReceiptRequest
from triage.intake.supplements import Addition, add_supplement
from triage.journal.actor import PUBLIC
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.reports.report import Supplement
from triage.vault.digests import Digests
from triage.vault.service import Vault

A_MINUTE = 30
HOUSEHOLD = 64  # bits of an IPv6 address that one caller shares with nobody

PublicRequest = Request[Any, Any, State]


@post("/v1/receipts", operation_id="open_receipt", status_code=200, opt={"refuses": (404,)})
async def read_receipt(
    data: JSONBody[ReceiptRequest],
    request: PublicRequest,
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    quotas: NamedDependency[Quotas],
) -> ReceiptProgress:
    """What became of the report with this receipt code; no account is needed.

    At most 30 times a minute from one address.
    """
    await spend(quotas, request.scope, quota_of_address(vault.digests, request))
    return await open_receipt(session, vault, data.code, clock())


@post(
    "/v1/receipts/messages",
    operation_id="create_receipt_message",
    status_code=201,
    responses=replayed(ReceiptProgress),
    opt={"refuses": (404, 409)},
)
async def create_receipt_message(
    data: JSONBody[ReceiptMessage],
    request: PublicRequest,
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    quotas: NamedDependency[Quotas],
) -> Response[ReceiptProgress]:
    """Add words or links to the report with this receipt code; the same again adds nothing."""
    await spend(quotas, request.scope, quota_of_address(vault.digests, request))
    report = await report_of_code(session, vault, data.code)
    addition = Addition(
        report_id=report.id,
        supplement_id=uuid7(),
        supplement=Supplement(text=data.text, locations=data.locations),
        door="receipt",
        actor=PUBLIC,
        submitted_by=None,
    )
    _, repeated = await add_supplement(session, vault, addition, clock)
    progress = await open_receipt(session, vault, data.code, clock())
    return replay(progress) if repeated else Response(progress, status_code=201)


def quota_of_address(digests: Digests, request: PublicRequest) -> Quota:
    """Who has no account is known by the address; no more than a digest of it is kept."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        pass
    else:
        if isinstance(address, IPv6Address):
            host = str(ip_network((address, HOUSEHOLD), strict=False))
    return Quota("receipts", digests.digest("address", host), A_MINUTE)


router = Router(path="/", route_handlers=[read_receipt, create_receipt_message], tags=["Doors"])
