"""Sums of money, and times until which something has to be done."""

from collections.abc import Iterator

from triage.assessment.language.reading import Shape

CONCEPTS = frozenset[str]()


def find_sums(text: str) -> Iterator[Shape]:
    """To be filled; frozenset[str]() are the concepts that it finds."""
    yield from ()
