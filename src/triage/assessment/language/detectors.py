"""What a text says: every rule that shows in it, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from triage.assessment.language.candidates import Candidates
from triage.assessment.language.lexicon import Lexicon
from triage.assessment.language.patterns import Compound
from triage.assessment.language.reading import Reading
from triage.assessment.language.shapes import CONCEPTS, shapes_of
from triage.assessment.language.sheets import Sheet, compile_patterns, qualified, read_sheet, united
from triage.assessment.signals import Span
from triage.assessment.weights import weights

SHEETS = ("common", "threat", "minor", "doxxing", "danger", "spread")


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    evidence: Span


@dataclass(frozen=True, slots=True)
class Language:
    lexicon: Lexicon
    compounds: tuple[Compound, ...]
    patterns: Candidates


def findings(text: str, year: int | None = None) -> Iterator[Finding]:
    """Each rule once, where the first of its patterns shows; ages are those of `year`, else now."""
    language = load_language()
    reading = Reading(text, language.lexicon, list(shapes_of(text, year)))
    for compound in language.compounds:
        tokens = compound.find(reading)
        if tokens:
            reading.tokens[compound.concept] = tokens
    told: set[str] = set()
    for pattern in language.patterns.of(reading.tokens):
        if pattern.rule in told:
            continue
        found = pattern.find(reading)
        if found is not None:
            told.add(pattern.rule)
            yield Finding(pattern.rule, Span(*reading.originals(found), reading.view(found)))


@cache
def load_language() -> Language:
    sheets = {name: load_sheet(name) for name in SHEETS}
    lexicon = Lexicon(
        {
            qualified(name, concept): words
            for name, sheet in sheets.items()
            for concept, words in sheet.concepts.items()
        }
    )
    compounds, patterns = compile_patterns(sheets, CONCEPTS, weights().rules)
    return Language(lexicon, compounds, Candidates(patterns))


@cache
def load_sheet(name: str) -> Sheet:
    """All the files of the folder as one: words of a concept from each are words of one."""
    folder = files("triage.assessment") / "data" / "language" / name
    return united(
        read_sheet(f"{name}/{source.name}", source.read_text(encoding="utf-8"))
        for source in sorted(folder.iterdir(), key=lambda source: source.name)
    )
