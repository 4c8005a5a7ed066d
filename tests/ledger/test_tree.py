"""Roots are those of RFC 6962, and proofs hold for what is so and for nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import RefusedError
from edge.ledger import (
    EMPTY_ROOT,
    GrowingTree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from tests.ledger.logs import LogInMemory

# Leaves and roots of the reference implementation's tests (google/certificate-transparency, merkle_tree_test.cc).
REFERENCE_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
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
REFERENCE_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.fixture(scope="module")
def log() -> LogInMemory:
    """A log of 700 leaves, written in batches of changing length."""
    log = LogInMemory()
    for batch in range(1, 37):
        log.add(*(f"{batch}/{number}".encode() for number in range(batch)))
    log.add(*(b"x" * number for number in range(34)))
    assert log.tree.size == 700
    return log


def test_roots_of_the_reference() -> None:
    """The roots of one to eight leaves are those that the reference implementation states."""
    tree = GrowingTree()
    found = []
    for leaf in REFERENCE_LEAVES:
        tree.append(leaf_hash(leaf))
        found.append(tree.root.hex())

    assert REFERENCE_ROOTS == tuple(found)


def test_empty() -> None:
    """A tree without leaves has the hash of nothing as its root."""
    assert EMPTY_ROOT == GrowingTree().root


def test_going_on_from_files(log: LogInMemory) -> None:
    """A tree that is read from tiles goes on as if it had never stopped."""
    tree = GrowingTree(699, log.hashes)
    tree.append(leaf_hash(log.entries[699]))

    assert log.roots[700] == tree.root


@settings(max_examples=60)
@given(st.data())
def test_every_leaf_is_in_every_later_log(log: LogInMemory, data: st.DataObject) -> None:
    """The proof of a leaf holds for its place, its log and its words only."""
    size = data.draw(st.integers(1, 700))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, log.hashes)
    digest = leaf_hash(log.entries[index])

    def check(digest: bytes = digest, index: int = index, proof: list[bytes] = proof, at: int = size) -> None:
        check_inclusion(digest, index=index, size=size, proof=proof, root=log.roots[at])

    check()
    cases: tuple[Callable[[], None], ...] = (
        lambda: check(leaf_hash(b"other")),
        lambda: check(index=(index + 1) % size if size > 1 else 1),
        lambda: check(proof=proof[:-1] if proof else [digest]),
        lambda: check(proof=[*proof, digest]),
        lambda: check(at=size - 1),
    )
    for wrong in cases:
        with pytest.raises(RefusedError):
            wrong()


@settings(max_examples=60)
@given(st.integers(0, 700), st.integers(0, 700))
def test_every_log_begins_with_every_earlier_one(log: LogInMemory, one: int, other: int) -> None:
    """The proof that a log only grew holds for these two states of it only."""
    before, after = sorted((one, other))
    proof = consistency_proof(before, after, log.hashes)

    def check(proof: list[bytes] = proof, first: int = before, last: int = after) -> None:
        check_consistency(
            before=before, after=after, proof=proof, root_before=log.roots[first], root_after=log.roots[last]
        )

    check()
    cases: tuple[Callable[[], None], ...] = (
        lambda: check(first=before - 1),
        lambda: check(last=after - 1),
        lambda: check(proof=proof[1:]),
        lambda: check(proof=[*proof, proof[0]]),
    )
    for wrong in cases if 0 < before < after else ():
        with pytest.raises(RefusedError):
            wrong()


def no_hashes(level: int, index: int) -> bytes:
    """The hashes of a log that nobody asks for any."""
    raise AssertionError(level, index)


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        (lambda: inclusion_proof(3, 3, no_hashes), "leaf 3, expected one of 3"),
        (lambda: consistency_proof(4, 3, no_hashes), "log has 3 leaves, expected at least 4"),
        (
            lambda: check_consistency(before=2, after=2, proof=[], root_before=b"a", root_after=b"b"),
            "two roots for 2 leaves",
        ),
        (
            lambda: check_consistency(before=0, after=2, proof=[b"a"], root_before=b"a", root_after=b"b"),
            "consistency proof has 1 hashes, expected none from 0 to 2 leaves",
        ),
        (
            lambda: check_consistency(before=3, after=4, proof=[], root_before=b"a", root_after=b"b"),
            "consistency proof of 0 hashes, expected another number of them from 3 to 4 leaves",
        ),
    ],
)
def test_what_is_said(refused: Callable[[], object], text: str) -> None:
    """A proof that is none is refused, with what was expected."""
    with pytest.raises(RefusedError) as caught:
        refused()

    assert text == str(caught.value)
