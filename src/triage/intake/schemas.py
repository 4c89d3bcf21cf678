"""Receipts as the doors answer them, and what a report's sender may know later."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from triage.kit.errors import ProblemDetails
from triage.kit.types import Text
from triage.reports.report import Few, Location
from triage.reports.validity import Validity

Progress = Literal["received", "in_review", "action_taken", "closed"]


class Receipt(msgspec.Struct, frozen=True):
    """`case_id` and `band` are there only for channels with the grant `sees_matches`."""

    id: UUID
    receipt_code: str
    received_at: datetime
    disposition: Literal["received", "opened", "attached", "reopened"]
    validity: dict[str, Validity]
    case_id: UUID | UnsetType = UNSET
    band: Literal["P0", "P1", "P2", "P3"] | UnsetType = UNSET


class DocumentReceipt(Receipt, frozen=True, kw_only=True):
    """`more` are the receipts of further reports that one document made."""

    more: list[Receipt] = []


class TelegramAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of an Update; Telegram reads the status, and `method` with what it needs."""

    kept: bool
    id: UUID | None = None
    reason: str | None = None
    method: Literal["sendMessage"] | None = None
    chat_id: int | None = None
    text: str | None = None
    link_preview_options: dict[str, bool] | None = None
    reply_parameters: dict[str, int | bool] | None = None


class SupplementReceipt(msgspec.Struct, frozen=True):
    """`validity` is that of the report with all that has come so far."""

    id: UUID
    report_id: UUID
    received_at: datetime
    validity: dict[str, Validity]


class BatchItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one line: `receipt` where its status is 200 or 201, `problem` elsewhere."""

    index: int
    status: int
    receipt: Receipt | None = None
    problem: ProblemDetails | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """One item for each line, in the order of the lines."""

    items: list[BatchItem]


class LocationProgress(msgspec.Struct, frozen=True):
    """What became of one location that this report named, `index` as in its locations."""

    index: int
    platform: str
    state: Literal["requested", "removed", "refused"]
    reason: dict[str, str] | None
    reference: str | None


class ReportProgress(msgspec.Struct, frozen=True):
    id: UUID
    received_at: datetime
    state: Progress
    locations: list[LocationProgress]


class ReporterMessage(msgspec.Struct, frozen=True):
    """A note that a reviewer wrote for the reporter."""

    written_at: datetime
    text: str


class ReceiptRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(max_length=40)]


class ReceiptMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least one of text and locations."""

    code: Annotated[str, msgspec.Meta(max_length=40)]
    text: Text | None = None
    locations: Annotated[list[Location], Few] = []


class ReceiptProgress(msgspec.Struct, frozen=True):
    """In words that are safe on a screen somebody else may see.

    `messages`, oldest first, reach the victim's side only.
    """

    state: Progress
    message: dict[str, str]
    received_at: datetime
    locations: list[LocationProgress]
    messages: list[ReporterMessage]
