"""The words and patterns of the detectors as data, checked whole before any of them is used."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec

from triage.assessment.language.lexicon import BadWord
from triage.assessment.language.patterns import (
    BadPattern,
    Compound,
    Guard,
    Pattern,
    Step,
    parse_guard,
    parse_steps,
)

Sentence = Annotated[str, msgspec.Meta(min_length=1)]


class BadSheet(ValueError):
    """A sheet of words and patterns that cannot be used; says where and why."""


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns of one rule as they are written: any of `match` is enough.

    `yes` are texts in which the rule shows, `no` those that look alike and are something else.
    """

    rule: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+\.[a-z_]+$")]
    match: Annotated[list[Sentence], msgspec.Meta(min_length=1)]
    yes: Annotated[list[Sentence], msgspec.Meta(min_length=1)]
    no: list[Sentence] = []
    needs: list[Sentence] = []
    unless: list[Sentence] = []
    across: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0


class Inflected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every stem with every ending: 올리 and ㄴ다 are 올린다."""

    stems: Annotated[list[Sentence], msgspec.Meta(min_length=1)]
    endings: Annotated[list[Sentence], msgspec.Meta(min_length=1)]

    def words(self) -> list[str]:
        return [stem + ending for stem in self.stems for ending in self.endings]


Concept = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+$")]


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`concepts`: the words that stand for each; `innocent` ones hide what lies within them.

    `compounds`: concepts that are several others together, wherever sentences end.
    """

    concepts: dict[Concept, list[Sentence]] = {}
    inflected: dict[Concept, list[Inflected]] = {}
    compounds: dict[Concept, list[Sentence]] = {}
    patterns: list[Written] = []


def read_sheet(name: str, toml: str) -> Sheet:
    try:
        return msgspec.convert(tomllib.loads(toml), Sheet)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadSheet(f"{name}: {error}") from error


def united(sheets: Iterable[Sheet]) -> Sheet:
    """One sheet of several: the words of a concept add up."""
    concepts: dict[str, list[str]] = {}
    compounds: dict[str, list[str]] = {}
    patterns: list[Written] = []
    for sheet in sheets:
        patterns += sheet.patterns
        for concept, matches in sheet.compounds.items():
            compounds.setdefault(concept, []).extend(matches)
        for concept, words in sheet.concepts.items():
            concepts.setdefault(concept, []).extend(words)
        for concept, tables in sheet.inflected.items():
            inflected = (word for table in tables for word in table.words())
            concepts.setdefault(concept, []).extend(inflected)
    return Sheet(concepts, compounds=compounds, patterns=patterns)


def compile_patterns(
    sheets: Mapping[str, Sheet], shapes: Iterable[str], rules: Iterable[str]
) -> tuple[tuple[Compound, ...], tuple[Pattern, ...]]:
    """The compounds and patterns of all sheets.

    Every concept is defined, every rule is one of the weights.
    """
    known, shaped = frozenset(rules), frozenset(shapes)
    shared = sheets["common"].concepts.keys() | shaped
    compounds: list[Compound] = []
    patterns: list[Pattern] = []
    for name, sheet in sheets.items():
        visible = {concept: concept for concept in shared}
        visible |= {concept: qualified(name, concept) for concept in sheet.concepts}
        for concept, matches in sheet.compounds.items():
            try:
                steps = tuple(_steps(match, visible) for match in matches)
            except BadPattern as error:
                raise BadSheet(f"{name}: {concept}: {error}") from error
            visible[concept] = qualified(name, concept)
            compounds.append(Compound(visible[concept], steps))
        for written in sheet.patterns:
            if written.rule not in known:
                raise BadSheet(f"{name}: the weights have no rule {written.rule}")
            try:
                patterns += _compiled(written, visible)
            except (BadPattern, BadWord) as error:
                raise BadSheet(f"{name}: {written.rule}: {error}") from error
    return tuple(compounds), tuple(patterns)


def qualified(sheet: str, concept: str) -> str:
    """The concept's name among those of all sheets; the common ones are everybody's."""
    return concept if sheet == "common" else f"{sheet}.{concept}"


def _compiled(written: Written, visible: Mapping[str, str]) -> Iterable[Pattern]:
    needs = tuple(_guard(parse_guard(guard), visible) for guard in written.needs)
    unless = tuple(_guard(parse_guard(guard), visible) for guard in written.unless)
    for match in written.match:
        yield Pattern(written.rule, _steps(match, visible), needs, unless, written.across)


def _steps(match: str, visible: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(
        Step(_named(step.concepts, visible), step.reach, step.either) for step in parse_steps(match)
    )


def _guard(guard: Guard, visible: Mapping[str, str]) -> Guard:
    return Guard(guard.where, guard.reach, _named(guard.concepts, visible))


def _named(concepts: Iterable[str], visible: Mapping[str, str]) -> tuple[str, ...]:
    unknown = [concept for concept in concepts if concept not in visible]
    if unknown:
        raise BadPattern(f"no words are given for {', '.join(unknown)}")
    return tuple(visible[concept] for concept in concepts)
