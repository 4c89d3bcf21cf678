"""Messages of one chat: the first is a report, those that follow soon are added to it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.idempotency import (
    WAIT,
    Claim,
    FirstStillRunning,
    claim_keys,
    digest_of_key,
    point_key,
)
from triage.access.principal import Format, Principal
from triage.intake.formats.telegram import PERSON, Update
from triage.intake.models import ConversationRow
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import Receipt
from triage.intake.submission import Submission, channel_of, digest_of_external_id
from triage.intake.supplements import Addition, TooManySupplements, add_supplement
from triage.kit.clock import Clock
from triage.kit.db import wait_for_locks
from triage.kit.errors import TryAgain
from triage.kit.ids import uuid7
from triage.reports.models import ReportRow, ReportSupplementRow
from triage.reports.report import Report, ReporterDetails, Supplement
from triage.vault.service import Vault

SILENCE = timedelta(minutes=15)
"""After so long without a message, the next one of a chat is a report of its own."""
KEPT = timedelta(days=1)
"""For so long Telegram sends again what was not answered: a part of an album, too."""

_HANDLE = re.compile(r"@\w+")
_SAME = b"telegram"  # an update is known by its number: its bytes need not be compared


@dataclass(frozen=True, slots=True)
class Heard:
    """The report a message belongs to; `opened` is its receipt, if this message began it."""

    report_id: UUID
    opened: Receipt | None


async def hear(
    session: AsyncSession,
    pipeline: Pipeline,
    vault: Vault,
    principal: Principal,
    update: Update,
    report: Report,
    original: bytes,
    clock: Clock,
) -> Heard:
    """Keep one message; the same update again changes nothing and is answered as before.

    Raises TryAgain while the same update is being kept.
    """
    now = clock()
    claim = Claim(
        principal_id=principal.id,
        key_digest=digest_of_key(vault.digests, principal, f"telegram#{update.update_id}"),
        request_digest=_SAME,
        result_id=uuid7(),
    )
    await wait_for_locks(session, WAIT)
    try:
        taken = await claim_keys(session, [claim], now)
    except FirstStillRunning:
        raise TryAgain from None
    channel_id = channel_of(principal).id
    same, began = await _report_of_message(session, vault, channel_id, report)
    if first := taken.get(claim.key_digest):
        is_first = began and same == first.result_id and not update.edited
        receipt = (
            await pipeline.receipt_again(session, principal, first.result_id) if is_first else None
        )
        return Heard(first.result_id, receipt)
    chat = vault.digests.digest("chat", f"{channel_id}:{update.chat_id}:{update.sender_id}")
    album = update.album and vault.digests.digest("album", f"{channel_id}:{update.album}")
    current = await _lock_conversation(session, channel_id, chat, now)
    of_album = await _report_of_album(session, channel_id, album) if album else None
    target = same or of_album or current
    if target:
        addition = _addition(principal, target, update, report, original)
        if await _was_added(session, vault, addition, clock):
            if album:
                await _remember_album(session, channel_id, album, target, now)
            await point_key(session, claim, target)
            return Heard(target, None)
    if same is not None:  # and it is full: the message's own id is taken
        name = f"telegram#{update.update_id}"
        report = msgspec.structs.replace(report, external_id=name)
    submission = Submission(
        principal=principal, report=report, door=Format.TELEGRAM, original=original
    )
    kept = await pipeline.receive_within(session, submission)
    await _point(session, channel_id, chat, kept.receipt.id)
    if album:
        await _remember_album(session, channel_id, album, kept.receipt.id, now)
    await point_key(session, claim, kept.receipt.id)
    return Heard(kept.receipt.id, kept.receipt)


async def forget_silent(sessions: async_sessionmaker[AsyncSession], clock: Clock) -> int:
    """Delete the conversations and albums that nothing can belong to any more; how many."""
    async with sessions.begin() as session:
        ended = ConversationRow.last_message_at < clock() - KEPT
        gone = await session.execute(
            sa.delete(ConversationRow).where(ended).returning(ConversationRow.channel_id)
        )
        return len(gone.all())


async def _report_of_message(
    session: AsyncSession, vault: Vault, channel_id: UUID, report: Report
) -> tuple[UUID | None, bool]:
    """The report that this very message is in, perhaps with other words, and if it began it."""
    digest = digest_of_external_id(vault, channel_id, report.external_id)
    if digest is None:
        return None, False
    begun: UUID | None = await session.scalar(
        sa.select(ReportRow.id).where(
            ReportRow.channel_id == channel_id, ReportRow.external_id_digest == digest
        )
    )
    if begun is not None:
        return begun, True
    added: UUID | None = await session.scalar(
        sa.select(ReportSupplementRow.report_id).where(
            ReportSupplementRow.channel_id == channel_id,
            ReportSupplementRow.external_id_digest == digest,
        )
    )
    return added, False


async def _report_of_album(session: AsyncSession, channel_id: UUID, album: bytes) -> UUID | None:
    """The report that has the other messages of an album, however late this one comes."""
    return await session.scalar(
        sa.select(ConversationRow.report_id).where(
            ConversationRow.channel_id == channel_id, ConversationRow.chat_digest == album
        )
    )


async def _remember_album(
    session: AsyncSession, channel_id: UUID, album: bytes, report_id: UUID, now: datetime
) -> None:
    await session.execute(
        insert(ConversationRow)
        .values(channel_id=channel_id, chat_digest=album, report_id=report_id, last_message_at=now)
        .on_conflict_do_nothing()
    )


async def _lock_conversation(
    session: AsyncSession, channel_id: UUID, chat: bytes, now: datetime
) -> UUID | None:
    """The report that the chat talks about, or None after a silence; waits for another message."""
    own = (ConversationRow.channel_id == channel_id, ConversationRow.chat_digest == chat)
    made = await session.scalar(
        insert(ConversationRow)
        .values(channel_id=channel_id, chat_digest=chat, last_message_at=now)
        .on_conflict_do_nothing()
        .returning(ConversationRow.last_message_at)
    )
    if made is not None:
        return None
    row = (
        await session.execute(
            sa.select(ConversationRow.report_id, ConversationRow.last_message_at)
            .where(*own)
            .with_for_update(key_share=True)
        )
    ).one()
    await session.execute(sa.update(ConversationRow).where(*own).values(last_message_at=now))
    return row.report_id if now - row.last_message_at < SILENCE else None


async def _point(session: AsyncSession, channel_id: UUID, chat: bytes, report_id: UUID) -> None:
    await session.execute(
        sa.update(ConversationRow)
        .where(ConversationRow.channel_id == channel_id, ConversationRow.chat_digest == chat)
        .values(report_id=report_id)
    )


def _addition(
    principal: Principal, report_id: UUID, update: Update, report: Report, original: bytes
) -> Addition:
    return Addition(
        report_id=report_id,
        supplement_id=uuid7(),
        supplement=_supplement(update, report),
        door=Format.TELEGRAM,
        actor=principal.actor,
        submitted_by=principal.id,
        original=original,
    )


async def _was_added(session: AsyncSession, vault: Vault, addition: Addition, clock: Clock) -> bool:
    """False for a report that has too many additions already: a new one begins."""
    try:
        await add_supplement(session, vault, addition, clock)
    except TooManySupplements:
        return False
    return True


def _supplement(update: Update, report: Report) -> Supplement:
    """The message without what each one repeats: who it is from, unless with a number now.

    It is known by its own number, so that its edits find it; they by the update's.
    """
    of_update = f"telegram#{update.update_id}"
    contact = report.reporter.contact
    known = contact is None or _HANDLE.fullmatch(contact) or contact.startswith(PERSON)
    return Supplement(
        external_id=of_update if update.edited else report.external_id or of_update,
        allegations=report.allegations,
        locations=report.locations,
        media=report.media,
        text=report.text,
        reporter=ReporterDetails(contact=None if known else contact),
    )
