"""What the searches for likeness have in common: what is added is found, whoever sorts it when."""

import random
from threading import Event, Thread

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from triage.fingerprints.pictures import Alike, PictureIndex
from triage.fingerprints.texts import LEAST, VALUES, TextIndex

SURELY = VALUES - 31
"""So many equal values of 32 bands of four are those of a whole band."""


def same(one: bytes, other: bytes) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def similarity(equal: int) -> float:
    return (equal / VALUES - 1 / 256) / (1 - 1 / 256)


class Searching(RuleBasedStateMachine):
    """Sketches are added, withdrawn, sorted and searched in any order."""

    @initialize(seed=st.integers(), unsorted=st.sampled_from([0, 3, 10_000]))
    def begin(self, seed: int, unsorted: int) -> None:
        self.chance = random.Random(seed)
        self.index = TextIndex()
        self.index.most_unsorted = unsorted
        self.sketches: list[bytes | None] = []

    def changed(self, sketch: bytes, values: int) -> bytes:
        other = bytearray(sketch)
        for place in self.chance.sample(range(VALUES), values):
            other[place] ^= self.chance.randint(1, 255)
        return bytes(other)

    @rule(count=st.integers(0, 30), values=st.integers(0, VALUES))
    def add(self, count: int, values: int) -> None:
        base = self.chance.randbytes(VALUES)
        added = [self.changed(base, values) for _ in range(count)]
        numbers = range(len(self.sketches), len(self.sketches) + count)
        assert self.index.add(b"".join(added)) == numbers
        self.sketches += added
        assert len(self.index) == len(self.sketches)

    @precondition(lambda self: self.sketches)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.sketches) - 1))
        self.index.withdraw([number])
        self.sketches[number] = None

    @rule()
    def sort(self) -> None:
        self.index.sort()
        assert self.index.unsorted == 0

    @precondition(lambda self: any(self.sketches))
    @rule(values=st.integers(0, 45))
    def search(self, values: int) -> None:
        known = [sketch for sketch in self.sketches if sketch is not None]
        query = self.changed(self.chance.choice(known), values)
        equal = {
            number: same(sketch, query)
            for number, sketch in enumerate(self.sketches)
            if sketch is not None
        }
        found = self.index.search(query, 10_000)

        assert found == sorted(found, key=lambda alike: (-alike.similarity, alike.number))
        assert all(alike.similarity == similarity(equal[alike.number]) for alike in found)
        assert all(alike.similarity >= LEAST for alike in found)
        surely = {number for number, values in equal.items() if values >= SURELY}
        assert surely <= {alike.number for alike in found}


TestSearching = Searching.TestCase
TestSearching.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(("kind", "width"), [(PictureIndex, 32), (TextIndex, VALUES)])
def test_all_that_was_added_little_by_little_is_found(
    kind: type[PictureIndex | TextIndex], width: int
) -> None:
    chance = random.Random(9)
    index = kind()
    values = []
    for count in (3_000, 1, 100, 5_000, 200, 3):
        added = [chance.randbytes(width) for _ in range(count)]
        index.add(b"".join(added))
        index.sort()
        values += added
    index.add(values[0])

    assert index.parts == 3
    for number in range(1, len(values), 7):
        query = values[number] if width == VALUES else [values[number]]
        assert [alike.number for alike in index.search(query, 5)] == [number]
    assert [alike.number for alike in index.search(query, 0)] == []


def test_parts_stay_few() -> None:
    index = PictureIndex()
    index.most_unsorted = 0
    for _ in range(1_000):
        index.add(bytes(32))

    assert index.parts <= 4


def test_a_thread_may_sort_while_another_adds_and_searches() -> None:
    chance = random.Random(6)
    index = PictureIndex()
    index.most_unsorted = 1_000_000
    is_over, rounds = Event(), []

    def sort() -> None:
        while not is_over.is_set():
            index.sort()
            rounds.append(index.unsorted)

    sorting = Thread(target=sort)
    sorting.start()
    try:
        for number in range(500):
            pdq = chance.randbytes(32)
            index.add(pdq)
            assert index.search([pdq], 5) == [Alike(number, 0)]
    finally:
        is_over.set()
        sorting.join()

    assert rounds
