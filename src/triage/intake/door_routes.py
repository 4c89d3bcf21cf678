"""The doors for formats that others speak already, and the fingerprints of a file."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Request, Response, Router, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import read_key
from triage.access.principal import Format, Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.intake.conversations import hear
from triage.intake.documents import check_format, receive_document
from triage.intake.formats import activitypub, arf, atproto, email, telegram, xarf
from triage.intake.numbers import number_of, receive_report
from triage.intake.parsers import Parser
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import DocumentReceipt, TelegramAnswer
from triage.intake.uploads import MAX_BYTES as MAX_UPLOAD
from triage.intake.uploads import MEDIA_TYPES, MediaFingerprint, fingerprint, uploaded
from triage.kit.clock import Clock
from triage.kit.confined import Confined
from triage.vault.service import Vault

DoorRequest = Request[Principal, Any, State]


@post(
    "/v1/doors/telegram",
    operation_id="receive_telegram",
    status_code=200,
    request_max_body_size=telegram.MAX_BYTES,
    opt={"media_types": {"application/json": None}},
)
async def receive_telegram(
    request: DoorRequest,
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    pipeline: NamedDependency[Pipeline],
    vault: NamedDependency[Vault],
    parsers: NamedDependency[Confined],
    clock: NamedDependency[Clock],
) -> TelegramAnswer:
    """Take an Update: 200 when it was kept or deliberately ignored, else Telegram sends it again.

    The messages of one chat within a quarter of an hour are one report. Where the channel says so,
    the first one is answered with its receipt as `sendMessage`.
    """
    check_format(principal, Format.TELEGRAM)
    body = await request.body()
    update = await parsers.run(telegram.parse, body)
    if update.report is None:
        return TelegramAnswer(kept=False, reason=update.ignored)
    heard = await hear(session, pipeline, vault, principal, update, update.report, body, clock)
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
    "/xrpc/com.atproto.moderation.createReport",
    operation_id="receive_atproto",
    status_code=200,
    request_max_body_size=atproto.MAX_BYTES,
    opt={"media_types": {"application/json": None}},
)
async def receive_atproto(
    request: DoorRequest,
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    pipeline: NamedDependency[Pipeline],
    parsers: NamedDependency[Confined],
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Take a report of an account or a record of the AT Protocol; answered as its lexicon says."""
    body = await request.body()
    key = read_key(idempotency_key)
    did, receipt = await receive_report(pipeline, principal, parsers, body, key)
    number = await number_of(session, receipt.id)
    return atproto.answer(number, did, receipt.received_at, body)


@post(
    "/v1/media/fingerprint",
    operation_id="fingerprint_media",
    status_code=200,
    request_max_body_size=MAX_UPLOAD,
    opt={"media_types": dict.fromkeys(MEDIA_TYPES), "refuses": (422,)},
)
async def fingerprint_media(
    request: DoorRequest, pictures: NamedDependency[Confined]
) -> MediaFingerprint:
    """The hashes of a file, which is read in memory and kept nowhere.

    A picture (JPEG, PNG, WEBP or GIF, whichever of them it was said to be) has a PDQ, too; other
    files have only `sha256` and `md5`. What should be a picture and cannot be read is 422: it is
    damaged, cut off, too large, or another kind of file as well. `errors` says which, and `sha256`
    and `md5` stand beside them.
    """
    body = await request.body()
    upload = uploaded(body, request.headers.get("content-type", ""))
    return await fingerprint(upload, pictures)


def _door(
    form: Format, parse: Parser, media_types: Sequence[str], max_bytes: int, words: str
) -> HTTPRouteHandler:
    """A door that answers a document with the receipt of what it reports."""

    @post(
        f"/v1/doors/{form}",
        operation_id=f"receive_{form}",
        description=words,
        status_code=201,
        responses=replayed(DocumentReceipt),
        request_max_body_size=max_bytes,
        opt={"media_types": dict.fromkeys(media_types)},
    )
    async def receive(
        request: DoorRequest,
        principal: NamedDependency[Principal],
        pipeline: NamedDependency[Pipeline],
        parsers: NamedDependency[Confined],
        clock: NamedDependency[Clock],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[DocumentReceipt]:
        body, key = await request.body(), read_key(idempotency_key)
        receipt, repeated = await receive_document(
            pipeline, principal, form, partial(parsers.run, parse), body, key, clock
        )
        return replay(receipt) if repeated else Response(receipt, status_code=201)

    return receive


receive_xarf = _door(
    Format.XARF,
    xarf.parse,
    ("application/json",),
    xarf.MAX_BYTES,
    "A report of XARF, version 4 or 3.",
)
receive_activitypub = _door(
    Format.ACTIVITYPUB,
    activitypub.parse,
    ("application/activity+json", "application/ld+json", "application/json"),
    activitypub.MAX_BYTES,
    "A Flag of ActivityPub, as Mastodon, Lemmy and others send it.",
)
receive_arf = _door(
    Format.ARF, arf.parse, ("message/rfc822",), arf.MAX_BYTES, "A feedback report by mail."
)
receive_email = _door(
    Format.EMAIL, email.parse, ("message/rfc822",), email.MAX_BYTES, "A victim's own mail."
)

router = Router(
    path="/",
    route_handlers=[
        receive_xarf,
        receive_arf,
        receive_email,
        receive_activitypub,
        receive_atproto,
        receive_telegram,
        fingerprint_media,
    ],
    tags=["Doors"],
)
