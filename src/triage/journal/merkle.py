"""The Merkle tree of RFC 6962 and 9162 (SHA-256): roots, proofs and their verification.

A tree is kept as its complete subtrees. Any span of leaves that a root or a proof needs is a few of
them (`cover`), folded into one hash (`fold`): what to fetch is known before anything is fetched.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Span:
    """Leaves from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: 2^level leaves, the first of them at index x 2^level."""

    level: int
    index: int


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def cover(span: Span) -> list[Node]:
    """The complete subtrees that make up a span of a tree or of a proof, from left to right."""
    nodes = []
    start, end = span.start, span.end
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of a span from the hashes of its cover; of no leaves: the root of an empty tree."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


class Frontier:
    """The right edge of a growing tree: all that is needed to add leaves and to know the root."""

    def __init__(self, size: int, hashes: Iterable[bytes]) -> None:
        """`hashes` are those of `cover(Span(0, size))`."""
        self.size = size
        self._hashes = list(hashes)

    @property
    def root(self) -> bytes:
        return fold(self._hashes)

    def add(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf's hash; gives the nodes above it that are complete now, from below."""
        completed = []
        level, index, folded = 0, self.size, leaf
        while index & 1:
            level, index = level + 1, index >> 1
            folded = node_hash(self._hashes.pop(), folded)
            completed.append((Node(level, index), folded))
        self._hashes.append(folded)
        self.size += 1
        return completed


def inclusion_path(position: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a leaf is in the tree of `size` leaves, lowest first."""
    if not 0 <= position < size:
        raise ValueError("the leaf is not in the tree")
    path: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if position < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `first` leaves is the start of the second's."""
    if not 0 < first <= second:
        raise ValueError("the first tree is empty or larger than the second")
    path: list[Span] = []
    start, end = 0, second
    while first < end:
        middle = _middle(start, end)
        if first <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start:  # otherwise the span is the whole first tree, whose root the verifier knows
        path.append(Span(start, end))
    return path[::-1]


def _middle(start: int, end: int) -> int:
    """Where RFC 6962 splits: the left part is the largest complete subtree that is not all."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def verify_inclusion(
    leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= position < size:
        return False
    index, last, folded = position, size - 1, leaf
    for hashed in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            folded = node_hash(hashed, folded)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            folded = node_hash(folded, hashed)
        index, last = index >> 1, last >> 1
    return last == 0 and folded == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not hashes:
        return False
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = hashes[0]
    for hashed in hashes[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(hashed, old), node_hash(hashed, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, hashed)
        index, last = index >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
