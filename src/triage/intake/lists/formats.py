"""How lists of hashes are written: StopNCII's pages, NCMEC's hash sharing, CSV.

Pure functions from bytes to records. What a list says of hashes that are not compared here
(PhotoDNA, TMK, SHA-1, …) is counted by kind and passed over.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from xml.etree import ElementTree as ET

import msgspec

from triage.cases.known import EntryState, HashKind
from triage.kit.errors import FieldError, Invalid
from triage.kit.strict_json import BodyReader
from triage.kit.types import is_usable

DIGITS = {HashKind.PDQ: 64, HashKind.SHA256: 64, HashKind.MD5: 32}
"""Hexadecimal."""
MAX_SOURCE_ID = 200
_HEX = re.compile(r"[0-9a-f]+")
_SOURCE_ID = re.compile(rf"[\x21-\x7e]{{1,{MAX_SOURCE_ID}}}")


class Record(msgspec.Struct, frozen=True):
    """`value`: hexadecimal, in lower case. No kind: all that `source_id` names is meant."""

    kind: HashKind | None
    value: str
    state: EntryState
    modified_at: datetime
    source_id: str = ""


class Document(msgspec.Struct, frozen=True):
    """`skipped`: by kind, how many records are of no use here."""

    records: list[Record]
    skipped: dict[str, int]


class _StopRecord(msgspec.Struct, frozen=True, rename="camel"):
    last_modtimestamp: Annotated[int, msgspec.Meta(ge=0, le=253_370_764_800)]
    signal_type: str
    hash_value: str
    hash_status: str


class _StopPage(msgspec.Struct, frozen=True, rename="camel"):
    hash_records: list[_StopRecord]


_STOP_KINDS = {"ImagePDQ": HashKind.PDQ, "VideoMD5": HashKind.MD5}
_STOP_STATES = {
    "Active": EntryState.ACTIVE,
    "Withdrawn": EntryState.WITHDRAWN,
    "Deleted": EntryState.DELETED,
}
_STOP_PAGE: BodyReader[_StopPage] = BodyReader(_StopPage)


def parse_stopncii(content: bytes) -> Document:
    """A page of `FetchHashes`; a record that is only received is on nobody's list yet."""
    records, skipped = [], Counter[str]()
    for place, one in enumerate(_STOP_PAGE.read(content).hash_records):
        kind, state = _STOP_KINDS.get(one.signal_type), _STOP_STATES.get(one.hash_status)
        if kind is None or state is None:
            skipped[_known_name(one.signal_type if kind is None else one.hash_status)] += 1
            continue
        value = _hexadecimal(kind, one.hash_value, f"/hashRecords/{place}/hashValue")
        at = datetime.fromtimestamp(one.last_modtimestamp, UTC)
        records.append(Record(kind, value, state, at))
    return Document(records, dict(skipped))


_NCMEC = "{https://hashsharing.ncmec.org/hashsharing/v2}"
_NCMEC_STATES = {
    "image": EntryState.ACTIVE,
    "video": EntryState.ACTIVE,
    "deletedImage": EntryState.DELETED,
    "deletedVideo": EntryState.DELETED,
}


class _NoDoctype(ET.TreeBuilder):
    """Entities are declared in a document type, and a list has none."""

    def doctype(self, *_: Any) -> None:
        raise Invalid(errors=[FieldError("", "a document type is not allowed")])


def parse_ncmec(content: bytes) -> Document:
    """A `queryResult` of hash sharing, version 2; what was deleted is told by its id alone."""
    try:
        root = ET.fromstring(content, ET.XMLParser(target=_NoDoctype()))  # noqa: S314 - above
    except (ET.ParseError, ValueError, LookupError):
        raise Invalid(errors=[FieldError("", "not XML")]) from None
    if root.tag != f"{_NCMEC}queryResult":
        raise Invalid(errors=[FieldError("", "not a queryResult of NCMEC's hash sharing")])
    records, skipped = list[Record](), Counter[str]()
    for place, (name, item) in enumerate(_ncmec_items(root)):
        at = _moment(item.findtext(f"{_NCMEC}timestamp") or "", f"/{name}/{place}/timestamp")
        source = _source_of(item, f"/{name}/{place}/id")
        if _NCMEC_STATES[name] is EntryState.DELETED:
            records.append(Record(None, "", EntryState.DELETED, at, source))
            continue
        for hashed in item.iterfind(f"{_NCMEC}fingerprints/*"):
            kind = hashed.tag.removeprefix(_NCMEC).lower()
            if kind not in DIGITS:
                skipped[_known_name(kind)] += 1
                continue
            known = HashKind(kind)
            value = _hexadecimal(known, hashed.text or "", f"/{name}/{place}/{kind}")
            records.append(Record(known, value, EntryState.ACTIVE, at, source))
    return Document(records, dict(skipped))


def _ncmec_items(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    for group in ("images", "videos"):
        for item in root.iterfind(f"{_NCMEC}{group}/*"):
            name = item.tag.removeprefix(_NCMEC)
            if name in _NCMEC_STATES:
                yield name, item


def _source_of(item: ET.Element, place: str) -> str:
    """A keeper's id is its own: of two members' lists the same number is two entries."""
    member = item.find(f"{_NCMEC}member")
    number = item.findtext(f"{_NCMEC}id") or ""
    source = f"{'' if member is None else member.get('id', '')}/{number.strip()}"
    if not number.strip() or not _SOURCE_ID.fullmatch(source):
        raise Invalid(errors=[FieldError(place, "not an id")])
    return source


COLUMNS = ("kind", "value", "status", "modified_at")


def parse_csv(content: bytes) -> Document:
    """Lines of kind, value, status and modified_at, which the first line names."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(errors=[FieldError("", "not UTF-8")]) from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(lines, ())) != COLUMNS:
            raise Invalid(errors=[FieldError("/0", f"not the columns {', '.join(COLUMNS)}")])
        read = [_csv_record(line, n) for n, line in enumerate(filter(None, lines), start=1)]
    except csv.Error:
        raise Invalid(errors=[FieldError(f"/{lines.line_num}", "not CSV")]) from None
    records = [one for one in read if isinstance(one, Record)]
    return Document(records, dict(Counter(one for one in read if isinstance(one, str))))


_KINDS = {kind.value: kind for kind in HashKind}
_STATES = {state.value: state for state in EntryState}


def _csv_record(line: Sequence[str], number: int) -> Record | str:
    """A record, or the kind that is skipped."""
    if len(line) != len(COLUMNS):
        raise Invalid(errors=[FieldError(f"/{number}", f"not {len(COLUMNS)} columns")])
    kind, state = _KINDS.get(line[0]), _STATES.get(line[2])
    if kind is None:
        return _known_name(line[0])
    if state is None:
        raise Invalid(errors=[FieldError(f"/{number}/status", f"not {', '.join(EntryState)}")])
    value = _hexadecimal(kind, line[1], f"/{number}/value")
    return Record(kind, value, state, _moment(line[3], f"/{number}/modified_at"))


def _hexadecimal(kind: HashKind, text: str, place: str) -> str:
    value = text.strip().lower()
    if len(value) != DIGITS[kind] or not _HEX.fullmatch(value):
        raise Invalid(errors=[FieldError(place, f"not {DIGITS[kind]} hexadecimal digits")])
    return value


def _moment(text: str, place: str) -> datetime:
    try:
        moment = msgspec.convert(text.strip(), datetime)
    except msgspec.ValidationError:
        raise Invalid(errors=[FieldError(place, "not a time (RFC 3339)")]) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not is_usable(moment):
        raise Invalid(errors=[FieldError(place, "not a usable time")])
    return moment


def _known_name(kind: str) -> str:
    """As it is, if it looks like a name: what a stranger writes is not repeated."""
    return kind if re.fullmatch(r"[A-Za-z0-9_]{1,30}", kind) else "other"
