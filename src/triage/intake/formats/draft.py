"""What a format's parser gathers from one document, and the reports that it becomes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from triage.intake.formats.json_document import refused
from triage.intake.formats.narrowing import (
    LONGEST_TEXT,
    instant,
    lines_of,
    usable_link,
)
from triage.kit.errors import FieldError, Invalid
from triage.reports.report import Report
from triage.reports.taxonomy import Allegation, Relation

MOST_OF_A_REPORT = 100  # locations, media and evidence
MOST = 1_000  # of one document
_FEWEST_WORDS = LONGEST_TEXT // 2  # that stay, however many lines there are
_NOTE = 100  # characters of room for what tells of a cut


@dataclass(slots=True)
class Draft:
    """A report in the making: `words` were written by a person, `lines` tell of fields."""

    external_id: str | None = None
    allegations: list[Allegation] = field(default_factory=list)
    locations: dict[str, datetime | None] = field(default_factory=dict)
    media: list[dict[str, str]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    relation: Relation = Relation.ANONYMOUS
    name: str | None = None
    contact: str | None = None
    is_minor: bool | None = None
    occurred_at: datetime | None = None
    _links: int = 0
    _length: int = 0
    _left_out: int = 0

    def allege(self, *allegations: Allegation) -> None:
        self.allegations += [one for one in allegations if one not in self.allegations]

    def say(self, name: str, value: Any) -> None:
        """A field that has no place of its own, as lines; those beyond any text are counted."""
        for line in lines_of(name, value):
            if self._length + len(line) >= LONGEST_TEXT - _NOTE:
                self._left_out += 1
            else:
                self.lines.append(line)
                self._length += len(line) + 1

    def place(self, name: str, value: Any, seen_at: datetime | None = None) -> None:
        """A location, or a line where it is no usable link; raises Invalid for too many."""
        self._links += 1
        if self._links > MOST:
            raise refused("", f"too many links: at most {MOST}")
        if link := usable_link(value):
            self.locations.setdefault(link, seen_at)
        else:
            self.say(name, value)

    def happened(self, name: str, value: Any) -> datetime | None:
        """The time of what is reported, or a line where it is none that can be kept."""
        time = instant(value)
        if time is None:
            self.say(name, value)
        self.occurred_at = self.occurred_at or time
        return time

    def reports(self) -> list[Report]:
        """One report, or several with the same words where one has no room for all.

        Raises Invalid where nothing is told, and for more media or evidence than MOST.
        """
        filled = (len(self.locations), len(self.media), len(self.evidence))
        if max(filled) > MOST:
            raise refused("", f"too many files: at most {MOST}")
        parts = max(1, *(-(-number // MOST_OF_A_REPORT) for number in filled))
        return [self._report(part, parts) for part in range(parts)]

    def _report(self, part: int, parts: int) -> Report:
        here = slice(part * MOST_OF_A_REPORT, (part + 1) * MOST_OF_A_REPORT)
        locations = [
            {"url": url, "seen_at": seen_at} for url, seen_at in list(self.locations.items())[here]
        ]
        media, evidence = self.media[here], self.evidence[here]
        text = self._text(f"part: {part + 1} of {parts}\n" if parts > 1 else "")
        if not (locations or media or text):
            raise Invalid(errors=[FieldError("", "nothing is told")])
        form = {
            "external_id": self.external_id and self.external_id + (f"#{part + 1}" if part else ""),
            "allegations": self.allegations,
            "locations": locations,
            "media": media,
            "text": text,
            "reporter": {
                "relation": self.relation,
                "name": self.name,
                "contact": self.contact,
            },
            "victim": {"is_minor": self.is_minor},
            "evidence": evidence,
            "occurred_at": self.occurred_at,
        }
        return msgspec.convert(form, Report)

    def _text(self, part: str) -> str | None:
        told = "\n".join(self.lines)
        if self._left_out:
            told = f"{told}\ncut: {self._left_out} lines left out"
        words = "\n".join(self.words).replace("\0", "").strip()
        room = max(_FEWEST_WORDS, LONGEST_TEXT - len(told) - _NOTE)
        if len(words) > room:
            words = f"{words[:room]}\ncut: {len(words)} characters came"
        text = part + "\n".join(filter(None, (words, told)))
        if len(text) > LONGEST_TEXT:
            end = f"\ncut: {len(text)} characters came"
            text = text[: LONGEST_TEXT - len(end)] + end
        return text or None
