"""Proofs that a leaf is in the log, and that a log only grew: RFC 9162, sections 2.1.3 and 2.1.4.

A proof is made from hashes of complete subtrees, and checked with nothing but roots. `check_…` raise `RefusedError`:
a proof that fails cannot be mended by asking again.

>>> from edge.ledger.tree import leaf_hash, node_hash
>>> one, two = leaf_hash(b"one"), leaf_hash(b"two")
>>> check_inclusion(one, index=0, size=2, proof=[two], root=node_hash(one, two))
"""

from collections.abc import Sequence

from edge.errors import Reason, RefusedError
from edge.ledger.tree import Hashes, node_hash, range_root


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves, the lowest first.

    Raises `RefusedError` if there is no such leaf.
    """
    _check_index(index, size)
    proof, start, end = list[bytes](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, hashes))
            end = middle
        else:
            proof.append(range_root(start, middle, hashes))
            start = middle
    return proof[::-1]


def check_inclusion(digest: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `RefusedError` unless the leaf with this hash is number `index` of the `size` leaves under `root`."""
    _check_index(index, size)
    position, last, found = index, size - 1, digest
    for step in proof:
        if last == 0:
            raise _refused(f"inclusion proof has {len(proof)} hashes, expected fewer for leaf {index} of {size}")
        if position & 1 or position == last:
            found = node_hash(step, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, step)
        position, last = position >> 1, last >> 1
    if last:
        raise _refused(f"inclusion proof has {len(proof)} hashes, expected more for leaf {index} of {size}")
    if found != root:
        raise _refused(f"inclusion proof of leaf {index} of {size} leads to another root")


def consistency_proof(before: int, after: int, hashes: Hashes) -> list[bytes]:
    """The hashes that show that a log of `after` leaves begins with the log of `before` leaves.

    It is empty if they are the same, or the earlier one had no leaves. Raises `RefusedError` if it had more.
    """
    if before > after:
        raise _refused(f"log has {after} leaves, expected at least {before}")
    if before in (0, after):
        return []
    proof, start, end, is_whole = list[bytes](), 0, after, True
    while end != before:
        middle = start + _split(end - start)
        if before <= middle:
            proof.append(range_root(middle, end, hashes))
            end = middle
        else:
            proof.append(range_root(start, middle, hashes))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(range_root(start, end, hashes))
    return proof[::-1]


def check_consistency(
    *, before: int, after: int, proof: Sequence[bytes], root_before: bytes, root_after: bytes
) -> None:
    """Raise `RefusedError` unless the log of `after` leaves begins with the log of `before` leaves."""
    if before > after:
        raise _refused(f"log has {after} leaves, expected at least {before}")
    if before == after and root_before != root_after:
        raise _refused(f"two roots for {after} leaves")
    if before in {0, after}:
        if proof:
            raise _refused(f"consistency proof has {len(proof)} hashes, expected none from {before} to {after} leaves")
        return
    # A complete tree is its own first hash, which a proof leaves out.
    steps = [root_before, *proof] if before & (before - 1) == 0 else list(proof)
    found = _grown(steps, before, after)
    if found is None:
        raise _refused(
            f"consistency proof of {len(proof)} hashes, expected another number of them from {before} to {after} leaves"
        )
    if found[0] != root_before:
        raise _refused(f"log of {after} leaves has another beginning than the one of {before} leaves")
    if found[1] != root_after:
        raise _refused(f"consistency proof from {before} to {after} leaves leads to another root")


def _grown(steps: Sequence[bytes], before: int, after: int) -> tuple[bytes, bytes] | None:
    """The roots of both logs that the hashes lead to; None if there are too many or too few of them."""
    position, last = before - 1, after - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not steps:
        return None
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, step)
        position, last = position >> 1, last >> 1
    return None if last else (old, new)


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves, at least two."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise _refused(f"leaf {index}, expected one of {size}")


def _refused(text: str) -> RefusedError:
    return RefusedError(text, reason=Reason.HASH_MISMATCH)
