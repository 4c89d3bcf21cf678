"""The doors for formats that others speak already, and the fingerprints of a file."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import read_key
from triage.access.principal import Format, Principal
from triage.access.replay_routes import replay
from triage.intake.conversations import hear
from triage.intake.documents import Parse, check_format, receive_document
from triage.intake.formats import telegram
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import DocumentReceipt, TelegramAnswer
from triage.intake.uploads import MAX_BYTES as MAX_UPLOAD
from triage.intake.uploads import MEDIA_TYPES, MediaFingerprint, fingerprint, uploaded
from triage.kit.clock import Clock
from triage.vault.service import Vault

JSONRequest = Request[Principal, Any, State]


@post(
    "/v1/doors/telegram",
    operation_id="receive_telegram",
    status_code=200,
    request_max_body_size=telegram.MAX_BYTES,
    opt={"media_types": {"application/json": None}},
)
async def receive_telegram(
    request: JSONRequest,
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    pipeline: NamedDependency[Pipeline],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> TelegramAnswer:
    """Take an Update: 200 when it was kept or deliberately ignored, else Telegram sends it again.

    The messages of one chat within a quarter of an hour are one report. Where the channel says so,
    the first one is answered with its receipt as `sendMessage`.
    """
    check_format(principal, Format.TELEGRAM)
    body = await request.body()
    update = telegram.parse(body)
    if update.report is None:
        return TelegramAnswer(kept=False, reason=update.ignored)
    heard = await hear(session, pipeline, vault, principal, update, update.report, body, clock())
    channel = principal.channel
    if (
        heard.opened
        and channel
        and channel.telegram_reply
        and update.answerable
        and update.chat_id is not None
    ):
        words = telegram.receipt_words(update.language, heard.opened.receipt_code)
        reply = telegram.send_message(update.chat_id, words, update.message_id)
        return TelegramAnswer(kept=True, id=heard.report_id, **reply)
    return TelegramAnswer(kept=True, id=heard.report_id)


@post(
    "/v1/media/fingerprint",
    operation_id="fingerprint_media",
    status_code=200,
    request_max_body_size=MAX_UPLOAD,
    opt={"media_types": dict.fromkeys(MEDIA_TYPES)},
)
async def fingerprint_media(request: JSONRequest) -> MediaFingerprint:
    """The hashes of a file, which is read in memory and kept nowhere."""
    body = await request.body()
    return fingerprint(uploaded(body, request.headers.get("content-type", "")))


async def answered(
    request: JSONRequest,
    principal: Principal,
    pipeline: Pipeline,
    form: Format,
    parse: Parse,
    idempotency_key: str | None,
) -> Response[DocumentReceipt]:
    receipt, repeated = await receive_document(
        pipeline, principal, form, parse, await request.body(), read_key(idempotency_key)
    )
    return replay(receipt) if repeated else Response(receipt, status_code=201)


router = Router(path="/", route_handlers=[receive_telegram, fingerprint_media], tags=["Doors"])
