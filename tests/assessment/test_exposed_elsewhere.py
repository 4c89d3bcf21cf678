"""Details in forms of other people's making: what the masks were measured by before they knew them.

When they were first tried, 59 in a hundred could be read; what still can is named below.
"""

from assessment.test_exposed import CARRIERS, is_readable

FORMS = (
    """
번호는 «공일공 영영영영 일이삼사»
전번 «공.일.공.0.0.0.0.1.2.3.4»
«01O-OOOO-1234»
«ㅇ1ㅇ-0000-1234»
«010—0000—1234»
«010/0000/1234»
«010~0000~1234»
«010,0000,1234»
«010*0000*1234»
«010 - 0000 - 1234»
«010{WJ}-0000-{WJ}1234»
«zero one zero, zero zero zero zero, one two three four»
«oh one oh 0000 1234»
«zero-one-zero-zero-zero-zero-zero-one-two-three-four»
call «(555) 555-0134»
call «555.555.0134»
call «5 5 5 0 1 3 4»
call «555 0134»
«+82-(0)10-0000-1234»
«82-10-0000-1234»
«0082 10 0000 1234»
«팔이 공일공 공공공공 일이삼사»
«영일영 영영영영 일이삼사»
«공하나공 공공공공 하나둘셋넷»
«mara . quill @ example . com»
«mara AT example DOT com»
«mara at example dot com»
«mara@example,com»
«mara@exam{ZW}ple.com»
«mara앳example점com»
«mara @example.com»
«도담@example.com»
인스타 «m.a.r.a.quill»
인스타그램 «soban1204»
텔레그램 아이디 «sobani»
카톡아이디: «sobani77»
카카오톡 ID «sobani77»
line id «soban77»
라인 «soban77»
fb: «mara.quill.9»
facebook «mara.quill.9»
reddit «u/maraquill77»
snap «maraq77»
on tiktok as «maraq77»
주민등록번호 «1204174000008»
주민 «120417 4000008»
주민번호 «일이공사일칠-사공공공공공팔»
«120417-4******»
외국인등록번호 «120417-8000008»
ssn «900-12-3456»
SSN: «900 12 3456»
NI number «QQ 12 34 56 C»
학번: «2023-10417»
학번 «이공이삼공사일칠»
학생번호 «20230417»
사원번호 «A-220914»
employee number «448812»
student ID is «s1204417»
student ID: «1204417»
emp id «EM1204»
«34허0192» 타고 다님
차량 «서울 12가 3456»
number plate «AB12 CDE»
car reg «AB12CDE»
plates: «7ABC123»
카카오뱅크 «3333-01-2345678»
농협 «302-0000-1234-51»
신한 «110234567890»
하나은행 «123-910000-12307»
acct «0012345678»
routing «021000021»
account number: «1234 5678 9012»
«서울 마포구 도담로 77»
«마포구 도담동 12-3번지»
«도담로 77번길 5»
«도담로 칠십칠»
«도담아파트 백삼동 천오백이호»
«103동1502호»
«103-1502호»
«도담자이 103동 1502호»
«도담푸르지오 103동 1502호»
«12 larch lane»
«12B Larch Lane»
«12, Larch Lane, Pinebarrow»
«12 LARCH LANE»
«44 Juniper St.»
«1020 N Larch Ave»
«77 Larch Boulevard»
«9 Larch Mews»
«5 Old Quay Square»
«3 Quill Park Drive»
«Apartment 4C»
«apartment #12»
«PO Box 4471»
«도담초 4학년 2반»
«도담초등학교 4학년»
«도담고등학교 2-5»
«도담여고»
«도담외고 3학년»
«도담대학교 경영학과 21학번»
«도담대 간호학과»
«중2-3반»
«3학년2반 14번»
«고2 4반»
«Oakhollow Elementary»
«Oakhollow Secondary School»
«St. Larch Academy»
«Larchmere Uni»
«class 7B»
«grade 8, room 12»
«homeroom 204»
«도담물산» 다녀요
«(주)도담» 근무
«도담시청» 근무
«도담초등학교» 교사
works at «Larchmere Bakery»
works at «Larchmere»
employed by «Quill and Sons»
직장은 «도담테크»
회사: «도담테크»
근무지 «도담센터»
«2012년 3월 9일생»
«12년 3월 9일생»
생일 «3월 9일»
«120309» 생년월일
DOB «12 April 2009»
born «April 12, 2009»
이름 «한시원»
이름: «한 시 원»
이름은 «시원»
얘 이름 «ㅎㅏㄴ시원»
«한시원»(17세)
«한시원» 010-0000-1234
«한시원» / 도담고 2학년
도담고 2학년 3반 «한시원»
«한시원» 학생 도담중
피해자 이름은 «박솔»
«남궁솔빛» 학생
her name's «Mara Quill»
name: «mara quill»
«MARA QUILL», 14
«Mara Quill», 14
«Mara Q.», 14, Oakhollow High
This is «Mara Quill» from Larchmere
it's «Mara» from Oakhollow High
«Mara Quill» lives at 12 Larch Lane
«María Quíll», 15
«Ana-Lucía Marsh», 15
meet «Mara Quill», 555-0134
https://example.com/users/«84471203»
https://example.com/profile?id=«84471203»
https://example.com/u/«maraquill»
여권 «M12345678»
차 «12가３４５６»
""".replace("{WJ}", "\u2060")
    .replace("{ZW}", "\u200b")
    .strip()
    .splitlines()
)

STILL_READ = {
    "«팔이 공일공 공공공공 일이삼사»",
    "학번 «이공이삼공사일칠»",
    "차량 «서울 12가 3456»",
    "«도담아파트 백삼동 천오백이호»",
    "«12, Larch Lane, Pinebarrow»",
    "«St. Larch Academy»",
    "«grade 8, room 12»",
}
"""A part of each: a code spelled out, a number's first digit, a town behind a street."""


def test_no_other_form_can_be_read() -> None:
    readable = {
        form
        for form in FORMS
        for carrier in CARRIERS
        if is_readable(*planted(carrier.format(form)))
    }

    assert len(FORMS) > 150
    assert readable == STILL_READ


def planted(marked: str) -> tuple[str, int, int]:
    return (
        marked.replace("«", "").replace("»", ""),
        marked.index("«"),
        marked.index("»") - 1,
    )
