"""How personal details are written that nobody declared. All repetitions are short and bounded."""

import re
from dataclasses import dataclass
from typing import Final

from triage.assessment.persons import Kind


def any_of(words: str) -> str:
    """One of the words, the longest first; a dot in a word stands for a space or none."""
    longest_first = sorted(words.split(), key=len, reverse=True)
    return "(?:" + "|".join(word.replace(".", " ?") for word in longest_first) + ")"


_THIN = r"[ \u200b]{0,2}"
_QUOTE = r"['\"\u2018\u201c(]?"
_IS = rf"{_THIN}(?:number|no|is|was|[은는이가])?{_THIN}[.:=#]?{_THIN}{_QUOTE}"

_SCHOOLS = (
    "초등학교 중학교 고등학교 여중 여고 남고 외고 과고 공고 상고 대학교 여대"
    " 유치원 어린이집 어학원 학원"
)
_OFFICES = (
    "병원 의원 치과 약국 은행 세무사 법무법인 법률사무소 미용실 카페"
    " 상사 전자 물산 건설 주식회사 공업사"
)
_ENGLISH_OFFICES = (
    "High Middle Primary Elementary Junior School Academy College University Hospital Clinic Dental"
    " Pharmacy Bank Salon Studio Cafe Café Law LLP LLC Inc Ltd Group Associates Partners Bakery"
    " Supermarket Nursery Logistics"
)
_BUILDINGS = "아파트 빌라 오피스텔 맨션 타워 연립 원룸 고시원 주택 하이츠 파크 캐슬 타운"
_NUMBERED = (
    "학번 사번 군번 교번 수험번호 학생증 여권번호 면허번호 출석번호 회원번호 student.id student.no"
    " student.number staff.id staff.no staff.number employee.id employee.no employee.number payroll"
    " badge passport licence.number license.number"
)
_PLATED = "plate licence license reg registration 차번호 차량번호 번호판"
_BANKS = "계좌 계좌번호 은행 뱅크 account iban sort.code"
_UNITS = "apt flat unit room suite bunk"
_BORN = "생일 생년월일 birthday date.of.birth dob born"
_PLATFORMS = (
    r"insta instagram \big kakao snap snapchat discord telegram twitter tiktok username handle user"
    " 인스타 아이디 아디 계정 카톡 텔레 디코 트위터 틱톡"
)
_HANDLE_WORDS = "id 아이디 계정 handle name"


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is written, `in_lower` case or as it stands.

    It is looked for where one of `hints` is in the lower-case text.
    """

    kind: Kind
    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    in_lower: bool


def form_of(kind: Kind, pattern: str, hints: str, *, in_lower: bool = False) -> Form:
    words = (word.replace(r"\b", "").replace(".", " ") for word in hints.lower().split())
    spelled = {
        spelling
        for word in words
        for spelling in (word, word.strip().replace(" ", ""))
        if spelling == word or not word.startswith(" ")
    }
    return Form(kind, re.compile(pattern), tuple(sorted(spelled)), in_lower)


TOLD: Final = (
    # 도담중학교; 도담중 2-3, 늘봄대 무용과
    form_of("school", rf"[가-힣]{{2,9}}{any_of(_SCHOOLS)}", _SCHOOLS),
    form_of(
        "school",
        rf"[가-힣]{{2,6}}[초중고대](?={_THIN}[1-6](?:-|{_THIN}학년)| [가-힣]{{2,6}}[과부])",
        "초 중 고 대",
    ),
    # 솔빛약국; Brightwater Dental, Cedar Knoll Junior High
    form_of("workplace", rf"[가-힣A-Z]{{2,10}}{any_of(_OFFICES)}", _OFFICES),
    form_of(
        "workplace",
        rf"[A-Z](?<![A-Za-z].)[A-Za-z'&]{{1,15}} (?:[A-Z][A-Za-z'&]{{1,15}} ){{0,2}}"
        rf"{any_of(_ENGLISH_OFFICES)}\b",
        _ENGLISH_OFFICES,
    ),
    # 늘봄동 한빛빌라 203호; Flat 12b
    form_of(
        "address",
        rf"(?:[가-힣]{{1,6}}[동읍면리]{_THIN})?[가-힣0-9]{{2,10}}{any_of(_BUILDINGS)}{_THIN}"
        rf"(?:[0-9A-Za-z]{{1,4}}동{_THIN})?(?:[0-9]{{1,5}}호|[0-9]{{1,3}}층)?",
        _BUILDINGS,
    ),
    form_of("address", rf"\b{any_of(_UNITS)}\.? ?#?[0-9]{{1,4}}[a-z]?\b", _UNITS, in_lower=True),
    # 학번 30712; staff number E-00713
    form_of(
        "number",
        rf"{any_of(_NUMBERED)}{_IS}([A-Za-z]{{0,4}}[- ]?[0-9][0-9A-Za-z -]{{2,14}}[0-9A-Za-z])",
        _NUMBERED,
        in_lower=True,
    ),
    # 2012.03.09생; born on 4/17/2011
    form_of(
        "birthdate",
        rf"(?:19|20)[0-9]{{2}}{_THIN}[./년-]{_THIN}[0-9]{{1,2}}{_THIN}[./월-]{_THIN}[0-9]{{1,2}}"
        rf"{_THIN}일?{_THIN}(?:생|출생|born)",
        "생 born",
    ),
    form_of(
        "birthdate",
        rf"{any_of(_BORN)}(?: on)?{_IS}((?:[0-9]{{2,4}}[-./년 ]{{1,3}})?[0-9]{{1,2}}[-./월 ]{{1,3}}"
        r"[0-9]{1,4}(?:[-./ ]{1,3}[0-9]{2,4})?일?)",
        _BORN,
        in_lower=True,
    ),
    form_of("plate", rf"{any_of(_PLATED)}{_IS}([A-Z0-9]{{2,4}}[ -]?[A-Z0-9]{{2,4}})\b", _PLATED),
    form_of(
        "account",
        rf"{any_of(_BANKS)}{_IS}((?:[a-z]{{2}}[0-9]{{2}} ?)?[0-9][0-9 -]{{6,26}}[0-9])",
        _BANKS,
        in_lower=True,
    ),
    # insta is thistle.and.mara, 아이디 soban1204; any_name_with_a_line
    form_of(
        "handle",
        rf"{any_of(_PLATFORMS)}(?: ?{any_of(_HANDLE_WORDS)})?{_IS}@?"
        r"([A-Za-z0-9][A-Za-z0-9_.\u200b]{3,30})",
        _PLATFORMS,
        in_lower=True,
    ),
    form_of(
        "handle",
        r"(?<![\w./@-])[A-Za-z0-9][A-Za-z0-9.]{0,24}_[A-Za-z0-9_.]{1,24}(?![\w@])",
        "_",
    ),
)

# 서울시 마포구 도담로 77, 302호; 솔빛로12번길 8-1: found by its number, told from its city on.
ROAD: Final = re.compile(
    rf"[로길동읍면리](?<=[가-힣0-9].){_THIN}[0-9]{{1,5}}(?:-[0-9]{{1,5}})?"
    rf"(?:번?길{_THIN}[0-9]{{1,4}}(?:-[0-9]{{1,4}})?|번지)?(?:[, ]{{0,2}}[가-힣]{{2,10}})?"
    r"(?:[, ]{0,2}[0-9]{1,4}동)?(?:[, ]{0,2}[0-9]{1,5}호)?"
)
BEFORE_ROAD: Final = re.compile(
    r"(?:(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|[충전경][남북]|제주) )?"
    r"(?:[가-힣]{1,6}(?:특별시|광역시|도|시) ?)?(?:[가-힣]{1,6}[시군구] ?)?[가-힣0-9]{1,9}\Z"
)

_SURNAME = (
    "(?:남궁|황보|제갈|사공|선우|서문|독고|[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노"
    "하곽성차주우구민진지엄채원천방공현함변염추도소석선설마길연위표명기반왕금옥육인맹제모탁국은편용])"
)
_PARTICLE = r"(?=이[고요에라가]|입니다|예요|이에요|라고|라는|[을를은는이가]|한테|에게|[^가-힣]|$)"
_NAME_WORD = any_of("이름 실명 성명 본명 성함 피해자명 피해자 학생명 예금주 대상자")
_TITLE = any_of(
    "학생 양 군 씨 님 선생 쌤 샘 교사 교수 강사 조교 대리 과장 차장 부장 팀장 사원 주임"
    " 간호사 약사 원장 상병 병장 일병 하사 중사 언니 누나 오빠 형 어린이 환자"
)
_ENGLISH_ROLE = any_of(
    "named called name.is name.was names?.: victim.: victim.is daughter son sister brother cousin"
    " friend student pupil wife girlfriend colleague flatmate known.as"
)
_CAPITAL = r"[A-Z][a-z-]{1,15}"

NAMED: Final = (
    # 이름은 한시원이고; 윤다솔 학생, 한도담(15)
    re.compile(
        rf"{_NAME_WORD}{_THIN}[은는이가]?{_THIN}[:=(,]?{_THIN}{_QUOTE}"
        rf"(?<![가-힣])({_SURNAME}[가-힣]{{1,2}}){_PARTICLE}"
    ),
    re.compile(
        rf"(?<![가-힣])({_SURNAME}[가-힣]{{2}})(?={_THIN}(?:{_TITLE}|\((?:만|여|남|[0-9])))"
    ),
    # her name is Mara Quill; Freya Oakhollow, 13
    re.compile(
        rf"{_ENGLISH_ROLE}[ ,]{{0,2}}"
        rf"({_CAPITAL}(?: (?:[A-Z]\. )?[A-Z][A-Za-z-]{{1,15}}){{0,2}})"
    ),
    re.compile(
        rf"({_CAPITAL} (?:[A-Z]\. )?[A-Z][A-Za-z-]{{1,15}})"
        r"(?=,? ?(?:\(?[0-9]{1,2}\b|from |of |at |who |goes |lives ))"
    ),
)
KOREAN_NAME_BESIDE: Final = re.compile(rf"(?<![가-힣]){_SURNAME}[가-힣]{{2}}{_PARTICLE}")
CAPITALISED: Final = re.compile(
    r"[A-Z](?<![A-Za-z0-9_].)(?:['\u2019][A-Z])?[a-z\u00df-\u00ff]{1,15}"
    r"(?:-[A-Z]?[a-z\u00df-\u00ff]{1,10})?(?![A-Za-z0-9_])"
)
BETWEEN_NAMES: Final = re.compile(r" (?:[A-Z]\. )?\Z")
NO_NAMES: Final = frozenset(
    """
    The This That These Those There Then They We You He She It My Our Your His Her Their If
    When While Where What Who Why How And But Or So Not No Yes Please Thanks Thank Hello Hi
    Dear Sir Madam Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February
    March April May June July August September October November December Telegram Instagram
    Facebook Twitter Discord Google Kakao Naver Snapchat Tik Tok WhatsApp Signal Korea
    Korean English Police Act Section Article Victim Suspect Offender Reporter Report Case
    Image Text Note Narrative From To Re Fwd Call Ask Tell Send Remove Delete Contact Help
    Check See Look Add Answer Block Sent Posted Said Urgent New Old Good Bad Also Just Only
    Still Now Today Tomorrow Yesterday Someone Somebody Anyone Everyone Nobody Every Some
    Any All Both Can Could Will Would Should Is Are Was Were Do Does Did Has Have Had In On
    At By For With About After Before Since Until Under Over Below Above
    """.split()  # noqa: SIM905 - a paragraph is read more easily
)
"""Words with a capital that are no part of a name."""
