"""The search for pictures that look alike finds what brute force finds, and nothing else."""

import random
from collections.abc import Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from triage.fingerprints.pictures import BANDS, ORDER, RADIUS, PictureIndex

PLENTY = 100_000


def a_hash(chance: random.Random) -> bytes:
    return chance.randbytes(32)


def changed(pdq: bytes, bits: Sequence[int]) -> bytes:
    value = int.from_bytes(pdq)
    for bit in bits:
        value ^= 1 << bit
    return value.to_bytes(32)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def brute_force(hashes: Sequence[bytes | None], *forms: bytes) -> list[tuple[int, int]]:
    found = [
        (far, number)
        for number, pdq in enumerate(hashes)
        if pdq is not None and (far := min(distance(pdq, form) for form in forms)) <= RADIUS
    ]
    return [(number, far) for far, number in sorted(found)]


@pytest.fixture(params=["sorted", "unsorted"])
def always_sorted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PictureIndex, "most_unsorted", 0 if request.param == "sorted" else PLENTY)


@pytest.mark.parametrize(("pairs", "unsorted"), [(10_000, 0), (1_000, PLENTY)])
def test_ten_thousand_near_pairs_are_all_found_and_nothing_beyond_31_bits(
    monkeypatch: pytest.MonkeyPatch, pairs: int, unsorted: int
) -> None:
    monkeypatch.setattr(PictureIndex, "most_unsorted", unsorted)
    chance = random.Random(31)
    hashes = [a_hash(chance) for _ in range(pairs)]
    index = PictureIndex()
    index.add(b"".join(hashes))

    for number, pdq in enumerate(hashes):
        bits = number % 34
        found = index.search([changed(pdq, chance.sample(range(256), bits))], PLENTY)

        assert found == ([(number, bits)] if bits <= RADIUS else [])


@pytest.mark.usefixtures("always_sorted")
@pytest.mark.parametrize("limit", [1, 10, 200, 800, 2_900, PLENTY])
def test_a_flood_is_told_from_the_closest_on_and_only_so_far(limit: int) -> None:
    chance = random.Random(1)
    pdq, other = a_hash(chance), a_hash(chance)
    flood = [changed(pdq, chance.sample(range(256), number % 40)) for number in range(3_000)]
    chance.shuffle(flood)
    index = PictureIndex()
    index.add(b"".join(flood))

    assert index.search([other, pdq], limit) == brute_force(flood, pdq)[:limit]


@pytest.mark.usefixtures("always_sorted")
def test_bits_that_differ_side_by_side_are_found_as_well() -> None:
    chance = random.Random(4)
    hashes = [a_hash(chance) for _ in range(256)]
    index = PictureIndex()
    index.add(b"".join(hashes))
    for first, pdq in enumerate(hashes):
        for length in (RADIUS, RADIUS + 1):
            bits = [(first + step) % 256 for step in range(length)]
            expected = [(first, length)] if length <= RADIUS else []
            assert index.search([changed(pdq, bits)], PLENTY) == expected


@pytest.mark.usefixtures("always_sorted")
def test_any_form_counts_and_the_closest_is_told() -> None:
    chance = random.Random(2)
    pdq, other = a_hash(chance), a_hash(chance)
    index = PictureIndex()
    index.add(pdq)

    assert index.search([other, changed(pdq, [1, 2]), changed(pdq, [7])], 5) == [(0, 1)]
    assert index.search([other], 5) == []


def in_bands() -> list[list[int]]:
    """The bits of each band, as `changed` counts them."""
    return (255 - ORDER.reshape(BANDS, -1)).tolist()


@pytest.mark.usefixtures("always_sorted")
def test_one_bit_of_one_band_and_two_of_each_other_are_found() -> None:
    chance = random.Random(7)
    index = PictureIndex()
    hashes = [a_hash(chance) for _ in range(256)]
    index.add(b"".join(hashes))
    bands = in_bands()
    ones = [(band, bit) for band in range(BANDS) for bit in bands[band]]
    for number, (band, bit) in enumerate(ones):
        others = [bits for place, bits in enumerate(bands) if place != band]
        twos = [one for bits in others for one in chance.sample(bits, 2)]
        query = changed(hashes[number], [bit, *twos])

        assert index.search([query], 5) == [(number, RADIUS)]


@pytest.mark.usefixtures("always_sorted")
@pytest.mark.parametrize("bands", range(BANDS))
def test_the_closest_come_before_a_flood_that_is_easier_to_find(bands: int) -> None:
    chance = random.Random(8)
    pdq = a_hash(chance)
    hard = [bit for bits in in_bands()[:bands] for bit in bits[:2]]
    easy = in_bands()[-1][:-1] + in_bands()[-2]
    index = PictureIndex()
    index.add(changed(pdq, hard))
    for more in (0, 1):
        flood = [changed(pdq, chance.sample(easy, len(hard) + more)) for _ in range(50)]
        index.add(b"".join(flood))

        assert index.search([pdq], 1) == [(0, len(hard))]


@pytest.mark.parametrize("pdq", [bytes(32), b"\xff" * 32, b"\x00\xff" * 16])
def test_hashes_that_are_far_from_random_are_found(
    monkeypatch: pytest.MonkeyPatch, pdq: bytes
) -> None:
    monkeypatch.setattr(PictureIndex, "most_unsorted", 0)
    index = PictureIndex()
    index.add(pdq * 500)

    assert len(index.search([changed(pdq, range(31))], PLENTY)) == 500
    assert index.search([changed(pdq, range(32))], PLENTY) == []


class Searching(RuleBasedStateMachine):
    """Adding, withdrawing and searching in any order, with sorting now and then."""

    @initialize(seed=st.integers(), unsorted=st.sampled_from([0, 3, PLENTY]))
    def begin(self, seed: int, unsorted: int) -> None:
        self.chance = random.Random(seed)
        self.index = PictureIndex()
        self.index.most_unsorted = unsorted
        self.hashes: list[bytes | None] = []

    @rule(count=st.integers(0, 30), near=st.booleans())
    def add(self, *, count: int, near: bool) -> None:
        base = a_hash(self.chance)
        added = [
            changed(base, self.chance.sample(range(256), 13)) if near else a_hash(self.chance)
            for _ in range(count)
        ]
        assert self.index.add(b"".join(added)) == range(len(self.hashes), len(self.hashes) + count)
        self.hashes += added

    @precondition(lambda self: self.hashes)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.hashes) - 1))
        self.index.withdraw([number])
        self.hashes[number] = None

    @rule()
    def sort(self) -> None:
        self.index.sort()
        assert self.index.unsorted == 0

    @precondition(lambda self: any(self.hashes))
    @rule(
        bits=st.lists(st.integers(0, 40), min_size=1, max_size=9),
        limit=st.sampled_from([1, 5, PLENTY]),
    )
    def search(self, bits: list[int], limit: int) -> None:
        known = [pdq for pdq in self.hashes if pdq is not None]
        forms = [
            changed(self.chance.choice(known), self.chance.sample(range(256), so_many))
            for so_many in bits
        ]
        assert self.index.search(forms, limit) == brute_force(self.hashes, *forms)[:limit]


TestSearching = Searching.TestCase
TestSearching.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


@given(pdq=st.binary(min_size=32, max_size=32))
def test_an_empty_index_finds_nothing(pdq: bytes) -> None:
    assert PictureIndex().search([pdq], 5) == []
