"""Details that show by their shape."""

import pytest

from triage.assessment.identifiers import identifiers, simplified
from triage.assessment.masks import Mask, merged


def found(text: str) -> list[tuple[str, str]]:
    stretches = merged(Mask(*stretch) for stretch in identifiers(simplified(text)))
    return [(mask.kind, text[mask.start : mask.end]) for mask in stretches]


@pytest.mark.parametrize(
    "number",
    [
        "010-1234-5678",
        "01012345678",
        "010.1234.5678",
        "010 1234 5678",
        "0 1 0 . 1 2 3 4 . 5 6 7 8",
        "０１０－１２３４－５６７８",
        "010\u200b1234\u200b5678",
        "공일공 일이삼사 오육칠팔",
        "O1O-1234-5678",
        "02-123-4567",
        "031-123-4567",
        "070-1234-5678",
        "+82 10-1234-5678",
        "+44 7700 900123",
        "07700 900123",
        "0491 570 156",
        "(212) 555-0147",
        "212-555-0147",
        "+1 (212) 555-0147",
    ],
)
def test_a_phone_number_is_found_in_every_spelling(number: str) -> None:
    assert found(f"번호는 {number}이고 call it") == [("phone", number)]


@pytest.mark.parametrize(
    "address",
    [
        "jane.doe+x@mail.example.com",
        "jane@example.co.kr",
        "ｊａｎｅ＠example.com",
        "ja\u200bne@example.com",
        "jane (at) example (dot) com",
        "jane[at]example.com",
        "jane골뱅이example.com",
        "jane@163.com",
    ],
)
def test_an_email_address_is_found_in_every_spelling(address: str) -> None:
    assert ("email", address) in found(f"메일 {address}으로 왔다")


@pytest.mark.parametrize(
    "number",
    [
        "900101-1234567",
        "900101 - 1234567",
        "900101-1******",
        "9001011234567",
        "０１０２０３-３１２３４５６",
    ],
)
def test_a_resident_number_is_found(number: str) -> None:
    assert ("rrn", number) in found(f"주민번호 {number}입니다")


@pytest.mark.parametrize("handle", ["@jane_doe", "@jane.doe", "＠jane", "@지은", "@jane@a.example"])
def test_a_handle_is_found(handle: str) -> None:
    assert found(f"계정 {handle}, 그리고.") == [("handle", handle)]


def test_a_handle_after_a_word_is_no_email_address() -> None:
    assert found("insta @jane.doe.x") == [("handle", "@jane.doe.x")]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-09 23:14 KST",
        "09.01.2026 10:00",
        "10:00 05-11-2026 12",
        "2026/01/09, 2026/01/10",
        "방 ID -1001234567890, 메시지 4471~4489",
        "https://example.org/t/15551234567/view",
        "https://x.com/i/status/1790123456789012345",
        "1701234567890.jpg",
        "주문번호 12345678",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 0",
        "me @ 5.30",
        "공일 이삼 사오",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []
