"""Which leaves of a log belong together: those of one ticket, and those that name each other."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from edge.cli.ledger.opening import LogReader
from edge.errors import Reason, RefusedError
from edge.ledger import (
    EvidenceLeaf,
    LoggedProof,
    Tile,
    from_bundle,
    hashes_in,
    inclusion_proof,
    leaf_hash,
)
from edge.records.ledger import LeafKind

_WIDTH = 256
_KEPT_TILES = 64
_ABOUT = b'"about":'
"""A leaf with it belongs to another one."""


def collect(
    log: LogReader, openings: Mapping[bytes, bytes], *, receipt: bytes | None, ticket: str
) -> tuple[EvidenceLeaf, ...]:
    """The leaf that is meant with its proof, then those that belong to it, in the order of the log.

    `openings` are by hash of the leaf. Raises `RefusedError` if the log has no such leaf or ticket.
    """
    size, hashes = log.checkpoint.size, hashes_in(lru_cache(_KEPT_TILES)(log.read), log.checkpoint.size)
    found = [
        EvidenceLeaf(
            entry, LoggedProof(index, tuple(inclusion_proof(index, size, hashes)), log.note), openings.get(digest)
        )
        for index, entry in entries_of(log)
        if (digest := leaf_hash(entry)) in openings or digest == receipt or _ABOUT in entry
    ]
    main = _main(found, receipt, ticket)
    ticket = ticket or (main.payload.ticket if main.payload else "")
    taken, names = [main], {base64.b64encode(main.digest)}
    for one in found:
        has_ticket = bool(ticket) and one.payload is not None and one.payload.ticket == ticket
        # What is about another leaf comes after it in the log.
        if one.digest != main.digest and (has_ticket or any(name in one.entry for name in names)):
            taken.append(one)
            names.add(base64.b64encode(one.digest))
    return tuple(taken)


def _main(found: Sequence[EvidenceLeaf], receipt: bytes | None, ticket: str) -> EvidenceLeaf:
    if receipt is not None:
        named = [one for one in found if one.digest == receipt]
        if not named:
            raise RefusedError(f"leaf {receipt.hex()} is not in the log", reason=Reason.NOT_FOUND)
        return named[0]
    of_ticket = [one for one in found if one.payload is not None and one.payload.ticket == ticket]
    if not of_ticket:
        raise RefusedError(
            "no leaf whose words are in --openings is about the ticket; give the ticket's openings, or use --receipt",
            reason=Reason.NOT_FOUND,
        )
    return next((one for one in of_ticket if one.leaf.kind is LeafKind.HAND_OVER), of_ticket[0])


def prove_leaf(log: LogReader, index: int, entry: bytes, opening: bytes | None = None) -> EvidenceLeaf:
    """One leaf with its proof. Raises `RefusedError` if the log lacks a tile."""
    size, hashes = log.checkpoint.size, hashes_in(lru_cache(_KEPT_TILES)(log.read), log.checkpoint.size)
    return EvidenceLeaf(entry, LoggedProof(index, tuple(inclusion_proof(index, size, hashes)), log.note), opening)


def entries_of(log: LogReader) -> Iterator[tuple[int, bytes]]:
    """Every entry with its place, in the order of the log."""
    for number in range(-(-log.checkpoint.size // _WIDTH)):
        tile = Tile(-1, number, min(_WIDTH, log.checkpoint.size - number * _WIDTH))
        for position, entry in enumerate(from_bundle(log.read(tile), tile.width)):
            yield number * _WIDTH + position, entry
