"""What a PoP signed of a log that it hands over. Pure."""

from collections.abc import Sequence

from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.ledger import Checkpoint, NoteKey, open_checkpoint, open_note, read_checkpoint
from edge.records.archive import ClosedLog


def signed(closed: ClosedLog, key: NoteKey, keys: Sequence[bytes]) -> Checkpoint:
    """The checkpoint, signed by the log's key and one of `keys`. Raises `RefusedError`."""
    checkpoint = opened(closed.checkpoint, key)
    if keys:
        try:
            open_note(closed.checkpoint, [NoteKey(key.name, one) for one in keys])
        except RefusedError as error:
            raise BrokenRuleError(f"{error.text}, expected the PoP's own key, too", reason=error.reason) from error
    if checkpoint.size == 0:
        raise BrokenRuleError(f"log {key.name} has no entries, expected a closed one", reason=Reason.CONTRADICTORY)
    return checkpoint


def opened(note: str, key: NoteKey) -> Checkpoint:
    """The state of which a note speaks that the log's key signed. Raises `RefusedError`."""
    try:
        return open_checkpoint(note, key).checkpoint
    except RefusedError as error:
        raise BrokenRuleError(error.text, reason=error.reason) from error


def state_in(note: str) -> Checkpoint | None:
    """The state of which a file speaks; None for a damaged one."""
    try:
        return read_checkpoint(note)
    except RefusedError:
        return None
