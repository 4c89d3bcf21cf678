"""What is sealed opens again for its place alone, and never after its subject was erased."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from vault.steps import KEYS, NOW, VAULT, a_subject_with_two_items, erase, sealed

from triage.kit.ids import uuid7
from triage.vault.cipher import KeyUnknown, Unopenable
from triage.vault.keys import generate, rotated
from triage.vault.models import VaultItem, VaultSubject
from triage.vault.service import OpenedItem, Vault

WORDS = st.text(max_size=20)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS | st.floats(allow_nan=False)
)
JSON = st.recursive(
    SCALARS.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


async def test_values_of_every_shape_open_as_they_were_sealed(session: AsyncSession) -> None:
    values: list[Any] = [
        "미나가 9시에 도착했다 \0 \u2028 🙂",
        ["https://t.example/1", ["a", None]],
        {"name": "Ana", "age": 16, "is_minor": True, "": 1.5},
        "",
        [],
        None,
        0,
    ]
    items = await sealed(session, uuid7(), *values)

    opened = await VAULT.open(session, [item.id for item in items])

    assert opened == {item.id: value for item, value in zip(items, values, strict=True)}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(JSON, max_size=10))
async def test_any_json_opens_as_it_was_sealed(session: AsyncSession, values: list[Any]) -> None:
    items = await sealed(session, uuid7(), *values)

    opened = await VAULT.open(session, [item.id for item in items])

    assert [opened[item.id] for item in items] == values


async def test_nothing_asked_is_nothing_opened(session: AsyncSession) -> None:
    await sealed(session, uuid7(), "text")

    assert await VAULT.open(session, []) == {}
    assert await VAULT.open_fields(session, [], ["content.text"]) == []


async def test_an_unknown_item_is_missing(session: AsyncSession) -> None:
    assert await VAULT.open(session, [uuid7()]) == {}


async def test_neither_the_text_nor_its_key_is_in_the_tables(session: AsyncSession) -> None:
    subject = VAULT.subject("content", uuid7(), NOW)
    item = VAULT.seal(subject, "content.text", "the blue house by the lake")
    await VAULT.store(session, [subject], [item])

    stored = await session.scalar(sa.select(VaultItem.ciphertext).where(VaultItem.id == item.id))

    assert stored is not None
    assert b"blue house" not in stored
    assert len(subject.row["wrapped_key"]) == 2 + len(KEYS.current) + 12 + 32 + 16


async def test_the_fields_of_owners_open_in_the_order_they_were_sealed(
    session: AsyncSession,
) -> None:
    report, other, third = uuid7(), uuid7(), uuid7()
    [text] = await sealed(session, report, "text")
    [name] = await sealed(session, report, "Ana", kind="victim", name="victim.names")
    [second] = await sealed(session, other, "second text")
    await sealed(session, report, "+82", kind="reporter", name="reporter.contact")
    await sealed(session, third, "third text")

    opened = await VAULT.open_fields(session, [other, report], ["content.text", "victim.names"])

    assert opened == [
        OpenedItem(text.id, report, "content", "content.text", "text"),
        OpenedItem(name.id, report, "victim", "victim.names", "Ana"),
        OpenedItem(second.id, other, "content", "content.text", "second text"),
    ]


async def test_erasing_a_subject_takes_its_items_and_no_others(session: AsyncSession) -> None:
    report = uuid7()
    victims = await sealed(session, report, "Ana", "Bo", kind="victim", name="victim.names")
    [text] = await sealed(session, report, "text")
    await erase(session, report, "victim")

    fields = ["victim.names", "content.text"]
    everything = [item.id for item in (*victims, text)]
    assert await VAULT.open(session, everything) == {text.id: "text"}
    opened = await VAULT.open_fields(session, [report], fields)
    assert [item.id for item in opened] == [text.id]


async def test_an_erased_subject_has_no_key_and_the_database_knows_it(
    session: AsyncSession,
) -> None:
    await sealed(session, uuid7(), "text")

    for values in ({"wrapped_key": None}, {"erased_at": NOW}):
        with pytest.raises(IntegrityError, match="erased_has_no_key"):
            async with session.begin_nested():
                await session.execute(sa.update(VaultSubject).values(values))


async def test_an_altered_item_is_unopenable_and_named(session: AsyncSession) -> None:
    subject, item, _ = a_subject_with_two_items()
    *rest, last = item.row["ciphertext"]
    item.row["ciphertext"] = bytes([*rest, last ^ 1])
    await VAULT.store(session, [subject], [item])

    with pytest.raises(Unopenable, match=str(item.id)):
        await VAULT.open(session, [item.id])


async def test_a_ciphertext_in_another_row_of_its_subject_is_unopenable(
    session: AsyncSession,
) -> None:
    subject, first, second = a_subject_with_two_items()
    second.row["ciphertext"] = first.row["ciphertext"]
    await VAULT.store(session, [subject], [first, second])

    assert await VAULT.open(session, [first.id]) == {first.id: "first"}
    with pytest.raises(Unopenable):
        await VAULT.open(session, [second.id])


async def test_an_item_relabelled_as_another_field_is_unopenable(session: AsyncSession) -> None:
    subject, item, _ = a_subject_with_two_items()
    item.row["field"] = "content.evidence"
    await VAULT.store(session, [subject], [item])

    with pytest.raises(Unopenable):
        await VAULT.open(session, [item.id])


async def test_an_item_moved_to_another_subject_is_unopenable(session: AsyncSession) -> None:
    subject, item, _ = a_subject_with_two_items()
    other = VAULT.subject("content", uuid7(), NOW)
    item.row["subject_id"] = other.id
    await VAULT.store(session, [subject, other], [item])

    with pytest.raises(Unopenable):
        await VAULT.open(session, [item.id])


@pytest.mark.parametrize("change", [{"owner_id": UUID(int=7)}, {"kind": "victim"}])
async def test_a_subject_moved_to_another_owner_or_role_is_unopenable(
    session: AsyncSession, change: dict[str, Any]
) -> None:
    subject, item, _ = a_subject_with_two_items()
    subject.row.update(change)
    await VAULT.store(session, [subject], [item])

    with pytest.raises(Unopenable):
        await VAULT.open(session, [item.id])


async def test_the_key_of_another_subject_does_not_open_an_item(session: AsyncSession) -> None:
    subject, item, _ = a_subject_with_two_items()
    other = VAULT.subject("content", subject.row["owner_id"], NOW)
    subject.row["wrapped_key"] = other.row["wrapped_key"]
    await VAULT.store(session, [subject], [item])

    with pytest.raises(Unopenable):
        await VAULT.open(session, [item.id])


async def test_after_a_rotation_what_was_sealed_before_still_opens(session: AsyncSession) -> None:
    [before] = await sealed(session, uuid7(), "before")
    vault = Vault(rotated(KEYS))
    subject = vault.subject("content", uuid7(), NOW)
    after = vault.seal(subject, "content.text", "after")
    await vault.store(session, [subject], [after])

    assert subject.row["kid"] != KEYS.current
    assert await vault.open(session, [before.id, after.id]) == {
        before.id: "before",
        after.id: "after",
    }


async def test_with_other_keys_nothing_opens(session: AsyncSession) -> None:
    [item] = await sealed(session, uuid7(), "text")

    with pytest.raises(KeyUnknown):
        await Vault(generate()).open(session, [item.id])


def test_nothing_secret_is_shown_by_what_is_held_in_memory() -> None:
    subject = VAULT.subject("victim", uuid7(), NOW)
    item = VAULT.seal(subject, "victim.names", "Ana")
    opened = OpenedItem(item.id, uuid7(), "victim", "victim.names", "Ana")

    assert repr(subject) == f"Subject(id={subject.id!r})"
    assert repr(item) == f"Item(id={item.id!r})"
    assert "Ana" not in repr(opened)


def test_every_subject_has_a_key_of_its_own() -> None:
    report = uuid7()
    first, second = (VAULT.subject("content", report, NOW) for _ in range(2))
    nonce = b"n" * 12

    assert first.key.encrypt(nonce, b"text", None) != second.key.encrypt(nonce, b"text", None)
