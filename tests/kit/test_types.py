"""What is kept in clear is narrow."""

import msgspec
import pytest

from triage.kit.types import Label, Reference, Slug


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Slug, "telegram"),
        (Slug, "img.example.co.kr"),
        (Slug, "google-search"),
        (Reference, "2026-1182"),
        (Reference, "제2026-1182호"),
        (Reference, "TG-77"),
        (Reference, "KMCSC (2026) #12/3"),
        (Label, "Cyber unit, Seoul Metropolitan Police"),
        (Label, "서울경찰청 사이버수사과"),
        (Label, "2 arrests"),
    ],
)
def test_what_it_is_for_fits(kind: type[str], value: str) -> None:
    assert msgspec.convert(value, kind) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Slug, "Mina Example"),
        (Slug, "@mina"),
        (Slug, "telegram\n"),
        (Slug, ""),
        (Reference, "Mina Example"),
        (Reference, "김미나"),
        (Reference, "a@b.example/1"),
        (Reference, "1\n"),
        (Reference, "1" * 65),
        (Label, "call 010-1234-5678"),
        (Label, "mina@example.com"),
        (Label, "https://t.me/room"),
        (Label, "two\nlines"),
        (Label, ""),
    ],
)
def test_persons_and_addresses_do_not_fit(kind: type[str], value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, kind)
