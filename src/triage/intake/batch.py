"""Many reports in one request: each line is a report of its own, and no line harms another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.idempotency import WAIT, Claim, claim_keys, digest_of_key
from triage.access.principal import Principal
from triage.intake.answers import Kept
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import BatchAnswer, BatchItem
from triage.intake.submission import Submission
from triage.kit.db import problem_of, wait_for_locks
from triage.kit.errors import FieldError, Invalid, Problem, details_of
from triage.kit.ids import uuid7
from triage.kit.strict_json import BodyReader
from triage.reports.report import Report
from triage.vault.digests import Digests

NDJSON: Final = "application/x-ndjson"
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_LINES: Final = 1_000
CHUNK: Final = 100

log = structlog.get_logger()

_REPORT: BodyReader[Report] = BodyReader(Report)
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


class TooManyLines(Invalid):
    def __init__(self) -> None:
        super().__init__(errors=[FieldError("", f"more than {MAX_LINES} reports")])


def lines_of(body: bytes) -> list[bytes]:
    """The lines of NDJSON, empty ones left out; raises TooManyLines, of which empty ones count."""
    lines = body.rstrip().split(b"\n", 2 * MAX_LINES)
    documents = [line for line in lines if line.strip()]
    if len(lines) > 2 * MAX_LINES or len(documents) > MAX_LINES:
        raise TooManyLines
    return documents


def elements_of(body: bytes) -> list[bytes]:
    """The elements of a JSON array as they stand there; raises Invalid and TooManyLines.

    An array of nothing but numbers is millions of them: to be called where memory is limited.
    """
    try:
        elements = _ARRAY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(errors=[FieldError("", "not a JSON array")]) from None
    if len(elements) > MAX_LINES:
        raise TooManyLines
    return [bytes(element) for element in elements]


async def claim_body(
    sessions: async_sessionmaker[AsyncSession],
    digests: Digests,
    principal: Principal,
    key: str,
    body: bytes,
    now: datetime,
) -> bool:
    """Take the key for the whole body before any line; whether this body had taken it before.

    Raises KeyReused. Each line has a key of its own besides, so that a body that was cut off in the
    middle goes on where it was.
    """
    claim = Claim(
        principal_id=principal.id,
        key_digest=digest_of_key(digests, principal, key),
        request_digest=digests.digest("request:batch", body),
        result_id=uuid7(),
    )
    async with sessions.begin() as session:
        await wait_for_locks(session, WAIT)
        taken = await claim_keys(session, [claim], now)
        if first := taken.get(claim.key_digest):
            first.result_for(claim)
        return bool(taken)


async def receive_batch(
    pipeline: Pipeline,
    principal: Principal,
    documents: Sequence[bytes],
    key: str | None,
) -> BatchAnswer:
    """Store the reports, 100 in a transaction, and answer each in its place."""
    items: list[BatchItem] = []
    for start in range(0, len(documents), CHUNK):
        chunk = range(start, min(start + CHUNK, len(documents)))
        read = {index: _read(documents[index], index, principal, key) for index in chunk}
        good = {index: item for index, item in read.items() if isinstance(item, Submission)}
        kept = dict(zip(good, await pipeline.receive_many([*good.values()]), strict=True))
        answers = read | kept
        items += [_item(index, answers[index], principal.request_id or "") for index in chunk]
    return BatchAnswer(items=items)


def _read(
    document: bytes, index: int, principal: Principal, key: str | None
) -> Submission | Problem:
    try:
        report = _REPORT.read(document)
    except Invalid as problem:
        return problem
    line_key = None if key is None else f"{key}#{index}"
    return Submission(principal=principal, report=report, door="native", key=line_key)


def _item(index: int, answer: object, instance: str) -> BatchItem:
    match answer:
        case Kept(receipt=receipt, replayed=replayed):
            return BatchItem(index=index, status=200 if replayed else 201, receipt=receipt)
        case Problem() as problem:
            pass
        case Exception() as error:
            problem = problem_of(error)
            log.error("report.not_kept", line=index, exc_info=error)
        case other:
            raise TypeError(f"no answer: {type(other).__name__}")
    return BatchItem(index=index, status=problem.status, problem=details_of(problem, instance))
