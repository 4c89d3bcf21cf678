"""Leads mute what says nothing about who is harmed, and let it speak again."""

from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.visibility import known_case
from triage.kit.clock import Clock
from triage.review.act_schemas import MuteRequest
from triage.review.muting import mute
from triage.vault.service import Vault


def _muting(act: str, words: str, *, muted: bool) -> HTTPRouteHandler:
    @post(
        f"/v1/cases/{{case_id:uuid}}/{act}",
        operation_id=f"{act}_fingerprints",
        description=words,
        status_code=204,
    )
    async def mute_fingerprints(
        case_id: FromPath[UUID],
        data: JSONBody[MuteRequest],
        principal: NamedDependency[Principal],
        session: NamedDependency[AsyncSession],
        vault: NamedDependency[Vault],
        clock: NamedDependency[Clock],
    ) -> None:
        await known_case(session, principal, case_id)
        await mute(session, vault, principal, case_id, data, clock(), muted=muted)

    return mute_fingerprints


router = Router(
    path="/",
    route_handlers=[
        _muting(
            "mute",
            "A logo or a blank picture: its copies lead no report to a case and suggest no link.",
            muted=True,
        ),
        _muting("unmute", "What was muted speaks again for what comes.", muted=False),
    ],
    tags=["Work"],
)
