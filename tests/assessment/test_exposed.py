"""Details that nobody declared are hidden by their form or their place."""

from collections.abc import Iterator
from itertools import cycle, islice

import pytest

from triage.assessment.masks import Mask, apply_masks, mask_spans

# What is planted by kind: how it is written, with « and » around what must not be read.
PHONES = [
    "«010-0000-4471»",
    "«01000004471»",
    "«010 0000 4471»",
    "«010.0000.4471»",
    "«+82 10-0000-4471»",
    "«공일공 공공공공 사사칠일»",
    "«공일공-영영영영-사사칠일»",
    "«０１０－００００－４４７１»",
    "«O1O-0000-4471»",
    "«0 1 0 0 0 0 0 4 4 7 1»",
    "«010_0000_4471»",
    "«02-0000-4471»",
    "«031-000-4471»",
    "«010-일이삼사-4471»",
    "«0\u200b10-0\u200b000-44\u200b71»",
    "«(010) 0000-4471»",
    "«+1 555-555-0134»",
    "«555-0134»",
    "«07700 900123»",
    "«+44 7700 900123»",
    "«five five five oh one three four»",
    "«010·0000·4471»",
    "«+821000004471»",
    "«070-0000-4471»",
]
MAILS = [
    "«mara.quill@example.com»",
    "«mara (at) example.com»",
    "«mara[at]example[dot]com»",
    "«mara골뱅이example.com»",
    "«ｍａｒａ@example.com»",
    "«m_quill+news@mail.example.org»",
]
HANDLES = [
    "«@mara_quill_a»",
    "인스타 «dal_nim_88»",
    "인스타 아이디는 «soban1204»",
    "insta is «thistle.and.mara»",
    "ig: «juniperlark»",
    "kakao: «rinppang00»",
    "«＠ｄａｌ＿ｎｉｍ＿８８»",
    "discord «quill_0042»",
    "telegram id «marabelle99»",
    "트위터 계정 «haneul_mumu»",
    "«kiki.plumstone_1»",
]
NUMBERS = [
    "주민번호 «120417-4000008»",
    "«920417-2000008»",
    "«920417 - 2******»",
    "«９２０４１７-２０００００８»",
    "학번 «20230417»",
    "학번은 «30712»",
    "사번 «220914»",
    "군번 «22-76001234»",
    "student id «S1204417»",
    "staff number «E-00713»",
    "employee no. «44-8812»",
    "여권번호 «M12345678»",
    "passport «M12345678»",
    "payroll «0044871»",
]
PLATES = [
    "차번호 «34허 0192»",
    "«12가3456»",
    "«123나 4567»",
    "«12 가 34 56»",
    'plate "«KX0 LLT»"',
    "license plate «7ABC123»",
]
ACCOUNTS = [
    "국민은행 «110-234-567890»",
    "계좌 «3333-01-2345678»",
    "계좌번호는 «11023456789012»",
    "account «12345678»",
    "IBAN «DE89 3704 0044 0532 0130 00»",
    "sort code «20-00-00 55779911»",
]
ADDRESSES = [
    "«월드컵북로 999길 12»",
    "«서울시 마포구 도담로 77»",
    "«도담동 12-3»",
    "«늘봄동 한빛빌라 203호»",
    "«한빛아파트 103동 1502호»",
    "«103동 1502호»",
    "«가상시 허구구 솔빛로12번길 8-1»",
    "«솔빛리 44-2»",
    "«12 Larch Lane»",
    "«221 Old Mill Road»",
    "«Flat 12b»",
    "«4 Pinebarrow Close»",
    "«부산광역시 해운대구 별빛로 5, 302호»",
    "«별빛오피스텔 1204호»",
    "«apt 4C»",
]
SCHOOLS = [
    "«도담중학교»",
    "«국화여중 2-3»",
    "«가온여고 2학년 3반»",
    "«하늘물빛초 5-1»",
    "«설악별고 1학년»",
    "«Cedar Knoll Junior High»",
    "«Pinebarrow Middle»",
    "«Thistledown High»",
    "«늘봄대» 무용과",
    "«도담어린이집»",
    "«2학년 3반»",
    "«솔빛어학원»",
]
WORKPLACES = [
    "«솔빛약국»",
    "«한별의원»",
    "«Brightwater Dental»",
    "«Larkfield Logistics»",
    "«도담은행» 창구",
    "«한빛치과»",
    "«Marrow Lane Law»",
]
BIRTHS = [
    "«2012.03.09생»",
    "생일은 «2011년 11월 2일»",
    "생년월일: «1994-03-02»",
    "date of birth «12/04/2009»",
    "born on «4/17/2011»",
]
NAMES = [
    "이름은 «한시원»이고",
    "실명 «표지안»",
    "피해자: «도하린»",
    "«윤다솔» 학생",
    "«배서린» 양",
    "«한도담»(15)",
    "도담중 2학년 «한시원»",
    "«정하율» 010-0000-4471",
    "2학년 3반 «이서안»",
    "«김나래» 선생님",
    "성명: «남궁솔»",
    "her name is «Mara Quill»",
    "«Ena Marsh», 8th grade",
    "Full name: «Marisol Wrenfield»",
    "«Freya Oakhollow», 13",
    "my cousin «Emma Larch»",
    "victim: «Juniper Lark»",
    "«Ena O'Marsh» of Pinebarrow",
]
PLANTED = (
    PHONES
    + MAILS
    + HANDLES
    + NUMBERS
    + PLATES
    + ACCOUNTS
    + ADDRESSES
    + SCHOOLS
    + WORKPLACES
    + BIRTHS
    + NAMES
)

CARRIERS = [
    "합성 사진 밑에 {} 라고 적혀 있어요",
    '방에 올라온 글 그대로 옮깁니다: "{}" 그리고 사진 두 장',
    "{}\n이게 딥페이크 채널 설명란에 있었습니다. 빨리 지워 주세요.",
    "어제부터 모르는 사람들이 연락해요. {} 이 다 공개됐대요",
    "[감시봇 03:14] 신규 게시 1건 / {} / 합성 1",
    "The caption under the fake says {} and it is still up",
    "someone wrote '{}' below the altered picture",
    "> {}\nThat is what they posted with it, please hurry",
]


def planted() -> Iterator[tuple[str, int, int]]:
    """Every detail in every carrier: the text, and where in it stands what must not be read."""
    for detail in PLANTED:
        for carrier in CARRIERS:
            marked = carrier.format(detail)
            start = marked.index("«")
            end = marked.index("»") - 1
            yield marked.replace("«", "").replace("»", ""), start, end


def unread(text: str) -> list[Mask]:
    return list(mask_spans(text, names=(), handles=(), phones=(), others=()))


def is_readable(text: str, start: int, end: int) -> bool:
    """Whether a letter or digit of it is left in the open."""
    hidden = {place for mask in unread(text) for place in range(mask.start, mask.end)}
    return any(text[place].isalnum() and place not in hidden for place in range(start, end))


def test_less_than_one_in_a_hundred_planted_details_can_be_read() -> None:
    texts = list(planted())

    readable = [text[start:end] for text, start, end in texts if is_readable(text, start, end)]

    assert len(texts) > 900
    assert len(readable) < len(texts) / 100, sorted(set(readable))


THREATS = [
    "오늘 밤까지 돈을 안 보내면 사진을 뿌리겠다고 해요",
    "네 엄마도 보게 될 거야 라고 문자가 왔습니다",
    "He says he will send it to my boss unless I pay by Friday",
    "협박을 받고 있어요. 학교에 알린다고 합니다",
    "Nobody has threatened me. I found the fake pictures by accident",
    "그 사람이 집 앞에 서 있어요",
    "지금은 21살이지만 문제의 사진은 제가 중2 때 찍힌 거예요",
    "this is not a threat, but it would be a shame if your mum saw it",
]


@pytest.mark.parametrize("text", THREATS)
def test_what_is_threatened_stays_readable(text: str) -> None:
    assert apply_masks(text, unread(text)) == [text]


def test_the_work_grows_with_the_length_alone() -> None:
    """Nothing hidden is lost in much of it, and much of nothing hides nothing."""
    one, _, _ = next(planted())
    many = "\n".join(islice(cycle([one]), 400))

    assert len(unread(many)) == 400 * len(unread(one))
    assert unread("가나다 " * 4_000) == []
