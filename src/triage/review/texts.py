"""Sealed texts opened for reading: personal details become references that `reveal` opens."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.masks import Mask, apply_masks, mask_spans, merged
from triage.cases.models import ReportCaseRow
from triage.cases.queries import homes_of
from triage.review.schemas import MaskedText, Sealed
from triage.vault.service import OpenedItem, Vault

NAMES = ("victim.names", "reporter.name", "declarations.signature")
HANDLES = ("victim.handles",)
PHONES = ("victim.phones",)
OTHERS = ("victim.school_name", "reporter.contact")
WRITTEN = ("note.text", "decision.facts", "decision.reasoning_public", "decision.note_private")
TEXTS = ("content.text", "victim.details", "supplement.text", "supplement.details", *WRITTEN)
KINDS = {
    "victim.names": "name",
    "victim.handles": "handle",
    "victim.phones": "phone",
    "victim.school_name": "school",
    "victim.details": "details",
    "reporter.name": "name",
    "reporter.contact": "contact",
    "declarations.signature": "name",
    "content.notice": "notice",
    "content.evidence": "evidence",
    "content.urls": "url",
    "content.text": "text",
    "supplement.text": "text",
    "supplement.details": "details",
}
"""What is opened of a report, and what kind of detail each is."""


@dataclass(frozen=True, slots=True)
class Persons:
    """What is declared of persons anywhere in a case: masked in all of its texts."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def masks(self, text: str, stored: Sequence[Any] = ()) -> tuple[Mask, ...]:
        """The spans found when the report came (`stored`), and those of persons named since."""
        kept = tuple(Mask(start, end, kind) for start, end, kind in stored)
        found = mask_spans(
            text,
            names=self.names,
            handles=self.handles,
            phones=self.phones,
            others=self.others,
        )
        return merged((*kept, *found))


@dataclass(frozen=True, slots=True)
class OpenedTexts:
    """The opened items of a case: those of its reports by report and field, all by their id."""

    items: Mapping[UUID, OpenedItem]
    persons: Persons = field(default_factory=Persons)
    of_reports: Mapping[tuple[UUID, str], Sequence[OpenedItem]] = field(default_factory=dict)

    def sealed(self, report_id: UUID, name: str) -> list[Sealed]:
        """A reference for every value of a field that is never read unrevealed."""
        return [
            Sealed(sealed=f"{item.id}:{n}", kind=KINDS[name])
            for item in self.of_reports.get((report_id, name), ())
            for n in range(len(values_of(item)))
        ]

    def text(self, report_id: UUID, name: str, stored: Sequence[Any] = ()) -> MaskedText | None:
        """A report's text with its details masked."""
        items = self.of_reports.get((report_id, name))
        return self._masked(items[0], stored) if items else None

    def excerpt(
        self, report_id: UUID, item_id: UUID | None, stored: Sequence[Any], start: int, end: int
    ) -> MaskedText | None:
        """Code points `start` to `end` of what was added by `item_id`, or else of the report."""
        added = None if item_id is None else self.items.get(item_id)
        own = self.of_reports.get((report_id, "content.text"), ()) if item_id is None else ()
        item = added or next(iter(own), None)
        return None if item is None else self._masked(item, stored, slice(start, end))

    def written(self, item_id: UUID | None, stored: Sequence[Any] = ()) -> MaskedText | None:
        """What somebody wrote on the case, or added to a report, masked; none when erased."""
        item = None if item_id is None else self.items.get(item_id)
        return None if item is None else self._masked(item, stored)

    def url(self, item_id: UUID, place: int) -> MaskedText | None:
        """A canonical url, a declared name or handle in it masked; `reveal` opens it whole."""
        item = self.items.get(item_id)
        if item is None:
            return None
        _, canonical = item.value[place]
        readable = unquote(canonical)  # a name in percent-encoding is a name all the same
        return [
            part if isinstance(part, str) else Sealed(sealed=f"{item.id}:{place}", kind=part.kind)
            for part in apply_masks(readable, self.persons.masks(readable))
        ]

    def _masked(
        self, item: OpenedItem, stored: Sequence[Any] = (), stretch: slice = slice(None)
    ) -> MaskedText:
        """The number of each reference is the offset of its detail in the whole text."""
        masks = self.persons.masks(item.value, stored)
        return [
            part
            if isinstance(part, str)
            else Sealed(sealed=f"{item.id}:{part.start}", kind=part.kind)
            for part in apply_masks(item.value, masks, stretch)
        ]


async def open_texts(
    session: AsyncSession, vault: Vault, case_id: UUID, report_ids: Sequence[UUID]
) -> OpenedTexts:
    """Open everything sealed of these reports of a case, and what was written on it.

    What was erased is missing.
    """
    opened = await vault.open_fields(session, report_ids, tuple(KINDS))
    homes = (await session.scalars(homes_of(case_id))).all()
    written = await vault.open_fields(session, homes, WRITTEN)
    of_reports: dict[tuple[UUID, str], list[OpenedItem]] = {}
    for item in opened:
        of_reports.setdefault((item.owner_id, item.field), []).append(item)
    return OpenedTexts(
        items={item.id: item for item in (*opened, *written)},
        persons=await persons_of(session, vault, case_id),
        of_reports=of_reports,
    )


async def open_items(
    session: AsyncSession, vault: Vault, case_id: UUID, item_ids: Collection[UUID]
) -> dict[UUID, OpenedItem]:
    """Those of the items that belong to the case and are its to reveal."""
    opened = await vault.open_items(session, item_ids)
    reports = set(
        await session.scalars(
            sa.select(ReportCaseRow.report_id).where(
                ReportCaseRow.case_id.in_(homes_of(case_id)),
                ReportCaseRow.report_id.in_({item.owner_id for item in opened}),
            )
        )
    )
    homes = set(await session.scalars(homes_of(case_id)))
    return {
        item.id: item
        for item in opened
        if (item.owner_id in reports and item.field in KINDS)
        or (item.owner_id in homes and item.field in WRITTEN)
    }


async def persons_of(session: AsyncSession, vault: Vault, case_id: UUID) -> Persons:
    """Of all its reports: a name may be declared in one report and written in another."""
    report_ids = await session.scalars(
        sa.select(ReportCaseRow.report_id).where(ReportCaseRow.case_id.in_(homes_of(case_id)))
    )
    declared = (*NAMES, *HANDLES, *PHONES, *OTHERS)
    return _persons(await vault.open_fields(session, report_ids.all(), declared))


def values_of(item: OpenedItem) -> list[str]:
    """The values of an item as `reveal` numbers them; urls as they were posted."""
    if item.field == "content.urls":
        return [raw for raw, _ in item.value]
    if item.field == "content.notice":
        notice = item.value
        return [f"{notice['authority']}, {notice['reference']}, {notice['served_at']}"]
    if item.field == "content.evidence":
        return [msgspec.json.encode(value).decode() for value in item.value]
    if isinstance(item.value, list):
        return [str(value) for value in item.value]
    return [str(item.value)]


def _persons(opened: Iterable[OpenedItem]) -> Persons:
    found: dict[str, dict[str, None]] = {}
    for item in opened:
        found.setdefault(item.field, {}).update(dict.fromkeys(values_of(item)))

    def of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for name in names for value in found.get(name, ()))

    return Persons(of(NAMES), of(HANDLES), of(PHONES), of(OTHERS))
