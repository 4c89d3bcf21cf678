"""What many cases can have in common: rooms, accounts and files, and what a person writes down."""

import pytest

from triage.fingerprints.keys import Key
from triage.fingerprints.sites import platforms
from triage.fingerprints.traits import (
    ACCOUNTS,
    TraitKind,
    digested,
    read_trait,
    trait_of_link,
)
from triage.fingerprints.url import parse_link


@pytest.mark.parametrize(
    ("url", "kind", "value"),
    [
        ("https://t.me/dark_room/55", "room", "telegram_room:dark_room"),
        ("t.me/s/Dark_Room", "room", "telegram_room:dark_room"),
        ("https://t.me/+AAAAAEexample1234", "room", "telegram_invite:AAAAAEexample1234"),
        ("https://t.me/+821023456789", "phone", "+821023456789"),
        ("https://www.instagram.com/Ana.Example/", "account", "instagram_profile:ana.example"),
        ("https://x.com/ana_example", "account", "x_profile:ana_example"),
        ("https://host.example/@ana", "account", "url:https://host.example/@ana"),
        ("https://faces.example/", "room", "url:https://faces.example/"),
    ],
)
def test_a_link_leads_to_a_room_an_account_or_a_phone(url: str, kind: str, value: str) -> None:
    assert trait_of_link(parse_link(url)) == Key(kind, value)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/ana_example/status/1",
        "https://a.example/page",
        "https://t.me/",
        "https://www.instagram.com",
    ],
)
def test_a_post_whose_place_is_not_named_and_a_site_as_a_whole_are_no_trait(url: str) -> None:
    assert trait_of_link(parse_link(url)) is None


def test_the_accounts_are_kinds_that_the_rules_have() -> None:
    kinds = {rule.kind for one in platforms() for site in one.sites for rule in site.rules}

    assert kinds >= ACCOUNTS


def test_a_file_has_the_digest_of_its_fingerprint_and_all_else_one_of_its_kind() -> None:
    assert digested(Key("file", "sha256:ab")) == ("fingerprint:sha256", "ab")
    assert digested(Key("phone", "+821023456789")) == ("trait:phone", "+821023456789")


@pytest.mark.parametrize(
    ("kind", "written", "found"),
    [
        (TraitKind.ROOM, "t.me/dark_room/55", ("room", "telegram_room:dark_room")),
        (TraitKind.ACCOUNT, "t.me/dark_room/55", None),
        (TraitKind.ACCOUNT, "instagram.com/ana", ("account", "instagram_profile:ana")),
        (TraitKind.FILE, "AB" * 32, ("file", f"sha256:{'ab' * 32}")),
        (TraitKind.FILE, "cd" * 16, ("file", f"md5:{'cd' * 16}")),
        (TraitKind.FILE, "cd" * 15, None),
        (TraitKind.FILE, "", None),
        (TraitKind.PHONE, "010-2345-6789", ("phone", "+821023456789")),
        (TraitKind.EMAIL, "Ana@a.example", ("email", "ana@a.example")),
        (TraitKind.HANDLE, "@Ana", ("handle", "ana")),
        (TraitKind.NUMBER, "110-234-567890", ("number", "digits:110234567890")),
    ],
)
def test_what_a_person_writes_down_is_read_as_reports_are(
    kind: TraitKind, written: str, found: tuple[str, str] | None
) -> None:
    assert read_trait(kind, written) == (Key(*found) if found else None)
