"""A leaf commits to its payload, and has none of its words."""

from hashlib import sha256

import pytest

from edge.errors import RefusedError
from edge.ledger import LEAF_SALT_BYTES, commit, leaf_hash, open_leaf, read_leaf
from edge.records.ledger import LeafKind, LeafPayload

SALT = bytes(range(LEAF_SALT_BYTES))
PAYLOAD = LeafPayload(island="acme/drop", question="when does it ship?", ticket="t1")


def test_leaf_and_its_opening() -> None:
    """The payload is opened by salt and payload alone; the leaf has its kind, its time and a hash."""
    made = commit(LeafKind.HAND_OVER, PAYLOAD, at_ms=5, salt=SALT, about=b"a" * 32)
    leaf = read_leaf(made.entry)

    assert (LeafKind.HAND_OVER, 5, b"a" * 32) == (leaf.kind, leaf.at_ms, leaf.about)
    assert (leaf_hash(made.entry), sha256(made.opening).digest()) == (made.id, leaf.commitment)
    assert PAYLOAD == open_leaf(leaf, made.opening)
    assert b"ship" not in made.entry
    assert b"t1" not in made.entry


def test_bytes_of_a_leaf() -> None:
    """They stay as they are: a log is verified by them years later."""
    made = commit(LeafKind.GAP, at_ms=1_793_000_000_000, salt=SALT, missing=3)

    assert made.entry == (
        b'{"format":1,"kind":"gap","at_ms":1793000000000,'
        b'"commitment":"Yw3NKWbEM2aRElRIu7JbT/QSpJxzLbLIq8G4WBvXEN0=","missing":3}'
    )


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(SALT[:-1], id="a part of the salt"),
        pytest.param(SALT + b'{"island":"acme/other"}', id="another payload"),
    ],
)
def test_another_opening_is_refused(opening: bytes) -> None:
    """It is not what the leaf commits to."""
    leaf = read_leaf(commit(LeafKind.DECISION, PAYLOAD, at_ms=5, salt=SALT).entry)

    with pytest.raises(RefusedError, match="payload is not the one that the leaf commits to"):
        open_leaf(leaf, opening)


def test_payload_that_is_none() -> None:
    """A leaf about the log itself commits to its salt."""
    made = commit(LeafKind.CLOSED, at_ms=5, salt=SALT)

    with pytest.raises(RefusedError, match="payload of the leaf cannot be read"):
        open_leaf(read_leaf(made.entry), made.opening)


@pytest.mark.parametrize("entry", [b"", b"[]", b"\xff", b'{"kind":"decision"}', b'{"kind":"dance","at_ms":1}'])
def test_other_bytes_are_no_leaf(entry: bytes) -> None:
    """The error quotes none of them."""
    with pytest.raises(RefusedError, match=rf"^entry of {len(entry)} bytes is not a leaf, expected JSON of kind"):
        read_leaf(entry)
