"""Input and output of com.atproto.moderation.createReport (lexicon 1 of AT Protocol)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from triage.intake.formats.draft import Draft
from triage.intake.formats.json_document import read_object, refused, words_at
from triage.reports.report import Report
from triage.reports.taxonomy import Allegation

MAX_BYTES = 1_048_576
LONGEST_REASON = 20_000  # bytes in UTF-8; the 2,000 graphemes of the lexicon are not counted
LONGEST_TOKEN = 500

REPO = "com.atproto.admin.defs#repoRef"
RECORD = "com.atproto.repo.strongRef"
MESSAGE = "chat.bsky.convo.defs#messageRef"
"""No member of the lexicon's union, which is open: clients report direct messages with it."""

SUBJECTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {REPO: ("did",), RECORD: ("uri", "cid"), MESSAGE: ("did", "convoId", "messageId")}
)
"""The fields that each kind of subject has to have."""

_A = Allegation
ALLEGATIONS: Mapping[str, tuple[Allegation, ...]] = MappingProxyType(
    {
        "com.atproto.moderation.defs#reasonChildSafety": (_A.MINOR,),
        "com.atproto.moderation.defs#reasonImpersonation": (_A.IMPERSONATION,),
        "com.atproto.moderation.defs#reasonPrivateInfo": (_A.DOXXING,),
        "com.atproto.moderation.defs#reasonSexualAbuse": (_A.INTIMATE_IMAGE,),
        "com.atproto.moderation.defs#reasonThreat": (_A.THREAT,),
        "tools.ozone.report.defs#reasonChildSafetyCSAM": (_A.MINOR, _A.INTIMATE_IMAGE),
        "tools.ozone.report.defs#reasonChildSafetyEndangerment": (_A.MINOR,),
        "tools.ozone.report.defs#reasonChildSafetyGroom": (_A.MINOR,),
        "tools.ozone.report.defs#reasonChildSafetyHarassment": (_A.MINOR,),
        "tools.ozone.report.defs#reasonChildSafetyMinorPrivacy": (_A.MINOR, _A.DOXXING),
        "tools.ozone.report.defs#reasonChildSafetyOther": (_A.MINOR,),
        "tools.ozone.report.defs#reasonChildSafetyPrivacy": (_A.MINOR, _A.DOXXING),
        "tools.ozone.report.defs#reasonChildSafetyPromotion": (_A.MINOR,),
        "tools.ozone.report.defs#reasonHarassmentDoxxing": (_A.DOXXING,),
        "tools.ozone.report.defs#reasonHarassmentTargeted": (_A.STALKING,),
        "tools.ozone.report.defs#reasonMisleadingImpersonation": (_A.IMPERSONATION,),
        "tools.ozone.report.defs#reasonSexualAbuseContent": (_A.INTIMATE_IMAGE,),
        "tools.ozone.report.defs#reasonSexualDeepfake": (_A.DEEPFAKE,),
        "tools.ozone.report.defs#reasonSexualNCII": (_A.INTIMATE_IMAGE,),
        "tools.ozone.report.defs#reasonSexualSextortion": (_A.EXTORTION,),
        "tools.ozone.report.defs#reasonViolenceThreats": (_A.THREAT,),
    }
)
"""What a reason says in our words; every other one, known or yet to come, is `other`.

Reasons of two lexicons, com.atproto.moderation.defs and tools.ozone.report.defs, and those that
earlier versions of them had."""

CHILD_SAFETY = "reasonChildSafety"

_DID = re.compile(r"did:[a-z]{1,100}:[a-zA-Z0-9._:%-]{1,1900}(?<![:%])")
_AT_URI = re.compile(
    r"at://(?P<repo>[a-zA-Z0-9._:%-]{1,2000})"
    r"(?:/(?P<collection>[a-zA-Z0-9.-]{1,317})(?:/(?P<rkey>[a-zA-Z0-9._:~-]{1,512}))?)?"
)
_CID = re.compile(r"[a-zA-Z0-9+/=]{8,256}")
_FORMATS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"did": _DID, "uri": _AT_URI, "cid": _CID}
)

PROFILE = "https://bsky.app/profile/{repo}"
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "app.bsky.feed.post": PROFILE + "/post/{rkey}",
        "app.bsky.feed.generator": PROFILE + "/feed/{rkey}",
        "app.bsky.graph.list": PROFILE + "/lists/{rkey}",
        "app.bsky.graph.starterpack": "https://bsky.app/starter-pack/{repo}/{rkey}",
    }
)
"""Where a record of a collection can be seen; one of any other is placed at its account."""


def parse(document: bytes) -> list[Report]:
    """Raises Invalid where the document is not the lexicon's input.

    Reasons are told in their own words, and the subject's names stay beside its page.
    """
    fields = _input(document)
    reason_type, subject = fields.pop("reasonType"), fields.pop("subject")
    draft = Draft(allegations=list(ALLEGATIONS.get(reason_type, (Allegation.OTHER,))))
    draft.is_minor = True if _says_child(reason_type) else None
    draft.words.append(fields.pop("reason", ""))
    draft.place("subject.page", _page(subject))
    draft.say("reasonType", reason_type)
    draft.say("subject", subject)
    draft.say("", fields)
    return draft.reports()


def answer(
    report_number: int, reported_by: str, created_at: datetime, document: bytes
) -> dict[str, Any]:
    """The lexicon's output for an input that was kept; raises Invalid as `parse` does.

    `reported_by` is a DID; the time has milliseconds and is in UTC, as the protocol prefers.
    """
    fields = _input(document)
    subject = fields["subject"]
    kept = ("$type", *SUBJECTS[subject["$type"]])
    time = created_at.astimezone(UTC).isoformat(timespec="milliseconds")
    output: dict[str, Any] = {"id": report_number, "reasonType": fields["reasonType"]}
    if "reason" in fields:
        output["reason"] = fields["reason"]
    return output | {
        "subject": {name: subject[name] for name in kept},
        "reportedBy": reported_by,
        "createdAt": time.replace("+00:00", "Z"),
    }


def _input(document: bytes) -> dict[str, Any]:
    """The input as the lexicon has it, with the fields that it does not name."""
    fields = read_object(document, MAX_BYTES)
    if len(words_at(fields, "reasonType")) > LONGEST_TOKEN:
        raise refused("/reasonType", f"too long: at most {LONGEST_TOKEN} characters")
    if "reason" in fields:
        reason = fields["reason"]
        if not isinstance(reason, str):
            raise refused("/reason", "not a text")
        if len(reason.encode()) > LONGEST_REASON:
            raise refused("/reason", f"too long: at most {LONGEST_REASON} bytes")
    if "subject" not in fields:
        raise refused("/subject", "required")
    if not isinstance(fields["subject"], dict):
        raise refused("/subject", "not an object")
    _check_subject(fields["subject"])
    return fields


def _check_subject(subject: dict[str, Any]) -> None:
    if "$type" not in subject:
        raise refused("/subject/$type", "required")
    kind = subject["$type"]
    names = SUBJECTS.get(kind) if isinstance(kind, str) else None
    if names is None:
        raise refused("/subject/$type", f"not one of {', '.join(SUBJECTS)}")
    for name in names:
        if name not in subject:
            raise refused(f"/subject/{name}", "required")
        value = subject[name]
        shape = _FORMATS.get(name)
        if not isinstance(value, str) or not value or (shape and not shape.fullmatch(value)):
            raise refused(f"/subject/{name}", "not of the lexicon's format")


def _page(subject: dict[str, Any]) -> str:
    if subject["$type"] != RECORD:
        return PROFILE.format(repo=subject["did"])
    found = _AT_URI.fullmatch(subject["uri"])
    names = found.groupdict() if found else {}
    page = PAGES.get(names["collection"] or "", PROFILE) if names["rkey"] else PROFILE
    return page.format(**names)


def _says_child(reason_type: str) -> bool:
    return reason_type.partition("#")[2].startswith(CHILD_SAFETY)
