"""The tree against the vectors of the Certificate Transparency reference tree and RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.journal.merkle import (
    Frontier,
    Node,
    Span,
    consistency_path,
    cover,
    fold,
    inclusion_path,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]

trees = st.integers(min_value=1, max_value=130).map(
    lambda size: [leaf_hash(str(number).encode()) for number in range(size)]
)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_tree(size: int) -> None:
    frontier = Frontier(0, [])
    for leaf in LEAVES[:size]:
        frontier.add(leaf)

    assert frontier.root == ROOTS[size]


def test_an_inclusion_proof_is_that_of_the_reference_tree() -> None:
    assert hashes(inclusion_path(0, 8), LEAVES) == [
        bytes.fromhex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        bytes.fromhex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        bytes.fromhex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
    ]


def test_a_consistency_proof_is_that_of_the_reference_tree() -> None:
    assert hashes(consistency_path(6, 8), LEAVES) == [
        bytes.fromhex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        bytes.fromhex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        bytes.fromhex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ]


@given(trees)
def test_a_grown_tree_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    frontier = Frontier(0, [])
    for leaf in leaves:
        frontier.add(leaf)

    assert frontier.root == naive_root(leaves)


@given(trees, st.data())
def test_a_tree_grows_on_from_its_stored_nodes(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(min_value=0, max_value=len(leaves)))
    stored = nodes_of(leaves[:size])

    frontier = Frontier(size, [stored[node] for node in cover(Span(0, size))])
    for leaf in leaves[size:]:
        frontier.add(leaf)

    assert (frontier.size, frontier.root) == (len(leaves), naive_root(leaves))


@given(trees, st.data())
def test_every_leaf_is_proved_by_the_path_of_the_rfc(
    leaves: list[bytes], data: st.DataObject
) -> None:
    position = data.draw(st.integers(min_value=0, max_value=len(leaves) - 1))

    path = hashes(inclusion_path(position, len(leaves)), leaves)

    assert path == naive_inclusion(position, leaves)
    assert verify_inclusion(leaves[position], position, len(leaves), path, naive_root(leaves))


@given(trees, st.data())
def test_every_earlier_tree_is_proved_by_the_path_of_the_rfc(
    leaves: list[bytes], data: st.DataObject
) -> None:
    first = data.draw(st.integers(min_value=1, max_value=len(leaves)))
    roots = naive_root(leaves[:first]), naive_root(leaves)

    path = hashes(consistency_path(first, len(leaves)), leaves)

    assert path == ([] if first == len(leaves) else naive_consistency(first, leaves))
    assert verify_consistency(first, len(leaves), *roots, path)


@given(trees, st.data())
def test_no_other_leaf_position_or_path_is_accepted(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = len(leaves)
    position = data.draw(st.integers(min_value=0, max_value=size - 1))
    other = data.draw(st.integers(min_value=-1, max_value=size).filter(lambda it: it != position))
    path = hashes(inclusion_path(position, size), leaves)
    root = naive_root(leaves)

    assert not verify_inclusion(leaf_hash(b"other"), position, size, path, root)
    assert not verify_inclusion(leaves[position], other, size, path, root)
    assert not verify_inclusion(leaves[position], position, size, [*path, root], root)
    assert not verify_inclusion(leaves[position], position, size, path, leaf_hash(root))
    assert not path or not verify_inclusion(leaves[position], position, size, path[:-1], root)


@given(trees, st.data())
def test_a_rewritten_history_is_not_consistent(leaves: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(min_value=1, max_value=len(leaves)))
    altered = data.draw(st.integers(min_value=0, max_value=first - 1))
    rewritten = [*leaves[:altered], leaf_hash(b"rewritten"), *leaves[altered + 1 :]]
    roots = naive_root(leaves[:first]), naive_root(rewritten)

    for told in (leaves, rewritten):
        path = hashes(consistency_path(first, len(leaves)), told)
        assert not verify_consistency(first, len(leaves), *roots, path)


def test_nothing_is_proved_of_an_empty_tree_or_beyond_the_end() -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_path(3, 3)
    with pytest.raises(ValueError, match="empty or larger"):
        consistency_path(0, 3)
    assert not verify_consistency(0, 3, ROOTS[0], ROOTS[3], [])


def hashes(path: list[Span], leaves: list[bytes]) -> list[bytes]:
    stored = nodes_of(leaves)
    return [fold([stored[node] for node in cover(span)]) for span in path]


def nodes_of(leaves: list[bytes]) -> dict[Node, bytes]:
    """What the database keeps of a tree."""
    stored = {Node(0, index): leaf for index, leaf in enumerate(leaves)}
    frontier = Frontier(0, [])
    for leaf in leaves:
        stored |= dict(frontier.add(leaf))
    return stored


def naive_root(leaves: list[bytes]) -> bytes:
    match leaves:
        case []:
            return sha256().digest()
        case [leaf]:
            return leaf
    half = split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def naive_inclusion(position: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if position < half:
        return [*naive_inclusion(position, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_inclusion(position - half, leaves[half:]), naive_root(leaves[:half])]


def naive_consistency(first: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    half = split(len(leaves))
    if first <= half:
        earlier = naive_consistency(first, leaves[:half], whole=whole)
        return [*earlier, naive_root(leaves[half:])]
    later = naive_consistency(first - half, leaves[half:], whole=False)
    return [*later, naive_root(leaves[:half])]


def split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half
