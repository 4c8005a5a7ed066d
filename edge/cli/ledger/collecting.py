"""Which leaves of some logs belong together: those of one ticket, its consents, and those that name each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from edge.cli.ledger.opening import LogReader
from edge.errors import Reason, RefusedError
from edge.ledger import TILE_WIDTH, EvidenceLeaf, Tile, from_bundle, leaf_hash
from edge.records.ledger import LeafKind

_ABOUT = b'"about":'
"""A leaf with it belongs to another one."""


def collect(
    logs: Sequence[LogReader], openings: Mapping[bytes, bytes], *, receipt: bytes | None, ticket: str
) -> tuple[tuple[LogReader, EvidenceLeaf], ...]:
    """The leaf that is meant with its proof, then those that belong to it, in the order of the logs. Each with its log.

    A hand-over, its replies and the consent to it may be in logs of several PoPs, or in two of one event. `openings`
    are by hash of the leaf. Raises `RefusedError` if no log has such a leaf or ticket.
    """
    found = dict[bytes, tuple[LogReader, EvidenceLeaf]]()
    for log in logs:
        for leaf in _candidates(log, openings, receipt):
            found.setdefault(leaf.digest, (log, leaf))
    leaves = [leaf for _, leaf in found.values()]
    main = _main(leaves, receipt, ticket)
    taken = {main.digest: main}
    payload = main.payload
    tickets = {ticket or (payload.ticket if payload else "")} - {""}
    # A leaf may come in an earlier log than the one that it belongs to: again, until nothing is added.
    while more := [leaf for leaf in leaves if leaf.digest not in taken and _belongs(leaf, taken, tickets)]:
        taken |= {leaf.digest: leaf for leaf in more}
    order = [main.digest, *(digest for digest in found if digest in taken and digest != main.digest)]
    return tuple(found[digest] for digest in order)


def _candidates(log: LogReader, openings: Mapping[bytes, bytes], receipt: bytes | None) -> Iterator[EvidenceLeaf]:
    """The leaves of one log that may belong to a bundle."""
    prove = log.prover()
    for index, entry in entries_of(log):
        if (digest := leaf_hash(entry)) in openings or digest == receipt or _ABOUT in entry:
            yield EvidenceLeaf(entry, prove(index), openings.get(digest))


def _belongs(leaf: EvidenceLeaf, taken: Mapping[bytes, EvidenceLeaf], tickets: Collection[str]) -> bool:
    """True if it names a leaf that is taken, or the ticket, or is the consent to what is taken."""
    payload = leaf.payload
    if leaf.leaf.about in taken or payload is None:
        return leaf.leaf.about in taken
    consents = {one for other in taken.values() if other.payload is not None for one in other.payload.consents}
    return payload.ticket in tickets or payload.record in consents


def _main(found: Sequence[EvidenceLeaf], receipt: bytes | None, ticket: str) -> EvidenceLeaf:
    if receipt is not None:
        named = [one for one in found if one.digest == receipt]
        if not named:
            raise RefusedError(f"leaf {receipt.hex()} is in none of the logs", reason=Reason.NOT_FOUND)
        return named[0]
    of_ticket = [one for one in found if one.payload is not None and one.payload.ticket == ticket]
    if not of_ticket:
        raise RefusedError(
            "no leaf whose words are in --openings is about the ticket; give the ticket's openings, or use --receipt",
            reason=Reason.NOT_FOUND,
        )
    return next((one for one in of_ticket if one.leaf.kind is LeafKind.HAND_OVER), of_ticket[0])


def entries_of(log: LogReader) -> Iterator[tuple[int, bytes]]:
    """Every entry with its place, in the order of the log."""
    for number in range(-(-log.checkpoint.size // TILE_WIDTH)):
        tile = Tile(-1, number, min(TILE_WIDTH, log.checkpoint.size - number * TILE_WIDTH))
        for position, entry in enumerate(from_bundle(log.read(tile), tile.width)):
            yield number * TILE_WIDTH + position, entry
