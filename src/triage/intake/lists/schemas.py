"""Lists of known content and their imports, as the API shows and takes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from triage.cases.known import HashListImportRow, HashListRow, ListFormat
from triage.kit.types import Slug
from triage.reports.taxonomy import Harm


class HashListForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`harm`: what a match says: `intimate` raises a case to P2, `minor` to P1."""

    name: Annotated[Slug, msgspec.Meta(min_length=1)]
    harm: Harm


class HashListChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list that is not active matches nothing."""

    active: bool | None = None


class HashList(msgspec.Struct, frozen=True):
    """`entries`: how many are active, by kind of hash."""

    id: UUID
    name: str
    harm: Harm
    active: bool
    created_at: datetime
    entries: dict[str, int]


class HashListImport(msgspec.Struct, frozen=True):
    """`done` of `records` are taken in; `changed` entries are new or say something else now.

    `skipped`: records that are of no use here, by kind or status.
    """

    id: UUID
    format: ListFormat
    records: int
    done: int
    changed: int
    skipped: dict[str, int]
    started_at: datetime
    finished_at: datetime | None


def present_list(row: HashListRow, entries: Mapping[str, int]) -> HashList:
    return HashList(
        id=row.id,
        name=row.name,
        harm=Harm(row.harm),
        active=row.active,
        created_at=row.created_at,
        entries=dict(entries),
    )


def present_import(row: HashListImportRow) -> HashListImport:
    return HashListImport(
        id=row.id,
        format=ListFormat(row.format),
        records=row.records,
        done=row.done,
        changed=row.changed,
        skipped=row.skipped,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
