"""Reports in formats that others speak already: parsed, then received like any other."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

from triage.access.principal import Format, Principal
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import DocumentReceipt, Receipt
from triage.intake.submission import Submission, channel_of
from triage.kit.errors import Problem
from triage.reports.report import Report

Parse: TypeAlias = Callable[[bytes], Sequence[Report]]
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
    parse: Parse,
    body: bytes,
    key: str | None,
) -> tuple[DocumentReceipt, bool]:
    """Store what a document reports; its receipt, and whether all of it was there already.

    Raises Invalid and what receiving raises: a document that is sent again goes on where it was.
    """
    check_format(principal, form)
    # Large mails take their time: other requests are served meanwhile.
    reports = await asyncio.to_thread(parse, body)
    submissions = [
        Submission(
            principal=principal,
            report=report,
            door=form,
            key=key if key is None or len(reports) == 1 else f"{key}#{number}",
            original=body,
        )
        for number, report in enumerate(reports)
    ]
    kept = [await pipeline.receive(submission) for submission in submissions]
    return _together([item.receipt for item in kept]), all(item.replayed for item in kept)


def _together(receipts: list[Receipt]) -> DocumentReceipt:
    first, *more = receipts
    fields = {name: getattr(first, name) for name in Receipt.__struct_fields__}
    return DocumentReceipt(**fields, more=more)
