"""Which patterns can be in a text at all, by the concepts that its words stand for."""

from collections.abc import Iterable, Iterator

from triage.assessment.language.patterns import Guard, Pattern


class Candidates:
    """Rules out, by a few operations on bits each, the patterns that lack a concept.

    An entry holds a set of concepts for each step and each need: one of every set has to be there;
    and the concepts that bar the pattern wherever they stand.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._bits: dict[str, int] = {}
        self._entries = tuple(
            (
                tuple(
                    self._set(concepts)
                    for concepts in (
                        *(step.concepts for step in pattern.steps),
                        *(guard.concepts for guard in pattern.needs if guard.concepts),
                    )
                ),
                self._set(concept for guard in pattern.unless for concept in _barring(guard)),
                pattern,
            )
            for pattern in patterns
        )

    def of(self, concepts: Iterable[str]) -> Iterator[Pattern]:
        """In the order in which they were given."""
        bits = self._bits
        present = 0
        for concept in concepts:
            present |= bits.get(concept, 0)
        for asked, bars, pattern in self._entries:
            if present & bars:
                continue
            for one_of in asked:
                if not present & one_of:
                    break
            else:
                yield pattern

    def _set(self, concepts: Iterable[str]) -> int:
        joined = 0
        for concept in concepts:
            joined |= self._bits.setdefault(concept, 1 << len(self._bits))
        return joined


def _barring(guard: Guard) -> tuple[str, ...]:
    return guard.concepts if guard.where == "text" else ()
