"""Persons in one form: all spellings of a number or address meet, and no two numbers do."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.fingerprints.keys import Key
from triage.fingerprints.persons import email_key, handle_key, is_public, phone_key, profile_of

KOREAN = "+821023456789"
mobiles = st.from_regex(r"10[0-9]{8}", fullmatch=True)
SPOKEN = str.maketrans("0123456789", "공일이삼사오육칠팔구")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def spellings(national: str) -> list[str]:
    """A Korean mobile number without its 0, as people write it."""
    groups = national[:2], national[2:6], national[6:]
    at_home = "0" + national
    return [
        at_home,
        f"0{groups[0]}-{groups[1]}-{groups[2]}",
        f"(0{groups[0]}) {groups[1]}.{groups[2]}",
        f"+82 {' '.join(groups)}",
        f"+82-(0){national}",
        f"0082{national}",
        f"tel:+82{national}",
        at_home.translate(SPOKEN),
        at_home.translate(WIDE),
        at_home.replace("0", "O").replace("1", "l"),
        "\u200b".join(at_home),
        " ".join(at_home),
    ]


@example("1059700000")
@given(mobiles)
def test_every_spelling_of_a_number_has_one_key(national: str) -> None:
    assert {phone_key(written) for written in spellings(national)} == {
        Key("phone", f"+82{national}")
    }


@given(st.from_regex(r"(\+820?|0)1[0-9]{9}", fullmatch=True))
def test_the_shortcut_for_korean_mobiles_says_what_the_library_does(digits: str) -> None:
    number = phonenumbers.parse(digits, "KR")
    usual = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    key = phone_key(digits)

    assert phonenumbers.is_possible_number(number)
    assert key == Key("phone", usual)
    assert (phone_key(digits, assigned=True) == key) is phonenumbers.is_valid_number(number)


@given(mobiles, mobiles, st.integers(0, 11), st.integers(0, 11))
def test_two_numbers_never_have_one_key(one: str, other: str, this: int, that: int) -> None:
    keys = phone_key(spellings(one)[this]), phone_key(spellings(other)[that])

    assert (keys[0] == keys[1]) == (one == other)


@given(st.text(st.sampled_from("0123456789OIl공일이 +-()#ext.내선@/"), max_size=30))
def test_a_key_is_its_own_spelling(written: str) -> None:
    key = phone_key(written)

    assert key is None or phone_key(key.value) == key


@pytest.mark.parametrize(
    ("written", "region", "value"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("(212) 555-2368", "US", "+12125552368"),
        ("02-2345-6789", "KR", "+82223456789"),
        ("02-2345-6789 내선 5", "KR", "+82223456789;ext=5"),
        ("02-2345-6789 ext. 6", "KR", "+82223456789;ext=6"),
        ("+39 06 698 12345", "KR", "+390669812345"),
        ("+1 555 010 0123", "KR", "+15550100123"),
        ("010-2345-6789", "XX", None),
        ("+82 10-2345-6789", "XX", KOREAN),
    ],
)
def test_a_number_is_read_where_it_is_dialled(written: str, region: str, value: str | None) -> None:
    key = phone_key(written, region)

    assert (key and key.value) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1366",
        "112",
        "02-1366",
        "555-1234",
        "010-2345",
        "mother",
        "010-2345-6789 (mother)",
        "010-2345-6789, 010-2345-6780",
        "0" * 500,
        "+",
    ],
)
def test_what_may_be_several_numbers_or_none_has_no_key(written: str) -> None:
    assert phone_key(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "Ana.Kim@A.Example",
        " ana.kim@a.example. ",
        "mailto:ana.kim@a.example",
        "ana.kim [at] a (dot) example",
        "ana.kim골뱅이a.example",
        "ana.kim at a dot example",
        "ＡＮＡ.ｋｉｍ＠a.example",
        "ana.\u200bkim@a.example",
    ],
)
def test_every_spelling_of_an_address_has_one_key(written: str) -> None:
    assert email_key(written) == Key("email", "ana.kim@a.example")


@pytest.mark.parametrize("written", ["", "ana", "ana@", "@a.example", "ana@a", "a b@c.example"])
def test_what_is_no_address_has_no_key(written: str) -> None:
    assert email_key(written) is None


def test_what_some_providers_ignore_in_an_address_counts() -> None:
    written = ["anakim@a.example", "ana.kim@a.example", "ana.kim+x@a.example"]

    assert len({email_key(address) for address in written}) == 3


@pytest.mark.parametrize("written", ["@Dark_Ana", "dark_ana", "＠ＤＡＲＫ_ana", " @dark_ana\u200b"])
def test_every_spelling_of_a_handle_has_one_key(written: str) -> None:
    assert handle_key(written) == Key("handle", "dark_ana")


def test_one_name_on_two_platforms_is_two_persons() -> None:
    keys = {handle_key("@ana", platform) for platform in (None, "telegram", "instagram")}

    assert len(keys) == 3
    assert handle_key("@Ana@Host.example") == Key("handle", "ana@host.example")
    assert handle_key("@ana@other.example") != handle_key("@ana@host.example")


@given(st.text(max_size=20))
def test_a_handle_is_its_own_spelling(written: str) -> None:
    key = handle_key(written)

    assert key is None or handle_key(key.value) == key


@pytest.mark.parametrize("written", ["", "@", "x", "two words", "a/b", "@ana@", "..."])
def test_what_is_no_name_has_no_key(written: str) -> None:
    assert handle_key(written) is None


@pytest.mark.parametrize(
    ("key", "public"),
    [
        (phone_key("02-735-8994"), True),
        (phone_key("1644-7077"), True),
        (phone_key("080-123-4567"), True),
        (phone_key("+1 800 555 0199"), True),
        (phone_key("010-2345-6789"), False),
        (phone_key("02-2345-6789"), False),
        (email_key("support@instagram.com"), True),
        (email_key("supporter@a.example"), False),
        (handle_key("@everyone"), True),
        (handle_key("@ana"), False),
        (Key("room", "telegram_room:support"), False),
    ],
)
def test_a_hotline_a_company_and_a_roles_mailbox_are_no_persons(key: Key, *, public: bool) -> None:
    assert is_public(key) is public


@pytest.mark.parametrize(
    ("before", "profile"),
    [
        ("그 사람 텔레그램 ", "https://t.me/dark_ana"),
        ("his Insta: ", "https://www.instagram.com/dark_ana"),
        ("인스타아이디 ", "https://www.instagram.com/dark_ana"),
        ("on twitter (", "https://x.com/dark_ana"),
        ("he wrote to ", None),
        ("nottelegram ", None),
        ("telegram is where he wrote to ", None),
        ("", None),
    ],
)
def test_a_platform_is_known_where_it_stands_before_the_handle(
    before: str, profile: str | None
) -> None:
    assert profile_of("@dark_ana", before) == profile
