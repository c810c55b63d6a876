"""The chain of seals as pure functions: what is hashed, how, and how anybody checks it (docs/verify_seal.py does).

SM3 (GB/T 32905) throughout. A leaf is the hash of a journal row behind a random salt: without the salt nobody can guess
what is in the row. The leaves of one seal are the leaves of a Merkle tree as RFC 6962 draws it; each seal carries the
hash of the seal before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.canonical import canonical

NOTHING_BEFORE = "0" * 64  # what the first seal names as the one before it
# One mark per kind of content, so that a row can never be passed off as an inner node or a seal
LEAF, NODE, SEAL = b"\x00", b"\x01", b"\x02"


@dataclass(frozen=True)
class Step:
    """One neighbour on the way from a leaf to the root: its hash, and at which side of us it stands."""

    side: str  # "left" | "right"
    hash: str


def sm3(data: bytes) -> bytes:
    """32 bytes. Raises ValueError where Python's OpenSSL was built without SM3."""
    return hashlib.new("sm3", data).digest()


def leaf_of(row: Mapping[str, Any], salt: str) -> str:
    """The leaf of a journal row; `salt` and the result in hexadecimal."""
    return sm3(LEAF + bytes.fromhex(salt) + canonical(row)).hex()


def levels_of(leaves: Sequence[str]) -> list[list[bytes]]:
    """The tree from its leaves to its root. What stands alone at the end of a level goes up as it is."""
    level = [bytes.fromhex(leaf) for leaf in leaves]
    levels = [level]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sm3(NODE + left + right) for left, right in pairs] + ([level[-1]] if len(level) % 2 else [])
        levels.append(level)
    return levels


def root_of(leaves: Sequence[str]) -> str:
    """Raises ValueError for no leaves: nothing is not sealed."""
    if not leaves:
        raise ValueError("a seal holds at least one row")
    return levels_of(leaves)[-1][0].hex()


def path_of(leaves: Sequence[str], position: int) -> list[Step]:
    """The neighbours that lead from the leaf at `position` (from 0) to the root. Raises IndexError outside."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    steps = []
    for level in levels_of(leaves)[:-1]:
        neighbour = position ^ 1
        if neighbour < len(level):
            steps.append(Step("left" if neighbour < position else "right", level[neighbour].hex()))
        position //= 2
    return steps


def root_by(leaf: str, path: Iterable[Step]) -> str:
    """The root to which a leaf leads over its neighbours."""
    found = bytes.fromhex(leaf)
    for step in path:
        other = bytes.fromhex(step.hash)
        found = sm3(NODE + other + found) if step.side == "left" else sm3(NODE + found + other)
    return found.hex()


def seal_hash(*, number: int, sealed_at: str, rows: int, root: str, previous: str) -> str:
    """What the next seal names as the one before it, and what is anchored outside. `sealed_at` in UTC, ISO 8601."""
    content = {"number": number, "sealed_at": sealed_at, "rows": rows, "root": root, "previous": previous}
    return sm3(SEAL + canonical(content)).hex()
