"""Which case a report belongs to: the same post or file attaches, all else opens a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow, FingerprintRow
from triage.intake.arrival import Arrival, Fingerprint
from triage.intake.submission import Prepared
from triage.kit.rows import insert_new

FingerprintKey = tuple[str, bytes]

_home, _live = sa.orm.aliased(CaseRow), sa.orm.aliased(CaseRow)
FIND_FINGERPRINTS = (
    sa.select(
        FingerprintRow.kind,
        FingerprintRow.digest,
        FingerprintRow.attaches,
        FingerprintRow.muted,
        FingerprintRow.case_id.label("home_id"),
        _live.id,
        _live.band,
        _live.version,
    )
    .join(_home, _home.id == FingerprintRow.case_id)
    .join(_live, _live.id == _home.root_id)
    .where(
        # Arrays, so that the statement is the same for any number of keys.
        sa.tuple_(FingerprintRow.kind, FingerprintRow.digest).in_(
            sa.select(
                sa.func.unnest(sa.bindparam("kinds", type_=ARRAY(sa.Text))),
                sa.func.unnest(sa.bindparam("digests", type_=ARRAY(sa.LargeBinary))),
            )
        )
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored fingerprint and the live case behind it; a muted one means nothing.

    `home_id`: the merged case that it is of.
    """

    case_id: UUID
    band: int
    attaches: bool
    muted: bool = False
    home_id: UUID | None = None
    version: int = 1

    @property
    def home(self) -> UUID:
        return self.home_id or self.case_id

    @property
    def rank(self) -> tuple[int, UUID, bool, UUID]:
        """Worse before milder, older before younger; within a case its own before a merged one."""
        return self.band, self.case_id, self.home != self.case_id, self.home


@dataclass(frozen=True, slots=True)
class Attachment:
    """`also_hit`: other cases that share a fingerprint, for links: only a person may join them.

    `home_id` is the case whose post it names: the live one, or one that was merged into it, which
    takes the report along when it is let go. `version`: of the live case, when it was found.
    """

    case_id: UUID
    home_id: UUID
    opens: bool
    also_hit: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Plan:
    attachments: Mapping[UUID, Attachment]
    fingerprints: Mapping[FingerprintKey, tuple[UUID, UUID, bool]]
    """New rows: key -> (home, report, attaches)."""


async def attach(session: AsyncSession, fresh: Sequence[Prepared]) -> dict[UUID, Attachment]:
    """Find or give a case to each report and store its fingerprints; no case is locked yet.

    New fingerprints are inserted before they are read again, so of two transactions that bring the
    same one the second waits, then sees the winner's case.
    """
    keys = sorted({(fp.kind, fp.digest) for item in fresh for fp in item.fingerprints})
    known = await _known(session, keys)
    plan = resolve(fresh, known)
    stored = await _insert(session, plan)
    lost = plan.fingerprints.keys() - stored
    if lost:
        known |= await _known(session, sorted(lost))
        settled = resolve(fresh, known)
        await _correct(session, settled, stored, plan)
        plan = settled
    return dict(plan.attachments)


async def bring_to(
    session: AsyncSession, case_id: UUID, home_id: UUID, item: Arrival
) -> tuple[UUID, ...]:
    """Store the fingerprints that an addition brings to its home; gives other cases that it hits.

    It never moves the report; what it brings anew attaches others under the rule of `resolve`.
    """
    known = await _known(session, sorted({_key(fp) for fp in item.fingerprints}))
    plan, hit = _plan_for(case_id, home_id, item, known)
    stored = await _insert(session, plan)
    if lost := plan.fingerprints.keys() - stored:
        known |= await _known(session, sorted(lost))
        settled, hit = _plan_for(case_id, home_id, item, known)
        await _correct(session, settled, stored, plan)
    return tuple(sorted(hit - {case_id}))


def _plan_for(
    case_id: UUID, home_id: UUID, item: Arrival, known: Mapping[FingerprintKey, Known]
) -> tuple[Plan, set[UUID]]:
    """The rows of what is new, and the cases that are hit, its own among them."""
    attaching = {found.case_id for found in known.values() if found.attaches} | {case_id}
    new = {
        _key(fp): (home_id, item.report_id, len(attaching) == 1 and not fp.claimed)
        for fp in item.fingerprints
        if _key(fp) not in known
    }
    return Plan({}, new), attaching | {found.case_id for found in known.values() if not found.muted}


def resolve(fresh: Sequence[Prepared], known: Mapping[FingerprintKey, Known]) -> Plan:
    """Attach reports one after another; a report never unites two cases.

    It joins the highest band among the cases it hits, then the oldest. What it brings anew attaches
    later reports only if it hit at most one case, and, for a hash that an unproven channel claims,
    only if it opened the case.
    """
    seen: dict[FingerprintKey, Known] = dict(known)
    attachments: dict[UUID, Attachment] = {}
    new: dict[FingerprintKey, tuple[UUID, UUID, bool]] = {}
    for item in fresh:
        found = [hit for fp in item.fingerprints if (hit := seen.get(_key(fp))) and not hit.muted]
        attaching: dict[UUID, Known] = {}
        for hit in sorted(found, key=lambda hit: hit.rank):
            if hit.attaches:
                attaching.setdefault(hit.case_id, hit)
        ranked = list(attaching.values())
        home = ranked[0] if ranked else Known(item.case_id, band=3, attaches=True)
        attachments[item.report_id] = Attachment(
            case_id=home.case_id,
            home_id=home.home,
            opens=not ranked,
            also_hit=tuple(sorted({hit.case_id for hit in found} - {home.case_id})),
            version=home.version,
        )
        for fp in item.fingerprints:
            if _key(fp) in seen:
                continue
            attaches = len(ranked) <= 1 and not (fp.claimed and ranked)
            seen[_key(fp)] = replace(home, attaches=attaches)
            new[_key(fp)] = (home.home, item.report_id, attaches)
    return Plan(attachments, new)


async def _known(
    session: AsyncSession, keys: Sequence[FingerprintKey]
) -> dict[FingerprintKey, Known]:
    if not keys:
        return {}
    kinds, digests = zip(*keys, strict=True)
    rows = await session.execute(FIND_FINGERPRINTS, {"kinds": kinds, "digests": digests})
    return {
        (row.kind, row.digest): Known(
            row.id,
            row.band,
            row.attaches and not row.muted,
            row.muted,
            row.home_id,
            row.version,
        )
        for row in rows
    }


async def _insert(session: AsyncSession, plan: Plan) -> set[FingerprintKey]:
    """The keys that were new to the table."""
    rows = [
        {
            "kind": kind,
            "digest": digest,
            "case_id": case_id,
            "report_id": report_id,
            "attaches": attaches,
        }
        for (kind, digest), (case_id, report_id, attaches) in sorted(plan.fingerprints.items())
    ]
    stored = await insert_new(session, FingerprintRow, rows, returning=("kind", "digest"))
    return {(row.kind, row.digest) for row in stored}


async def _correct(
    session: AsyncSession, settled: Plan, stored: set[FingerprintKey], first: Plan
) -> None:
    """Let the rows of this transaction say what was settled after a race was lost."""
    for key in sorted(stored):
        if settled.fingerprints[key] == first.fingerprints[key]:
            continue
        case_id, report_id, attaches = settled.fingerprints[key]
        await session.execute(
            sa.update(FingerprintRow)
            .where(FingerprintRow.kind == key[0], FingerprintRow.digest == key[1])
            .values(case_id=case_id, report_id=report_id, attaches=attaches)
        )


def _key(fingerprint: Fingerprint) -> FingerprintKey:
    return fingerprint.kind, fingerprint.digest
