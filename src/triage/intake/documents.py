"""Reports in formats that others speak already: parsed, then received like any other."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec

from triage.access.principal import Format, Principal
from triage.intake.answers import Kept
from triage.intake.arrival import FUTURE
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import DocumentReceipt, Receipt
from triage.intake.submission import Submission, channel_of
from triage.kit.clock import Clock
from triage.kit.errors import Problem
from triage.reports.report import Report

Read: TypeAlias = Callable[[bytes], Awaitable[Sequence[Report]]]
"""Reads a document; raises Invalid for what cannot be understood."""


class FormatNotTaken(Problem):
    status = 403
    title = "The channel does not take this format"


def check_format(principal: Principal, form: Format) -> None:
    """Raises FormatNotTaken."""
    if not channel_of(principal).takes(form):
        raise FormatNotTaken


async def receive_document(
    pipeline: Pipeline,
    principal: Principal,
    form: Format,
    read: Read,
    body: bytes,
    key: str | None,
    clock: Clock,
) -> tuple[DocumentReceipt, bool]:
    """Store what a document reports; its receipt, and whether all of it was there already.

    Raises Invalid and what receiving raises: a document that is sent again goes on where it was.
    """
    check_format(principal, form)
    now = clock()
    reports = [
        _named(report, form, body, number) for number, report in enumerate(await read(body), 1)
    ]
    submissions = [
        Submission(
            principal=principal,
            report=_without_future(report, now),
            door=form,
            key=key if key is None or len(reports) == 1 else f"{key}#{number}",
            original=body,
            as_sent=report,
        )
        for number, report in enumerate(reports)
    ]
    kept = await _kept(pipeline, submissions)
    return _together([item.receipt for item in kept]), all(item.replayed for item in kept)


async def _kept(pipeline: Pipeline, submissions: Sequence[Submission]) -> list[Kept]:
    """All of one document, together where there are several. Raises what the first came to."""
    if len(submissions) == 1:
        return [await pipeline.receive(submissions[0])]
    kept: list[Kept] = []
    for answer in await pipeline.receive_many(submissions):
        if isinstance(answer, BaseException):
            raise answer
        kept.append(answer)
    return kept


def _named(report: Report, form: Format, body: bytes, number: int) -> Report:
    """A document without an id of its own is known by its bytes: sent again it is the same."""
    if report.external_id is not None:
        return report
    name = f"{form}:sha256:{hashlib.sha256(body).hexdigest()}"
    return msgspec.structs.replace(report, external_id=name if number == 1 else f"{name}#{number}")


def _without_future(report: Report, now: datetime) -> Report:
    """A document whose clock is wrong is no reason to lose what it reports."""
    occurred_at = report.occurred_at
    return msgspec.structs.replace(
        report,
        occurred_at=None if occurred_at and occurred_at > now + FUTURE else occurred_at,
        locations=[
            msgspec.structs.replace(location, seen_at=None)
            if location.seen_at and location.seen_at > now + FUTURE
            else location
            for location in report.locations
        ],
    )


def _together(receipts: list[Receipt]) -> DocumentReceipt:
    first, *more = receipts
    fields = {name: getattr(first, name) for name in Receipt.__struct_fields__}
    return DocumentReceipt(**fields, more=more)
