"""What persons are reached under, each in one form: phones, e-mail addresses and handles."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from triage.fingerprints.keys import Key

DEFAULT_REGION: Final = "KR"
LONGEST: Final = 320


def phone_key(written: str, region: str = DEFAULT_REGION, *, assigned: bool = False) -> Key | None:
    """The number as it is dialled from anywhere (E.164), with its extension.

    Digits that are disguised or read aloud (O1O, 공일공) count; a number that needs an area to be
    told from another has no key. `assigned`: nor one outside the ranges that are in use.
    """
    read = _EXTENSION.fullmatch(_visible(written).casefold().removeprefix("tel:"))
    value = _dialled(_digits(read["number"]), region, assigned=assigned) if read else None
    if read is None or value is None:
        return None
    return Key("phone", value + (f";ext={read['extension']}" if read["extension"] else ""))


def email_key(written: str) -> Key | None:
    """The address in lower case; `ana [at] a (dot) example` and `ana골뱅이a.example` count."""
    text = _DOT.sub(".", _AT.sub("@", _visible(written).casefold().removeprefix("mailto:")))
    found = _EMAIL.fullmatch(text.strip())
    return Key("email", f"{found['local']}@{found['domain']}") if found else None


def handle_key(written: str, platform: str | None = None) -> Key | None:
    """A name without its @, of a platform where that is known; `@user@host` keeps its host."""
    name = _folded(_visible(written)).strip().lstrip("@")
    if not _HANDLE.fullmatch(name):
        return None
    return Key("handle", f"{platform}/{name}" if platform else name)


def is_public(key: Key) -> bool:
    """Whether it leads to no person: a hotline, a company's number, a role's mailbox, @everyone."""
    public = _public()
    match key.kind:
        case "phone":
            if key.value in public.phones or _MOBILE_ABROAD.fullmatch(key.value):
                return key.value in public.phones
            return phonenumbers.number_type(phonenumbers.parse(key.value)) in _OF_NO_PERSON
        case "email":
            return key.value.partition("@")[0] in public.mailboxes
        case "handle":
            return key.value.rpartition("/")[2] in public.handles
    return False


def profile_of(written: str, words_before: str) -> str | None:
    """The address of the profile where the words before a handle name its platform."""
    before = _platform_words().search(_folded(_visible(words_before)))
    key = handle_key(written)
    return _profiles()[before["word"]].format(key.value) if before and key else None


_EXTENSION = re.compile(
    r"(?P<number>.{1,60}?)(?:\s*(?:ext\.?|내선|;ext=|#)\s*(?P<extension>\d{1,7}))?"
)
_SPOKEN = dict(zip("공영일이삼사오육륙칠팔구oㅇil|", "001234566789" + "00111", strict=True))
_BETWEEN = frozenset(" -.()_·~/\t")
_AT = re.compile(r"\s?[(\[{]\s?(?:at|골뱅이|@)\s?[)\]}]\s?|\s?골뱅이\s?|\sat\s|\s?@\s?")
_DOT = re.compile(r"\s?[(\[{]\s?(?:dot|점|\.)\s?[)\]}]\s?|\sdot\s|\s점\s")
_EMAIL = re.compile(
    r"(?P<local>[^\s@,;<>()\[\]]{1,64})@(?P<domain>(?:[\w\-]{1,63}\.){1,8}[^\W\d_][\w\-]{1,62})\.?"
)
_HANDLE = re.compile(r"(?=.*\w)[^\s@/,;<>]{2,100}(?:@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8})?")
_FEWEST_DIGITS = 8
_OF_NO_PERSON = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


def _visible(written: str) -> str:
    normal = unicodedata.normalize("NFKC", written[:LONGEST])
    return "".join(c for c in normal if unicodedata.category(c) != "Cf").strip()


def _folded(text: str) -> str:
    """NFKC_Casefold, as Unicode defines it (UAX 31), of what is visible already."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.casefold()).casefold())


def _digits(written: str) -> str | None:
    """The digits, with the + before them; None where anything else is among them."""
    found: list[str] = []
    for character in written:
        digit = unicodedata.digit(character, None)
        category = unicodedata.category(character)
        if digit is not None:
            found.append(str(digit))
        elif character in _SPOKEN:
            found.append(_SPOKEN[character])
        elif character == "+" and not found:
            found.append("+")
        elif character not in _BETWEEN and category not in {"Mn", "Me", "Pd", "Zs"}:
            return None
    return "".join(found)


# Nearly every number that is reported; the library, which agrees, takes 150 µs to say so.
_MOBILE_AT_HOME = re.compile(r"010([02-46-9][0-9]{7})")
_MOBILE_ABROAD = re.compile(r"\+820?10([02-46-9][0-9]{7})")


def _dialled(digits: str | None, region: str, *, assigned: bool) -> str | None:
    """E.164 of a number in a region."""
    if not digits:
        return None
    mobile = _MOBILE_ABROAD.fullmatch(digits)
    if mobile is None and region == DEFAULT_REGION:
        mobile = _MOBILE_AT_HOME.fullmatch(digits)
    if mobile:
        return f"+8210{mobile[1]}"
    number = _number(digits, region)
    if number is None or (assigned and not phonenumbers.is_valid_number(number)):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _number(digits: str, region: str) -> PhoneNumber | None:
    """As it is read in the region; abroad, or badly copied, 00 may stand for the +."""
    usual = _parsed(digits, region)
    if digits.startswith("00") and not (usual and phonenumbers.is_valid_number(usual)):
        abroad = _parsed("+" + digits[2:], region)
        if _is_better(abroad, usual):
            usual = abroad
    if usual is None or not phonenumbers.is_possible_number(usual):
        return None
    return usual if len(str(usual.national_number)) >= _FEWEST_DIGITS else None


def _is_better(abroad: PhoneNumber | None, usual: PhoneNumber | None) -> bool:
    """A number in use, or the only one of the two that could be."""
    if abroad is None or phonenumbers.is_valid_number(abroad):
        return abroad is not None
    is_possible = phonenumbers.is_possible_number
    return is_possible(abroad) and not (usual and is_possible(usual))


def _parsed(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException:
        return None


class _PlatformWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: frozenset[str]
    profile: str


class _Public(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phones: frozenset[str]
    mailboxes: frozenset[str]
    handles: frozenset[str]
    platforms: tuple[_PlatformWords, ...]


@cache
def _public() -> _Public:
    data = files("triage.fingerprints") / "data" / "persons.toml"
    return msgspec.toml.decode(data.read_bytes(), type=_Public)


@cache
def _profiles() -> dict[str, str]:
    """Profiles' addresses by the words for their platform."""
    return {word: known.profile for known in _public().platforms for word in known.words}


@cache
def _platform_words() -> re.Pattern[str]:
    """A platform's word at the end, perhaps with "id" or a colon behind it."""
    words = "|".join(sorted(map(re.escape, _profiles()), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<word>{words})\s?(?:id|아이디|계정|handle|account|user)?\s?[:=(\-]?\s?$"
    )
