"""Which stretches of a text are not read without reveal, and the text cut along them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from triage.assessment.exposed import exposed
from triage.assessment.folding import Folded
from triage.assessment.persons import Kind, Pattern, patterns_of

MAX_LOOKS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Mask:
    """Code points `start` to `end` of the original text."""

    start: int
    end: int
    kind: Kind


def mask_spans(
    text: str,
    *,
    names: Sequence[str],
    handles: Sequence[str],
    phones: Sequence[str],
    others: Sequence[str],
) -> tuple[Mask, ...]:
    """Sorted and disjoint: what is declared, however it is spelled, and what shows by its shape."""
    if not text:
        return ()
    found: list[Mask] = []
    patterns = patterns_of(names, handles, phones, others)
    if "%" in text:
        patterns += [encoded for pattern in patterns for encoded in pattern.encoded()]
    folded = Folded(text)
    looks = 0
    for pattern in patterns:
        for start, end in _occurrences(pattern, folded):
            looks += 1
            if looks > MAX_LOOKS:
                # Made to wear the search down: better all of it unread than a name in the open.
                return (Mask(0, len(text), "other"),)
            if start < end:
                found.append(Mask(start, end, pattern.kind))
    # What is declared comes first: of two that cover the same, its kind is told.
    return merged((*found, *(Mask(*stretch) for stretch in exposed(text))))


def merged(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """Sorted; those that overlap become one, of the kind of the longest."""
    joined: list[Mask] = []
    longest = 0
    for mask in sorted(masks, key=lambda mask: (mask.start, -mask.end)):
        length = mask.end - mask.start
        if length <= 0:
            continue
        if not joined or mask.start >= joined[-1].end:
            joined.append(mask)
            longest = length
            continue
        last = joined[-1]
        kind = mask.kind if length > longest else last.kind
        joined[-1] = Mask(last.start, max(last.end, mask.end), kind)
        longest = max(longest, length)
    return tuple(joined)


def apply_masks(text: str, masks: Sequence[Mask], stretch: slice = slice(None)) -> list[str | Mask]:
    """The parts of the text in order: the clear ones as strings, never empty, and the masks.

    Of a `stretch` alone, the masks that reach into it are given whole.
    """
    place, end, _ = stretch.indices(len(text))
    parts: list[str | Mask] = []
    for mask in masks:
        if mask.end <= place or mask.start >= end:
            continue
        if place < mask.start:
            parts.append(text[place : mask.start])
        parts.append(mask)
        place = mask.end
    if place < end:
        parts.append(text[place:end])
    return parts


def _occurrences(pattern: Pattern, folded: Folded) -> Iterator[tuple[int, int]]:
    """Every look at the pattern's letters; an empty stretch where they do not count."""
    place = folded.letters.find(pattern.letters)
    while place >= 0:
        span = pattern.span(folded, place)
        yield span or (0, 0)
        # What is not counted may hide one that is, beginning within it.
        place = folded.letters.find(pattern.letters, place + (len(pattern.letters) if span else 1))
