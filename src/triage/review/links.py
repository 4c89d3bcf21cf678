"""What people do about links: see, propose, confirm and reject them; nothing is joined by that."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.links import LinkKind, LinkState, Pair, decided
from triage.cases.models import CaseLinkRow, CaseRow
from triage.cases.muting import is_of_muted_pictures
from triage.cases.queries import CaseNotFound, check_version, homes_of, lock_cases
from triage.cases.states import CaseState, StateForbidsAct
from triage.cases.visibility import check_known, known_to
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import Conflict, FieldError, Invalid, NotFound
from triage.kit.paging import Page, decode_cursor, page_of
from triage.kit.rows import insert_new
from triage.review.link_schemas import Link, LinksToConfirm
from triage.review.schemas import band_name

BY_A_PERSON = "person-1"

_other = sa.orm.aliased(CaseRow)


class LinkNotFound(NotFound):
    title = "There is no such link of this case"


class LinkExists(Conflict):
    title = "These cases have been proposed to be the same already"


def _links_of(principal: Principal, case_id: UUID) -> sa.Select[CaseLinkRow, CaseRow]:
    """Links with the live case at their other end, where the caller may know that one."""
    homes = homes_of(case_id)
    is_low = CaseLinkRow.low_case_id.in_(homes)
    other_end = sa.case((is_low, CaseLinkRow.high_case_id), else_=CaseLinkRow.low_case_id)
    return (
        sa.select(CaseLinkRow, CaseRow)
        .select_from(CaseLinkRow)
        .join(_other, _other.id == other_end)
        .join(CaseRow, CaseRow.id == _other.root_id)
        .where(
            sa.or_(is_low, CaseLinkRow.high_case_id.in_(homes)),
            CaseRow.id != case_id,
            ~is_of_muted_pictures(),
            *known_to(principal),
        )
    )


async def list_links(
    session: AsyncSession,
    principal: Principal,
    case: CaseRow,
    *,
    state: LinkState | None,
    limit: int,
    cursor: str | None,
) -> Page[Link]:
    """Of a case that the caller may know, by id: oldest first."""
    statement = _links_of(principal, case.id).order_by(CaseLinkRow.id).limit(limit + 1)
    if state is not None:
        statement = statement.where(CaseLinkRow.state == state)
    if after := decode_cursor(cursor, tuple[UUID]):
        statement = statement.where(CaseLinkRow.id > after[0])
    rows = (await session.execute(statement)).all()
    homes = set(await session.scalars(homes_of(case.id)))
    return page_of(rows, limit, lambda row: _present(*row, homes), lambda row: (row[0].id,))


async def propose_link(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    other_id: UUID,
    link_id: UUID,
    version: int,
    now: datetime,
) -> None:
    """Suggest that two cases are one. Raises CaseNotFound, Invalid and LinkExists."""
    if case_id == other_id:
        raise Invalid(errors=[FieldError("/case_id", "not another case")])
    cases = await lock_cases(session, {case_id, other_id})
    case = _known(principal, cases, case_id)
    other = cases.get(other_id)
    if other is None or case.root_id == other.root_id:
        raise Invalid(errors=[FieldError("/case_id", "not another case")])
    check_known(principal, other)
    check_version(case, version)
    pair = Pair.of(case_id, other_id)
    row = {
        "id": link_id,
        "low_case_id": pair.low,
        "high_case_id": pair.high,
        "kind": LinkKind.PROPOSED,
        "state": LinkState.SUGGESTED,
        "model": BY_A_PERSON,
        "suggested_at": now,
        "proposed_by": principal.id,
    }
    if not await insert_new(session, CaseLinkRow, [row], returning=("id",)):
        raise LinkExists
    case.version += 1
    append(
        session,
        "link.proposed",
        principal.actor,
        [Subject("case", case_id), Subject("case", other_id), Subject("link", link_id)],
        at=now,
    )


async def decide_link(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    link_id: UUID,
    to: LinkState,
    version: int,
    now: datetime,
) -> None:
    """Confirm or reject. Raises CaseNotFound, LinkNotFound, LinkDecided, PreconditionFailed."""
    case = _known(principal, await lock_cases(session, {case_id}), case_id)
    check_version(case, version)
    found = await session.scalar(
        _links_of(principal, case_id)
        .where(CaseLinkRow.id == link_id)
        .with_for_update(key_share=True, of=CaseLinkRow)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise LinkNotFound
    found.state = decided(LinkState(found.state), to)
    _note(session, principal, case, [found], to, now)


async def confirm_links(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    chosen: LinksToConfirm,
    version: int,
    now: datetime,
) -> tuple[int, int]:
    """Confirm many at once, the closest first; how many, and the case's version after it."""
    case = _known(principal, await lock_cases(session, {case_id}), case_id)
    check_version(case, version)
    statement = (
        _links_of(principal, case_id)
        .where(CaseLinkRow.state == LinkState.SUGGESTED, CaseLinkRow.kind == chosen.kind)
        .order_by(
            CaseLinkRow.distance.asc().nulls_last(),
            CaseLinkRow.similarity.desc().nulls_last(),
            CaseLinkRow.id,
        )
        .limit(chosen.limit)
        .with_for_update(key_share=True, of=CaseLinkRow)
        .execution_options(populate_existing=True)
    )
    if chosen.max_distance is not None:
        statement = statement.where(CaseLinkRow.distance <= chosen.max_distance)
    if chosen.min_similarity is not None:
        statement = statement.where(CaseLinkRow.similarity >= chosen.min_similarity)
    links = (await session.scalars(statement)).all()
    for link in links:
        link.state = decided(LinkState(link.state), LinkState.CONFIRMED)
    if links:
        _note(session, principal, case, links, LinkState.CONFIRMED, now)
    return len(links), case.version


async def present_link(
    session: AsyncSession, principal: Principal, case_id: UUID, link_id: UUID
) -> Link:
    row = (
        await session.execute(_links_of(principal, case_id).where(CaseLinkRow.id == link_id))
    ).one_or_none()
    if row is None:
        raise LinkNotFound
    return _present(*row, set(await session.scalars(homes_of(case_id))))


def _known(principal: Principal, cases: dict[UUID, CaseRow], case_id: UUID) -> CaseRow:
    """Raises CaseNotFound alike for an unknown case and another's, and for one that is merged."""
    case = cases.get(case_id)
    if case is None:
        raise CaseNotFound
    check_known(principal, case)
    if case.state == CaseState.MERGED:
        raise StateForbidsAct(f"It was merged into case {case.root_id}")
    return case


def _note(
    session: AsyncSession,
    principal: Principal,
    case: CaseRow,
    links: Collection[CaseLinkRow],
    to: LinkState,
    now: datetime,
) -> None:
    case.version += 1
    for link in links:
        link.decided_by, link.decided_at = principal.id, now
        append(
            session,
            f"link.{to}",
            principal.actor,
            [
                Subject("case", case.id),
                Subject("case", link.low_case_id),
                Subject("case", link.high_case_id),
                Subject("link", link.id),
            ],
            at=now,
            body={"kind": link.kind},
        )


def _present(link: CaseLinkRow, other: CaseRow, homes: Collection[UUID]) -> Link:
    is_low = link.low_case_id in homes
    return Link(
        id=link.id,
        case_id=other.id,
        reference=other.reference,
        band=band_name(other.band),
        case_state=CaseState(other.state).value,
        kind=LinkKind(link.kind),
        state=LinkState(link.state),
        distance=link.distance,
        similarity=link.similarity,
        model=link.model,
        report_id=link.report_id if is_low else link.other_report_id,
        other_report_id=link.other_report_id if is_low else link.report_id,
        suggested_at=link.suggested_at,
        proposed_by=link.proposed_by,
        decided_by=link.decided_by,
        decided_at=link.decided_at,
    )
