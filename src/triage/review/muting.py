"""Muting: leads tell that a picture, a file or a post says nothing about who is harmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import FingerprintRow, MutedPictureRow, ReportCaseRow
from triage.cases.muting import near
from triage.cases.queries import homes_of
from triage.fingerprints.keys import Scope
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid
from triage.kit.ids import uuid7
from triage.kit.rows import insert_new
from triage.reports.models import ReportLocationRow, ReportMediaRow
from triage.review.act_schemas import MuteRequest
from triage.review.notes import write_note
from triage.vault.service import Vault

FingerprintKey = tuple[str, bytes]


async def mute(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    request: MuteRequest,
    now: datetime,
    *,
    muted: bool,
) -> None:
    """From now on they lead no report to a case, and suggest no link; or do so again.

    Reports that they have led here stay, and links that somebody decided. The reason is sealed as
    a note. Raises Invalid for what is no file or post of the case.
    """
    items = list(dict.fromkeys(request.items))
    media = await _media_of(session, case_id, items)
    posts = await _posts_of(session, case_id, items)
    errors = [
        FieldError(f"/items/{index}", "not a file or a post of this case")
        for index, item in enumerate(request.items)
        if item not in media and item not in posts
    ]
    if errors:
        raise Invalid(errors=errors)
    keys = {key for item in media.values() for key in _keys_of(item)} | set(posts.values())
    await _mark(session, keys, muted=muted)
    pictures = sorted({item.pdq for item in media.values() if item.pdq is not None})
    if muted:
        await _mute_pictures(session, principal, case_id, pictures, now)
    else:
        await _hear_pictures(session, pictures)
    await write_note(session, vault, principal, case_id, uuid7(), request.reason, "internal", now)
    append(
        session,
        "fingerprint.muted" if muted else "fingerprint.unmuted",
        principal.actor,
        [Subject("case", case_id), *(Subject("item", item) for item in items)],
        at=now,
    )


async def _media_of(
    session: AsyncSession, case_id: UUID, items: Sequence[UUID]
) -> Mapping[UUID, ReportMediaRow]:
    rows = await session.scalars(
        sa.select(ReportMediaRow)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportMediaRow.report_id)
        .where(ReportMediaRow.id.in_(items), ReportCaseRow.case_id.in_(homes_of(case_id)))
    )
    return {row.id: row for row in rows}


async def _posts_of(
    session: AsyncSession, case_id: UUID, items: Sequence[UUID]
) -> Mapping[UUID, FingerprintKey]:
    """Only what can lead a report to a case: a room never does."""
    rows = await session.scalars(
        sa.select(ReportLocationRow)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportLocationRow.report_id)
        .where(
            ReportLocationRow.id.in_(items),
            ReportLocationRow.scope == Scope.CONTENT,
            ReportCaseRow.case_id.in_(homes_of(case_id)),
        )
    )
    return {row.id: (row.kind, row.digest) for row in rows}


def _keys_of(media: ReportMediaRow) -> list[FingerprintKey]:
    digests = {
        "sha256": media.sha256_digest,
        "md5": media.md5_digest,
        "platform_media": media.platform_media_digest,
    }
    return [(kind, digest) for kind, digest in digests.items() if digest is not None]


async def _mark(session: AsyncSession, keys: set[FingerprintKey], *, muted: bool) -> None:
    """In the order in which all lock them."""
    is_one = sa.tuple_(FingerprintRow.kind, FingerprintRow.digest).in_(sorted(keys))
    found = await session.scalars(
        sa.select(FingerprintRow)
        .where(is_one)
        .order_by(FingerprintRow.kind, FingerprintRow.digest)
        .with_for_update(key_share=True)
    )
    for row in found:
        row.muted = muted


async def _mute_pictures(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    pictures: Sequence[bytes],
    now: datetime,
) -> None:
    rows = [
        {"pdq": pdq, "case_id": case_id, "muted_by": principal.id, "muted_at": now}
        for pdq in pictures
    ]
    await insert_new(session, MutedPictureRow, rows, returning=("pdq",))


async def _hear_pictures(session: AsyncSession, pictures: Sequence[bytes]) -> None:
    """Also where it was a copy of theirs that was muted."""
    for pdq in pictures:
        await session.execute(sa.delete(MutedPictureRow).where(near(MutedPictureRow.pdq, pdq)))
