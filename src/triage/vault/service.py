"""Sealing and opening personal data: a random key for each subject, wrapped by the vault's own."""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from triage.kit.ids import uuid7
from triage.kit.rows import Writes
from triage.vault.cipher import KeyWrap, decrypt, encrypt, place_of
from triage.vault.digests import Digests
from triage.vault.keys import Keys
from triage.vault.models import SubjectKind, VaultItem, VaultSubject
from triage.vault.receipts import Receipts

KEY_BITS = 256
DATA_KEY = ""  # an item's key id says no more: a subject has one data key for life


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One under whose key items are sealed; keeps the data key in memory.

    `row` is what `store` inserts; a subject that was found is stored already.
    """

    id: UUID
    row: dict[str, Any] = dataclasses.field(repr=False)
    key: AESGCM = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    id: UUID
    row: dict[str, Any] = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedItem:
    id: UUID
    owner_id: UUID
    kind: SubjectKind
    field: str
    value: Any = dataclasses.field(repr=False)


class Vault:
    def __init__(self, keys: Keys) -> None:
        self.digests = Digests(keys.digest)
        self.receipts = Receipts(keys.receipt)
        self._wrap = KeyWrap(keys)

    def subject(self, kind: SubjectKind, owner_id: UUID, now: datetime) -> Subject:
        """A new one with a new random key; `store` keeps it."""
        subject_id, data_key = uuid7(), AESGCM.generate_key(KEY_BITS)
        row = {
            "id": subject_id,
            "kind": kind,
            "owner_id": owner_id,
            "wrapped_key": self._wrap.wrap(data_key, _key_place(subject_id, kind, owner_id)),
            "kid": self._wrap.kid,
            "created_at": now,
        }
        return Subject(subject_id, row, AESGCM(data_key))

    def seal(self, subject: Subject, name: str, value: Any) -> Item:
        """The value (anything that JSON can say) as the field `name` of its subject."""
        item_id = uuid7()
        place = _item_place(item_id, name)
        row = {
            "id": item_id,
            "subject_id": subject.id,
            "field": name,
            "ciphertext": encrypt(subject.key, DATA_KEY, msgspec.json.encode(value), place),
        }
        return Item(item_id, row)

    async def store(
        self, session: AsyncSession, subjects: Sequence[Subject], items: Sequence[Item]
    ) -> None:
        writes = Writes()
        self.write(writes, subjects, items)
        await writes.store(session)

    def write(self, writes: Writes, subjects: Sequence[Subject], items: Sequence[Item]) -> None:
        """Add them to what is about to be stored."""
        writes.add(VaultSubject, [subject.row for subject in subjects])
        writes.add(VaultItem, [item.row for item in items])

    async def subject_of(
        self, session: AsyncSession, kind: SubjectKind, owner_id: UUID, now: datetime
    ) -> Subject:
        """The owner's subject of this kind, stored now if there was none that is not erased."""
        while True:  # a lost race sends it round: a new statement sees the winner
            found = await self._find(session, kind, owner_id)
            if found is not None:
                return found
            made = self.subject(kind, owner_id, now)
            if await _store_first(session, made):
                return made

    async def open(self, session: AsyncSession, item_ids: Collection[UUID]) -> dict[UUID, Any]:
        """Values by item; those of erased subjects are missing. Raises Unopenable."""
        return {item.id: item.value for item in await self.open_items(session, item_ids)}

    async def open_items(
        self, session: AsyncSession, item_ids: Collection[UUID]
    ) -> list[OpenedItem]:
        """The items with their owners, oldest first, without erased ones. Raises Unopenable."""
        return await self._opened(session, VaultItem.id == _any_of(item_ids))

    async def open_fields(
        self, session: AsyncSession, owner_ids: Collection[UUID], fields: Collection[str]
    ) -> list[OpenedItem]:
        """The owners' items of these fields, oldest first, without erased ones.

        Raises Unopenable.
        """
        return await self._opened(
            session,
            VaultSubject.owner_id == _any_of(owner_ids),
            VaultItem.field == sa.any_(sa.literal(list(fields), ARRAY(sa.Text))),
        )

    async def _find(
        self, session: AsyncSession, kind: SubjectKind, owner_id: UUID
    ) -> Subject | None:
        row = (
            await session.execute(
                sa.select(
                    VaultSubject.id,
                    VaultSubject.kind,
                    VaultSubject.owner_id,
                    VaultSubject.wrapped_key,
                ).where(
                    VaultSubject.owner_id == owner_id,
                    VaultSubject.kind == kind,
                    VaultSubject.erased_at.is_(None),
                )
            )
        ).one_or_none()
        if row is None:
            return None
        return Subject(
            row.id, row._asdict(), self._data_key(row.id, row.kind, row.owner_id, row.wrapped_key)
        )

    async def _opened(
        self, session: AsyncSession, *conditions: sa.ColumnElement[bool]
    ) -> list[OpenedItem]:
        rows = await session.execute(
            sa.select(
                VaultItem.id,
                VaultItem.subject_id,
                VaultItem.field,
                VaultItem.ciphertext,
                VaultSubject.owner_id,
                VaultSubject.kind,
                VaultSubject.wrapped_key,
            )
            .join(VaultSubject, VaultSubject.id == VaultItem.subject_id)
            .where(VaultSubject.erased_at.is_(None), *conditions)
            .order_by(VaultItem.id)
        )
        keys: dict[UUID, AESGCM] = {}
        opened = []
        for row in rows:
            key = keys.get(row.subject_id)
            if key is None:
                key = keys[row.subject_id] = self._data_key(
                    row.subject_id, row.kind, row.owner_id, row.wrapped_key
                )
            place = _item_place(row.id, row.field)
            value = msgspec.json.decode(decrypt(key, row.ciphertext, place))
            opened.append(OpenedItem(row.id, row.owner_id, row.kind, row.field, value))
        return opened

    def _data_key(
        self, subject_id: UUID, kind: str, owner_id: UUID, wrapped_key: bytes | None
    ) -> AESGCM:
        place = _key_place(subject_id, kind, owner_id)
        # Null is of the erased, whom the queries leave out.
        return AESGCM(self._wrap.unwrap(wrapped_key or b"", place))


async def _store_first(session: AsyncSession, subject: Subject) -> bool:
    """Whether nobody else was first; waits for one who is about to be."""
    stored = await session.scalar(
        upsert(VaultSubject)
        .values(subject.row)
        .on_conflict_do_nothing(
            index_elements=[VaultSubject.owner_id, VaultSubject.kind],
            index_where=VaultSubject.erased_at.is_(None),
        )
        .returning(VaultSubject.id)
    )
    return stored is not None


def _any_of(ids: Collection[UUID]) -> sa.ColumnElement[Any]:
    """One parameter however many there are: the statement stays the same."""
    return sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))


def _key_place(subject_id: UUID, kind: str, owner_id: UUID) -> str:
    return place_of("vault_subject", "wrapped_key", subject_id, kind, owner_id)


def _item_place(item_id: UUID, name: str) -> str:
    return place_of("vault_item", name, item_id)
