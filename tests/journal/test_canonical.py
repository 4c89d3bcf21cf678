"""The bytes under a leaf never change: they are RFC 8785, field for field."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.journal.canonical import canonical_event

EVENT = {
    "id": UUID("0198c7a0-0000-7000-8000-000000000001"),
    "kind": "case.claimed",
    "actor_id": UUID("0198c7a0-0000-7000-8000-000000000002"),
    "actor_role": "reviewer",
    "subject_id": UUID("0198c7a0-0000-7000-8000-000000000003"),
    "subjects": [["case", "0198c7a0-0000-7000-8000-000000000003"]],
    "body": {"queue": "일반", "band": 1},
    "public": {},
    "nonce": bytes(range(16)),
    "occurred_at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    "request_id": None,
}
CANONICAL = (
    '{"actor_id":"0198c7a0-0000-7000-8000-000000000002","actor_role":"reviewer",'
    '"body":{"band":1,"queue":"일반"},"id":"0198c7a0-0000-7000-8000-000000000001",'
    '"kind":"case.claimed","nonce":"000102030405060708090a0b0c0d0e0f",'
    '"occurred_at":"2026-11-20T09:00:00.000000Z","public":{},"request_id":null,'
    '"subjects":[["case","0198c7a0-0000-7000-8000-000000000003"]],"v":1}'
)

texts = st.text(st.characters(codec="utf-8"))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


def test_the_fields_of_an_event_stand_in_their_order() -> None:
    assert canonical_event(EVENT).decode() == CANONICAL


def test_the_same_instant_in_another_zone_is_the_same_leaf() -> None:
    seoul = datetime(2026, 11, 20, 18, 0, tzinfo=timezone(timedelta(hours=9)))

    assert canonical_event(EVENT | {"occurred_at": seoul}).decode() == CANONICAL


@given(st.dictionaries(texts, documents))
@settings(max_examples=50)
def test_every_body_is_canonical_json(body: dict[str, Any]) -> None:
    expected = CANONICAL.encode().replace('{"band":1,"queue":"일반"}'.encode(), rfc8785.dumps(body))

    assert canonical_event(EVENT | {"body": body}) == expected


def test_an_integer_beyond_doubles_becomes_the_nearest_one() -> None:
    canonical = canonical_event(EVENT | {"body": {"large": 2**53 + 1, "larger": 10**22}})

    assert b'"body":{"large":9007199254740992,"larger":1e+22}' in canonical


def test_keys_are_sorted_as_utf_16() -> None:
    canonical = canonical_event(EVENT | {"body": {"\ufb33": 1, "\U0001f600": 2}})

    assert '"body":{"\U0001f600":2,"\ufb33":1}'.encode() in canonical
