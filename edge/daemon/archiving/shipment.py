"""Moves one closed log to an archive over HTTP: a bundle of 256 entries at a time, from where it was left.

What the archive has is asked of it, and nothing is remembered here: a PoP or an archive that was killed goes on.
"""

from edge.daemon.ledger import Ledger
from edge.errors import Cause, Reason, RefusedError, UnreachableError
from edge.ledger import TILE_WIDTH, NoteKey, Tile, countersign, read_checkpoint
from edge.records.archive import ArchivedLog, ArchiveState, ClosedLog
from edge.store.ledger import StoredLog
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient

_BUNDLES = -1


async def ship(
    log: StoredLog, key: NoteKey, note: str, *, ledger: Ledger, client: ArchiveClient, signer: PopSigner | None
) -> bool:
    """True if the archive has verified all of the log and has it on its disk; False while it verifies it.

    `key` is the log's, `note` what a witness cosigned of it. `signer` has the PoP's own key, by which others know it.
    Raises `RefusedError`, `UnreachableError` and `StorageError`.
    """
    text = log.checkpoint.rpartition("\n\n")[0] + "\n"
    # Signed by the key that the fleet knows as well: the log's own goes with the ledger.
    own = countersign(text, NoteKey(log.origin, signer.public), signer.sign_note) if signer is not None else ""
    closed = ClosedLog(key=key.public.hex(), checkpoint=log.checkpoint + own, cosigned=note)
    answer = await client.put_log(log.name, closed)
    _check_is_of(answer, log)
    if answer.state is ArchiveState.RECEIVING:
        for number in range(answer.bundles, -(-log.size // TILE_WIDTH)):
            # A bundle at a time: leaves of answers are written in between.
            tile = Tile(_BUNDLES, number, min(TILE_WIDTH, log.size - number * TILE_WIDTH))
            bundle = await ledger.tile(log.name, tile)
            if bundle is None:
                raise RefusedError(f"log {log.name} is not here any more", reason=Reason.NOT_FOUND)
            await _send(client, log.name, number, bundle)
        answer = await client.put_log(log.name, closed)
        _check_is_of(answer, log)
    if answer.state is ArchiveState.RECEIVING:
        text = f"the archive has {answer.bundles} bundles of {log.origin} after all were sent, expected all"
        raise UnreachableError(text, cause=Cause.STRANGE_ANSWER)
    return answer.state is ArchiveState.KEPT


async def _send(client: ArchiveClient, log: str, number: int, bundle: bytes) -> None:
    try:
        await client.put_bundle(log, number, bundle)
    except RefusedError as error:
        if error.reason is not Reason.CONTRADICTORY:
            raise
        # It was started again, or gave this upload up: the next try asks it first what it has.
        raise UnreachableError(error.text, cause=Cause.CONFLICT) from error


def _check_is_of(answer: ArchivedLog, log: StoredLog) -> None:
    """Raise `RefusedError` unless the archive speaks of this log."""
    if (answer.size, answer.root) != (log.size, read_checkpoint(log.checkpoint).root.hex()):
        text = f"the archive speaks of another log than {log.origin} of {log.size} entries, expected this one"
        raise RefusedError(text, reason=Reason.CONTRADICTORY)
