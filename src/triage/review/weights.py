"""Weights that a hotline makes for itself: proposed, tried on past cases, put in force."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.approvals import ApprovalKind, ApprovalRow, propose
from triage.assessment.bands import Band
from triage.assessment.weights import BadWeights, Weights, read_own
from triage.cases.models import CaseRow
from triage.cases.scoring import judged
from triage.cases.weights_in_force import WeightsRow, in_force
from triage.journal.actor import Actor
from triage.journal.service import append
from triage.kit.errors import Conflict, FieldError, Invalid, NotFound
from triage.kit.rows import insert_new

CHUNK = 500


class WeightsNotFound(NotFound):
    title = "There are no weights of this version"


class WeightsExist(Conflict):
    title = "There are weights of this version, or newer ones are in force"


@dataclass(frozen=True, slots=True)
class Move:
    """A case that the proposed weights see in another band."""

    reference: str
    before: Band
    after: Band


@dataclass(frozen=True, slots=True)
class Shadow:
    """`counts`: how many cases go from which band to which; `moves`: the first of them."""

    looked_at: int
    counts: dict[tuple[Band, Band], int]
    moves: list[Move]


def read(toml: str) -> Weights:
    """Raises Invalid, naming what is wrong with them."""
    try:
        return read_own(toml)
    except BadWeights as error:
        raise Invalid(errors=[FieldError("/toml", str(error))]) from None


async def shadow(session: AsyncSession, proposed: Weights, last: int, show: int = 100) -> Shadow:
    """The newest `last` cases, scored by the weights in force and by the proposed ones."""
    current = await in_force(session)
    counts: Counter[tuple[Band, Band]] = Counter()
    moves: list[Move] = []
    looked_at = 0
    cases = await session.stream_scalars(
        sa.select(CaseRow)
        .where(CaseRow.parent_id.is_(None))
        .order_by(CaseRow.id.desc())
        .limit(last)
        .execution_options(yield_per=CHUNK)
    )
    async for case in cases:
        looked_at += 1
        before, after = judged(case, current).band, judged(case, proposed).band
        if before is not after:
            counts[before, after] += 1
            if len(moves) < show:
                moves.append(Move(case.reference, before, after))
    return Shadow(looked_at, dict(sorted(counts.items())), moves)


async def propose_weights(
    session: AsyncSession, actor: Actor, toml: str, approval_id: UUID, now: datetime
) -> ApprovalRow:
    """Keep them until a second lead approves. Raises Invalid or WeightsExist."""
    proposed = await _new(session, actor, toml, now)
    subject = str(proposed.version)
    return propose(session, approval_id, ApprovalKind.WEIGHTS, subject, actor, now)


async def activate_weights(session: AsyncSession, actor: Actor, toml: str, now: datetime) -> int:
    """By the host's command line, which needs no second person: in force at once; the version."""
    proposed = await _new(session, actor, toml, now)
    await put_in_force(session, actor, proposed.version, now)
    return proposed.version


async def put_in_force(session: AsyncSession, actor: Actor, version: int, now: datetime) -> None:
    """From the next report on everything is scored by them, and the open cases little by little.

    Raises WeightsNotFound or WeightsExist.
    """
    row = await session.get(WeightsRow, version, with_for_update=True)
    if row is None:
        raise WeightsNotFound
    if (await in_force(session)).version >= version:
        raise WeightsExist
    row.activated_at = now
    append(
        session,
        "weights.activated",
        actor,
        [],
        at=now,
        body={"version": version},
    )
    await session.flush()


async def _new(session: AsyncSession, actor: Actor, toml: str, now: datetime) -> Weights:
    proposed = read(toml)
    row = {
        "version": proposed.version,
        "toml": toml,
        "proposed_by": actor.id,
        "proposed_at": now,
        "activated_at": None,
    }
    if (await in_force(session)).version >= proposed.version or not await insert_new(
        session, WeightsRow, [row], returning=("version",)
    ):
        raise WeightsExist
    return proposed
