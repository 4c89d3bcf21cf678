"""Details that a word announces, or that are written to be overlooked; repetitions are short."""

from typing import Final

from triage.assessment.exposed_forms import Form, form_of

_THIN = r"[ \u200b]{0,2}"
_IS = rf"{_THIN}(?:number|no|is|was|as|[은는이가])?{_THIN}[.:=#]?{_THIN}['\"\u2018\u201c(]?"
_READ = r"[0-9OoIlㅇ공영일이삼사오육륙칠팔구하나둘셋넷]"
_SIGN = r"[ \-.()_·/~,*\u200b]{0,3}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_CAPITALS = r"[A-Z][\w'.-]{1,15}(?: (?:and |& )?[A-Z][\w'.-]{1,15}){0,2}"
_STREET = (
    "street st road rd avenue ave lane drive court close place terrace crescent boulevard blvd"
    " mews square gardens"
)
_APPS = (
    "인스타그램 텔레그램 카카오톡 카톡 라인 페북 페이스북 디스코드 line fb facebook reddit tiktok"
)
_BANKS = "신한 국민 우리 하나 농협 기업 토스 카뱅 새마을 우체국"

ANNOUNCED: Final[tuple[Form, ...]] = (
    # 010/0000/1234, 공하나공 공공공공; 82-10-0000-1234
    form_of(
        "phone",
        rf"[0Ooㅇ공영①⓪](?<![0-9A-Za-z].){_SIGN}(?:[1Il일①]|하나){_SIGN}[0Ooㅇ공영16789]"
        rf"(?:{_SIGN}{_READ}){{7,12}}",
        "0 o ㅇ 공 영 ①",
    ),
    form_of(
        "phone", rf"(?<![0-9])(?:00)?82[ \-.)(]{{1,3}}[01]{{1,2}}(?:{_SIGN}[0-9]){{7,9}}", "82"
    ),
    form_of("phone", r"(?<![0-9])[0-9](?: [0-9]){6,11}(?![0-9])", "0 1 2 3 4 5 6 7 8 9"),
    form_of(
        "phone",
        r"\b(?:oh|zero) one (?:oh|zero)(?:[ ,-]{1,2}[0-9]{3,4}){2}\b",
        "oh.one zero.one",
        in_lower=True,
    ),
    # mara at example dot com, mara . quill @ example . com
    form_of(
        "email",
        r"[\w.+-]{1,40}(?: ?\. ?[\w+-]{1,30})?(?: ?@ ?| at | ?앳 ?)[a-z0-9-]{2,40}"
        r"(?: ?[.,] ?| dot | ?점 ?)(?:com|net|org|kr|io|co|edu)\b",
        "@ .at. 앳",
        in_lower=True,
    ),
    # https://example.com/users/84471203; where something was posted stays readable
    form_of("handle", r"[?&](?:id|uid|user|user_id)=([\w.-]{3,40})", "id= user=", in_lower=True),
    form_of("handle", r"/(?:users?|profile|id|u)/([\w.-]{3,40})", "/u /profile /id", in_lower=True),
    form_of("handle", r"(?<![\w/])u/[\w-]{3,30}", "u/"),
    form_of(
        "handle",
        rf"(?:{'|'.join(_APPS.split())})(?: ?(?:id|아이디|계정))?{_IS}@?"
        r"([a-z0-9][a-z0-9_.]{3,30})",
        _APPS,
        in_lower=True,
    ),
    # 주민번호 일이공사일칠-사공공공공공팔; ssn 900-12-3456; NI number QQ 12 34 56 C
    form_of("rrn", rf"주민(?:등록)?번호{_IS}({_READ}(?:[ -]?{_READ}){{11,14}})", "주민"),
    form_of("rrn", rf"\bssn{_IS}([0-9]{{3}}[ -]?[0-9]{{2}}[ -]?[0-9]{{4}})", "ssn", in_lower=True),
    form_of("rrn", r"\b[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b", "0 1 2 3 4 5 6 7 8 9"),
    form_of(
        "number",
        rf"(?:학번|사번|학생번호|사원번호|직원번호|여권|\bemp id){_IS}"
        rf"([a-z]{{0,4}}[ -]?{_READ}(?:-?{_READ}){{3,14}})",
        "학번 사번 번호 여권 emp.id",
        in_lower=True,
    ),
    form_of("plate", rf"\bplates{_IS}([A-Z0-9]{{2,4}}[ -]?[A-Z0-9]{{2,4}})\b", "plates"),
    # 신한 110234567890, 302-0000-1234-51
    form_of("account", r"(?<![0-9-])[0-9]{3,6}(?:-[0-9]{2,6}){3}(?![0-9])", "-"),
    form_of("account", rf"(?:{'|'.join(_BANKS.split())}) ?([0-9]{{10,14}})", _BANKS),
    # 12b larch lane, 1020 N Larch Ave; apartment #12; 도담자이 103동 1502호
    form_of(
        "address",
        r"\b[0-9]{1,5}[a-z]?,? (?:[a-z][a-z'.]{0,15} ){1,3}"
        rf"(?:{'|'.join(_STREET.split())})\b",
        _STREET,
        in_lower=True,
    ),
    form_of(
        "address",
        r"\b(?:apartment|po box) ?#?[0-9]{1,6}[a-z]?\b",
        "apartment po.box",
        in_lower=True,
    ),
    form_of("address", r"[가-힣]{2,10} ?[0-9]{1,4}동 ?[0-9]{1,4}호", "호"),
    form_of(
        "address",
        r"[가-힣]{2,8}[로길] [일이삼사오육칠팔구십백]{2,6}(?:번지|번길|호)?(?![가-힣])",
        "로 길",
    ),
    # 도담초등학교 4학년; class 7B; 고2 4반, 14번
    form_of(
        "school",
        r"학교 ?(?:[1-6]학년(?: ?[0-9]{1,2}반)?|[1-6]-[0-9]{1,2})(?: ?[0-9]{1,2}번)?",
        "학교",
    ),
    form_of("school", r"[초중고][1-6](?: |-)[0-9]{1,2} ?반|학년 ?[0-9]{1,2}반 ?[0-9]{1,2}번", "반"),
    form_of("school", r"[가-힣]{2,6}대(?:학교)? [가-힣]{2,8}과(?: [0-9]{2}학번)?", "대"),
    form_of("school", r"\b(?:class|homeroom) [0-9]{1,3}[a-z]?\b", "class homeroom", in_lower=True),
    # works at Larchmere; 직장은 도담테크, (주)도담
    form_of(
        "workplace",
        rf"(?:[Ww]orks (?:at|for)|[Ee]mployed by|[Ee]mployer:?) ({_CAPITALS})",
        "works employe",
    ),
    form_of(
        "workplace",
        rf"(?:직장|회사명|회사|근무지)[은는]?{_THIN}[: ] ?"
        r"([가-힣]{2,8}(?:테크|센터|전자|시청|구청))",
        "테크 센터 전자 시청 구청",
    ),
    form_of(
        "workplace",
        r"\(주\) ?[가-힣A-Za-z]{2,10}|[가-힣]{2,8}(?:시청|구청)(?= 근무)",
        "(주) 시청 구청",
    ),
    # 이름은 시원, 이름: 한 시 원; name: mara quill; MARA QUILL, 14; this is Mara from
    form_of(
        "name",
        rf"(?:이름|성명|실명|본명)(?:은|이)?{_THIN}[:=]?{_THIN}([가-힣]{{2,3}})"
        r"(?=이[고요에라]|입니다|예요|[은는이가을를]?(?![가-힣]))",
        "이름 성명 실명 본명",
    ),
    form_of("name", r"(?:이름|성명)(?:은|이)? ?[:=] ?((?:[가-힣ㄱ-ㅣ] ?){2,9})", "이름 성명"),
    form_of(
        "name", r"(?:이름|성명)(?:은|이)? ?((?=[가-힣]*[ㄱ-ㅣ])[가-힣ㄱ-ㅣ]{2,9})", "이름 성명"
    ),
    form_of("name", r"\bnames? ?: ?([a-z'-]{2,15}(?: [a-z'-]{2,15})?)", "name", in_lower=True),
    form_of("name", r"\b[A-Z]{2,15} [A-Z]{2,15}(?=,? ?\(?[0-9]{1,2}\b)", "0 1 2 3 4 5 6 7 8 9"),
    form_of(
        "name",
        r"(?:[Ii]t's|[Tt]his is|[Mm]eet) ([A-Z][a-z]{1,15})(?= from| of|,)",
        "it's this meet",
    ),
    form_of("name", r"\b[A-Z][a-z]{1,15} [A-Z]\.(?=,| \()", "."),
    form_of("birthdate", r"(?<![0-9])[0-9]{6}(?= ?(?:생년월일|생\b))", "생"),
    form_of("birthdate", r"[0-9]{2}년 ?[0-9]{1,2}월 ?[0-9]{1,2}일생", "일생"),
    form_of(
        "birthdate",
        rf"\b(?:dob|born)(?: on)?{_IS}"
        rf"((?:[0-9]{{1,2}} {_MONTH}|{_MONTH} [0-9]{{1,2}}),? [0-9]{{4}})",
        "dob born",
        in_lower=True,
    ),
)
