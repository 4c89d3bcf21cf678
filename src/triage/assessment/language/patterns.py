"""Patterns of concepts: which meanings have to stand near each other, and which must not."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Literal

from triage.assessment.language.reading import Reading, Token

FARTHEST: Final = 200
"""Letters. A gap without an end would join what has nothing to do with each other."""

MAX_LOOKS: Final = 2_000


class BadPattern(ValueError):
    """A pattern that cannot be read; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of `concepts` within `reach` letters behind the step before, or on `either` side."""

    concepts: tuple[str, ...]
    reach: int = 0
    either: bool = False


Where = Literal["after", "before", "near", "beside", "sentence", "text", "quoted", "unquoted"]


@dataclass(frozen=True, slots=True)
class Guard:
    where: Where
    reach: int
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`across`: how many ends of sentences may lie between its first step and its last."""

    rule: str
    steps: tuple[Step, ...]
    needs: tuple[Guard, ...] = ()
    unless: tuple[Guard, ...] = ()
    across: int = 0

    def find(self, reading: Reading) -> Token | None:
        """The first stretch where it applies."""
        for looks, found in enumerate(_chains(reading, self.steps)):
            if looks == MAX_LOOKS:
                # Made to wear the search down: better urgent for nothing than overlooked.
                return found
            if (
                reading.spans_at_most(self.across, found)
                and _all_hold(self.needs, reading, found)
                and not _any_holds(self.unless, reading, found)
            ):
                return found
        return None


@dataclass(frozen=True, slots=True)
class Compound:
    """A concept that is there wherever one of the chains is."""

    concept: str
    chains: tuple[tuple[Step, ...], ...]

    def find(self, reading: Reading) -> list[Token]:
        """Sorted; at most as many as are looked at."""
        found = chain.from_iterable(_chains(reading, steps) for steps in self.chains)
        return sorted(set(islice(found, MAX_LOOKS)))


def parse_steps(written: str) -> tuple[Step, ...]:
    """`a|b >30 c &20 d`: c within 30 letters after a or b, d within 20 on either side of both."""
    first, *rest = written.split()
    if len(rest) % 2:
        raise BadPattern(f"{written!r}: between two concepts stands how far apart they may be")
    steps = [Step(tuple(first.split("|")))]
    for gap, concepts in zip(rest[::2], rest[1::2], strict=True):
        found = _GAP.fullmatch(gap)
        if found is None:
            raise BadPattern(f"{written!r}: {gap!r} is neither >LETTERS nor &LETTERS")
        steps.append(
            Step(tuple(concepts.split("|")), _reach(found[2], written), either=found[1] == "&")
        )
    return tuple(steps)


def parse_guard(written: str) -> Guard:
    """`after 30 a|b`, `before 30 a`, `near 30 a`, `sentence a`, `text a|b`, `quoted`, `unquoted`.

    `sentence` is the one in which the pattern begins; `beside 30 a` is near, and in its sentences.
    """
    match written.split():
        case ["after" | "before" | "near" | "beside" as where, reach, concepts]:
            return Guard(where, _reach(reach, written), tuple(concepts.split("|")))
        case ["sentence" | "text" as where, concepts]:
            return Guard(where, 0, tuple(concepts.split("|")))
        case ["quoted" | "unquoted" as where]:
            return Guard(where, 0, ())
    raise BadPattern(f"{written!r} is no condition")


_GAP = re.compile(r"([>&])(\d{1,3})")


def _reach(digits: str, written: str) -> int:
    if not digits.isdecimal() or int(digits) > FARTHEST:
        raise BadPattern(f"{written!r}: a distance is at most {FARTHEST} letters")
    return int(digits)


def _chains(reading: Reading, steps: Sequence[Step]) -> Iterator[Token]:
    first, *rest = steps
    tokens = reading.tokens
    starts: Iterator[Token] = chain.from_iterable(
        tokens.get(concept, ()) for concept in first.concepts
    )
    for step in rest:
        following = [tokens[concept] for concept in step.concepts if concept in tokens]
        if not following:
            return iter(())
        starts = _continued(starts, following, step.reach, either=step.either)
    return starts


def _continued(
    beginnings: Iterable[Token], following: Sequence[Sequence[Token]], reach: int, *, either: bool
) -> Iterator[Token]:
    for start, end in beginnings:
        earliest = (start - reach if either else end, 0)
        latest = end + reach
        for tokens in following:
            for place in range(bisect_left(tokens, earliest), len(tokens)):
                first, after = tokens[place]
                if first > latest:
                    break
                if first >= end:
                    yield start, max(end, after)
                elif after <= start:
                    yield first, end


def _all_hold(guards: Iterable[Guard], reading: Reading, found: Token) -> bool:
    for guard in guards:  # noqa: SIM110 - a generator is slower, and this is asked often
        if not _HOLDS[guard.where](guard, reading, *found):
            return False
    return True


def _any_holds(guards: Iterable[Guard], reading: Reading, found: Token) -> bool:
    for guard in guards:  # noqa: SIM110
        if _HOLDS[guard.where](guard, reading, *found):
            return True
    return False


def _beside(guard: Guard, reading: Reading, start: int, end: int) -> bool:
    first, last = reading.bounds(start)[0], reading.bounds(end - 1)[1]
    earliest, latest = max(start - guard.reach, first), min(end + guard.reach, last)
    return _within(guard.concepts, reading, earliest, latest)


_HOLDS: Final[dict[Where, Callable[[Guard, Reading, int, int], bool]]] = {
    "quoted": lambda _, reading, start, __: reading.is_quoted(start),
    "unquoted": lambda _, reading, start, __: not reading.is_quoted(start),
    "text": lambda guard, reading, *_: not reading.tokens.keys().isdisjoint(guard.concepts),
    "sentence": lambda guard, reading, start, _: _within(
        guard.concepts, reading, *reading.bounds(start)
    ),
    "after": lambda guard, reading, _, end: _within(
        guard.concepts, reading, end, end + guard.reach
    ),
    "before": lambda guard, reading, start, _: _within(
        guard.concepts, reading, start - guard.reach, start
    ),
    "beside": _beside,
    "near": lambda guard, reading, start, end: _within(
        guard.concepts, reading, start - guard.reach, end + guard.reach
    ),
}


def _within(concepts: Sequence[str], reading: Reading, start: int, end: int) -> bool:
    """Whether one of the concepts begins in the stretch, or reaches into it from before."""
    for concept in concepts:
        tokens = reading.tokens.get(concept)
        if tokens is None:
            continue
        place = bisect_left(tokens, (start, 0))
        if place < len(tokens) and tokens[place][0] < end:
            return True
        if place and tokens[place - 1][1] > start:
            return True
    return False
