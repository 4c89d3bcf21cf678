"""What the matcher makes of traits that reports share: campaigns of many, links between a few."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.campaigns import CampaignRow, TraitSource
from triage.cases.linking import Suggestion, suggest_links
from triage.cases.links import LinkKind
from triage.fingerprints.traits import TraitKind
from triage.journal.actor import SYSTEM, Subject
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.kit.rows import insert_new

MODEL: Final = "person-1"
MOST_CASES: Final = 10
"""Of a person's: what more have in common is a campaign's matter alone."""
MOST_LINKS: Final = 3
"""That one report suggests."""
LOOKED_AT: Final = 200
"""Reports with the same trait that are looked at for links, the newest."""

Trait = tuple[str, bytes]
"""Kind and digest."""

PERSONAL = (
    TraitKind.PHONE,
    TraitKind.EMAIL,
    TraitKind.HANDLE,
    TraitKind.NUMBER,
    TraitKind.ACCOUNT,
)

# What the events of a window brought, each trait of a report with the case that it lives in now.
# Of reports that only changed their case (a split, an unmerge) all traits are asked anew.
BROUGHT = sa.text(
    """
    WITH event AS MATERIALIZED (
        SELECT leaf.position, event.kind, event.subjects, event.body, event.occurred_at
        FROM journal_leaf AS leaf JOIN journal_event AS event ON event.id = leaf.event_id
        WHERE leaf.position >= :start AND leaf.position < :end
          AND event.kind IN
              ('report.received', 'report.supplemented', 'case.split_off', 'case.unmerged')
    )
    SELECT event.position, trait.report_id, trait.kind, trait.digest, event.occurred_at,
           lives.root_id, true AS is_new,
           event.body ->> 'disposition' IS NOT DISTINCT FROM 'opened' AS opened
    FROM event
    JOIN report_trait AS trait
      ON trait.report_id = CAST(event.subjects -> 1 ->> 1 AS uuid)
     AND trait.supplement_id IS NOT DISTINCT FROM CAST(event.body ->> 'supplement' AS uuid)
    JOIN report_case AS home ON home.report_id = trait.report_id
    JOIN "case" AS lives ON lives.id = home.case_id
    WHERE event.kind LIKE 'report.%'
    UNION ALL
    SELECT event.position, trait.report_id, trait.kind, trait.digest, event.occurred_at,
           lives.root_id, false, true
    FROM event
    JOIN "case" AS lives ON lives.root_id = CAST(event.subjects -> 0 ->> 1 AS uuid)
    JOIN report_case AS home ON home.case_id = lives.id
    JOIN report_trait AS trait ON trait.report_id = home.report_id
    WHERE event.kind LIKE 'case.%'
    """
)

_KINDS = sa.bindparam("kinds", type_=ARRAY(sa.Text))
_DIGESTS = sa.bindparam("digests", type_=ARRAY(sa.LargeBinary))
_TIMES = sa.bindparam("times", type_=ARRAY(sa.TIMESTAMP(timezone=True)))
_ROOTS = sa.bindparam("roots", type_=ARRAY(sa.Uuid))
_OPENED = sa.bindparam("opened", type_=ARRAY(sa.Boolean))

TOUCH = sa.text(
    """
    UPDATE campaign SET active_at = came.at
    FROM unnest(:kinds, :digests, :times) AS came (kind, digest, at)
    WHERE campaign.kind = came.kind AND campaign.digest = came.digest
      AND campaign.active_at < came.at
    """
).bindparams(_KINDS, _DIGESTS, _TIMES)

# A report that opens a case, or a case that parted, is compared with all: the first other report
# answers. One that attached would meet all those of its own case, of which there may be thousands:
# for it the first and the last report with the trait stand for all. Whoever opened the case that
# it differs from compares, too.
SHARED = sa.text(
    """
    SELECT DISTINCT asked.kind, asked.digest
    FROM unnest(:kinds, :digests, :roots, :opened) AS asked (kind, digest, root_id, opened)
    WHERE NOT EXISTS (
        SELECT FROM campaign
        WHERE campaign.kind = asked.kind AND campaign.digest = asked.digest
    )
    AND CASE WHEN asked.opened THEN EXISTS (
        SELECT FROM report_trait AS trait
        JOIN report_case AS home ON home.report_id = trait.report_id
        JOIN "case" AS lives ON lives.id = home.case_id
        WHERE trait.kind = asked.kind AND trait.digest = asked.digest
          AND lives.root_id <> asked.root_id
    ) ELSE EXISTS (
        SELECT FROM (
            (SELECT report_id FROM report_trait AS trait
             WHERE trait.kind = asked.kind AND trait.digest = asked.digest
             ORDER BY report_id LIMIT 1)
            UNION ALL
            (SELECT report_id FROM report_trait AS trait
             WHERE trait.kind = asked.kind AND trait.digest = asked.digest
             ORDER BY report_id DESC LIMIT 1)
        ) AS far
        JOIN report_case AS home ON home.report_id = far.report_id
        JOIN "case" AS lives ON lives.id = home.case_id
        WHERE lives.root_id <> asked.root_id
    ) END
    ORDER BY 1, 2
    """
).bindparams(_KINDS, _DIGESTS, _ROOTS, _OPENED)

PERSONS = sa.text(
    """
    SELECT asked.kind, asked.digest, near.report_id, near.source, home.case_id, lives.root_id
    FROM unnest(:kinds, :digests) AS asked (kind, digest)
    CROSS JOIN LATERAL (
        SELECT report_id, source FROM report_trait AS trait
        WHERE trait.kind = asked.kind AND trait.digest = asked.digest
        ORDER BY report_id DESC LIMIT :looked_at
    ) AS near
    JOIN report_case AS home ON home.report_id = near.report_id
    JOIN "case" AS lives ON lives.id = home.case_id
    WHERE NOT EXISTS (
        SELECT FROM campaign
        WHERE campaign.kind = asked.kind AND campaign.digest = asked.digest AND campaign.muted
    )
    ORDER BY asked.kind, asked.digest, near.report_id DESC
    """
).bindparams(_KINDS, _DIGESTS)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A report with a trait; `position`: of the event in the window that brought it."""

    report_id: UUID
    source: TraitSource
    case_id: UUID
    root_id: UUID
    position: int | None


async def group(session: AsyncSession, start: int, end: int, now: datetime) -> None:
    """Make campaigns of what the events have made common, and link the few that share a person.

    For whoever holds the matcher's lock: a campaign is made once, also by uniqueness.
    """
    brought = (await session.execute(BROUGHT, {"start": start, "end": end})).all()
    if not brought:
        return
    await _form_campaigns(session, brought, now)
    await suggest_links(session, await _persons(session, brought), SYSTEM, now)


async def _form_campaigns(
    session: AsyncSession, brought: Sequence[sa.Row[Any]], now: datetime
) -> None:
    """Also tells those that are there when a report last came."""
    opened: dict[tuple[str, bytes, UUID], bool] = {}
    came: dict[Trait, datetime] = {}
    for row in brought:
        case = row.kind, row.digest, row.root_id
        opened[case] = row.opened or opened.get(case, False)
        if row.is_new:
            trait = row.kind, row.digest
            came[trait] = max(row.occurred_at, came.get(trait, row.occurred_at))
    kinds, digests, roots = zip(*opened, strict=True)
    asked = {"kinds": kinds, "digests": digests, "roots": roots, "opened": [*opened.values()]}
    rows = [
        {
            "id": uuid7(),
            "kind": kind,
            "digest": digest,
            "muted": False,
            "created_at": now,
            "active_at": came.get((kind, digest), now),
        }
        for kind, digest in await session.execute(SHARED, asked)
    ]
    for made in await insert_new(session, CampaignRow, rows, returning=("id", "kind")):
        subjects = [Subject("campaign", made.id)]
        append(session, "campaign.formed", SYSTEM, subjects, at=now, body={"kind": made.kind})
    if came:
        kinds, digests = zip(*sorted(came), strict=True)
        times = [came[trait] for trait in sorted(came)]
        await session.execute(TOUCH, {"kinds": kinds, "digests": digests, "times": times})


async def _persons(session: AsyncSession, brought: Sequence[sa.Row[Any]]) -> list[Suggestion]:
    positions = {
        (row.report_id, row.kind, row.digest): row.position
        for row in brought
        if row.is_new and row.kind in PERSONAL
    }
    asked = sorted({(kind, digest) for _, kind, digest in positions})
    if not asked:
        return []
    kinds, digests = zip(*asked, strict=True)
    rows = await session.execute(
        PERSONS, {"kinds": kinds, "digests": digests, "looked_at": LOOKED_AT}
    )
    bearers: dict[Trait, list[Bearer]] = defaultdict(list)
    for kind, digest, report_id, source, case_id, root_id in rows:
        position = positions.get((report_id, kind, digest))
        bearers[kind, digest].append(
            Bearer(report_id, TraitSource(source), case_id, root_id, position)
        )
    return _suggestions(bearers)


def _suggestions(bearers: Mapping[Trait, Sequence[Bearer]]) -> list[Suggestion]:
    """Each new report with the newest before it; what came later in the window looks for itself."""
    linked: dict[UUID, dict[UUID, Suggestion]] = defaultdict(dict)
    for (kind, _), known in bearers.items():
        for bearer in known:
            if bearer.position is None:
                continue
            others = linked[bearer.report_id]
            for other in _few_before(bearer, known):
                if len(others) == MOST_LINKS:
                    break
                if kind == TraitKind.ACCOUNT and TraitSource.VICTIM not in {
                    bearer.source,
                    other.source,
                }:
                    continue
                others.setdefault(other.root_id, _suggestion(bearer, other))
    return [suggestion for others in linked.values() for suggestion in others.values()]


def _few_before(bearer: Bearer, known: Sequence[Bearer]) -> list[Bearer]:
    """The newest of each other case that had the trait before; none if there are too many."""
    others: dict[UUID, Bearer] = {}
    for other in known:
        is_later = other.position is not None and other.position > (bearer.position or 0)
        if other.root_id != bearer.root_id and not is_later:
            others.setdefault(other.root_id, other)
    return [*others.values()] if len(others) < MOST_CASES else []


def _suggestion(bearer: Bearer, other: Bearer) -> Suggestion:
    return Suggestion(
        case_id=bearer.case_id,
        other_id=other.case_id,
        kind=LinkKind.PERSON,
        model=MODEL,
        report_id=bearer.report_id,
        other_report_id=other.report_id,
    )
