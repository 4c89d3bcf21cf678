"""What shows by its form rather than by its words."""

from collections.abc import Iterator

from triage.assessment.identifiers import simplified
from triage.assessment.language import ages, amounts, details
from triage.assessment.language.reading import Shape

CONCEPTS = ages.CONCEPTS | amounts.CONCEPTS | details.CONCEPTS


def shapes_of(text: str, year: int | None = None) -> Iterator[Shape]:
    """Unordered; they may overlap. `year`: the one in which ages are told, else this one."""
    plain = simplified(text)
    yield from ages.find_ages(plain, year)
    yield from amounts.find_amounts(plain)
    yield from details.find_details(plain)
