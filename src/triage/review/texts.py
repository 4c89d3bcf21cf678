"""Sealed texts opened for reading: personal details become references that `reveal` opens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.masks import Mask, apply_masks, mask_spans, merged
from triage.cases.models import ReportCaseRow
from triage.review.schemas import MaskedText, Sealed
from triage.vault.service import OpenedItem, Vault

NAMES = ("victim.names", "reporter.name", "declarations.signature")
HANDLES = ("victim.handles",)
PHONES = ("victim.phones",)
OTHERS = ("victim.school_name", "reporter.contact")
TEXTS = ("content.text", "victim.details")
KINDS = {
    "victim.names": "name",
    "victim.handles": "handle",
    "victim.phones": "phone",
    "victim.school_name": "school",
    "victim.details": "details",
    "reporter.name": "name",
    "reporter.contact": "contact",
    "declarations.signature": "name",
    "content.urls": "url",
    "content.text": "text",
}


@dataclass(frozen=True, slots=True)
class Persons:
    """What is declared of persons anywhere in a case: masked in all of its texts."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def spans(self, text: str) -> tuple[Mask, ...]:
        return mask_spans(
            text,
            names=self.names,
            handles=self.handles,
            phones=self.phones,
            others=self.others,
        )


@dataclass(frozen=True, slots=True)
class OpenedTexts:
    """The opened items of some reports, by report and field."""

    items: Mapping[UUID, Mapping[str, OpenedItem]]
    persons: Persons = field(default_factory=Persons)

    def item(self, report_id: UUID, name: str) -> OpenedItem | None:
        return self.items.get(report_id, {}).get(name)

    def sealed(self, report_id: UUID, name: str) -> list[Sealed]:
        """A reference for every value of a field that is never read unrevealed."""
        item = self.item(report_id, name)
        if item is None:
            return []
        return [
            Sealed(sealed=f"{item.id}:{n}", kind=KINDS[name]) for n in range(len(values_of(item)))
        ]

    def text(self, report_id: UUID, name: str, stored: Sequence[Any] = ()) -> MaskedText | None:
        """A text with its details masked; the reference's number is the offset of the detail."""
        item = self.item(report_id, name)
        if item is None:
            return None
        return [
            part
            if isinstance(part, str)
            else Sealed(sealed=f"{item.id}:{part.start}", kind=part.kind)
            for part in apply_masks(item.value, self.masks(item.value, stored))
        ]

    def url(self, report_id: UUID, ordinal: int) -> MaskedText | None:
        """A canonical url, a declared name or handle in it masked; `reveal` opens it whole."""
        item = self.item(report_id, "content.urls")
        if item is None:
            return None
        _, canonical = item.value[ordinal]
        readable = unquote(canonical)  # a name in percent-encoding is a name all the same
        return [
            part if isinstance(part, str) else Sealed(sealed=f"{item.id}:{ordinal}", kind=part.kind)
            for part in apply_masks(readable, self.persons.spans(readable))
        ]

    def masks(self, text: str, stored: Sequence[Any]) -> tuple[Mask, ...]:
        """The spans found when the report came, and those of persons named since."""
        kept = tuple(Mask(start, end, kind) for start, end, kind in stored)
        return merged((*kept, *self.persons.spans(text)))


async def open_texts(
    session: AsyncSession, vault: Vault, case_id: UUID, report_ids: Sequence[UUID]
) -> OpenedTexts:
    """Open everything sealed of these reports of a case; what was erased is missing.

    The persons that are masked are those of all its reports: a name may be declared in one report
    and written in another.
    """
    opened = await vault.open_fields(session, report_ids, tuple(KINDS))
    everybody = await vault.open_fields(
        session,
        (
            await session.scalars(
                sa.select(ReportCaseRow.report_id).where(ReportCaseRow.case_id == case_id)
            )
        ).all(),
        (*NAMES, *HANDLES, *PHONES, *OTHERS),
    )
    items: dict[UUID, dict[str, OpenedItem]] = {}
    for item in opened:
        items.setdefault(item.owner_id, {})[item.field] = item
    return OpenedTexts(items=items, persons=_persons(everybody))


def values_of(item: OpenedItem) -> list[str]:
    """The values of an item as `reveal` numbers them; urls as they were posted."""
    if item.field == "content.urls":
        return [raw for raw, _ in item.value]
    if isinstance(item.value, list):
        return [str(value) for value in item.value]
    return [str(item.value)]


def _persons(opened: Iterable[OpenedItem]) -> Persons:
    found: dict[str, dict[str, None]] = {}
    for item in opened:
        if item.field not in TEXTS and item.field != "content.urls":
            found.setdefault(item.field, {}).update(dict.fromkeys(values_of(item)))

    def of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for name in names for value in found.get(name, ()))

    return Persons(of(NAMES), of(HANDLES), of(PHONES), of(OTHERS))
