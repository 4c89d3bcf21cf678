"""XARF reports of version 4 (schemas/v4 of xarf/xarf-spec), and older ones once converted.

Read as malformed as they come: only what kind of report it is has to be there.
"""

from typing import Any

from triage.intake.formats.draft import MOST, Draft
from triage.intake.formats.json_document import read_object, refused, words_at
from triage.intake.formats.narrowing import external_id, instant, one_line, usable_link
from triage.intake.formats.xarf_evidence import add_evidence, add_hashes, add_screenshot
from triage.intake.formats.xarf_types import OF_CHILDREN, allegations_of
from triage.intake.formats.xarf_v3 import version_4
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

MAX_BYTES = 16_777_216
VERSION = "4"

IGNORED = "_internal"
"""Never to be transmitted; what comes in spite of that is not looked at."""

LINKS = ("url", "urls", "infringing_url", "infringing_urls")
"""Where the content is; links to anything else stay lines."""

HASHES = ("hash_values", "file_hash", "file_hashes", "hashes")
PERSON = "Person"


def parse(document: bytes) -> list[Report]:
    """Raises Invalid where the document has no version, category or type of XARF."""
    fields = read_object(document, MAX_BYTES)
    fields.pop(IGNORED, None)
    if "xarf_version" not in fields and ("Report" in fields or "ReporterInfo" in fields):
        fields = version_4(fields)
    if not words_at(fields, "xarf_version").startswith(VERSION):
        raise refused("/xarf_version", "not version 4")
    return _draft(fields).reports()


def _draft(fields: dict[str, Any]) -> Draft:
    """Every field that is read is taken out; the rest becomes lines, in its own order."""
    draft = Draft(external_id=external_id("xarf", fields.pop("report_id", None)))
    _say_what(draft, fields)
    if description := fields.pop("description", None):
        _describe(draft, description)
    _say_where(draft, fields)
    _say_who(draft, fields)
    for name in HASHES:
        if name in fields:
            _add_files(draft, name, fields.pop(name))
    evidence = fields.pop("evidence", None)
    if (screenshot := fields.pop("screenshot_url", None)) is not None:
        add_screenshot(draft, screenshot)
    draft.say("", fields)
    add_evidence(draft, evidence)
    return draft


def _say_what(draft: Draft, fields: dict[str, Any]) -> None:
    # Drafts of version 4 called the category a class.
    name = "class" if "category" not in fields and "class" in fields else "category"
    category = words_at(fields, name).strip().lower()
    kind = words_at(fields, "type").strip().lower()
    tags = fields.get("tags")
    tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    draft.allege(*allegations_of(category, kind, fields.get("exploitation_type"), tags))
    namespaces = {tag.lower().partition(":")[0] for tag in tags}
    if (category == "content" and kind in OF_CHILDREN) or namespaces & OF_CHILDREN:
        draft.is_minor = True
    for said in (name, "type"):
        draft.say(said, fields.pop(said))


def _describe(draft: Draft, description: Any) -> None:
    if isinstance(description, str):
        draft.words.append(description)
    else:
        draft.say("description", description)


def _say_where(draft: Draft, fields: dict[str, Any]) -> None:
    """The page was seen when it was verified, or else when it is said to have happened."""
    happened_at = draft.happened("timestamp", fields.pop("timestamp", None))
    seen_at = instant(fields.get("verified_at")) or happened_at
    for name in LINKS:
        value = fields.pop(name, None)
        links = value if isinstance(value, list) else [] if value is None else [value]
        if len(links) > MOST:
            raise refused(f"/{name}", f"too many: at most {MOST}")
        for link in links:
            draft.place(name, link, seen_at)
    source = fields.get("source_identifier")
    if isinstance(source, str) and "://" in source and usable_link(source):
        draft.place("source_identifier", fields.pop("source_identifier"), seen_at)


def _say_who(draft: Draft, fields: dict[str, Any]) -> None:
    """The reporter found it; the sender, where another, only passed it on."""
    reporter, sender = fields.pop("reporter", None), fields.pop("sender", None)
    if isinstance(reporter, dict):
        rest = dict(reporter)
        organisation, person = one_line(rest.get("org")), one_line(rest.get("name"))
        draft.name = person or organisation
        if contact := one_line(rest.get("contact")):
            draft.contact = contact
            del rest["contact"]
        if person:
            del rest["name"]
        elif organisation:
            del rest["org"]
        if organisation and rest.get("ReporterType") != PERSON:
            draft.relation = Relation.PLATFORM
        draft.say("reporter", rest)
    else:
        draft.say("reporter", reporter)
    if sender != reporter:
        draft.say("sender", sender)


def _add_files(draft: Draft, name: str, value: Any) -> None:
    files = value if isinstance(value, list) else [value]
    if len(files) > MOST:
        raise refused(f"/{name}", f"too many: at most {MOST}")
    for file in files:
        add_hashes(draft, name, file)
