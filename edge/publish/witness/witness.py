"""Cosign the checkpoint of a PoP's log, if it goes on from what was cosigned before. Blocking.

A log is named `POP/TENANT/EVENT`. Its checkpoint must be signed with the key of that PoP's statuses, which the fleet
knows. The log's own key is made with it and goes with it; who keeps the log is proven by the PoP's key.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from edge.errors import BrokenRuleError, Reason, RefusedError, StorageError
from edge.ledger import (
    Checkpoint,
    NoteKey,
    SignatureType,
    Submission,
    check_consistency,
    cosign,
    open_checkpoint,
    read_checkpoint,
)
from edge.publish.fleet import FleetMembers
from edge.publish.keys import WITNESS_ROLE, KeyStore
from edge.publish.witness.seen import Seen, SeenLogs

_NAME = "skerry-witness"
_LOG_PARTS = 3


class UnknownLogError(RefusedError):
    """A log of no PoP of this fleet."""

    reason = Reason.POP_UNKNOWN


class UnsignedLogError(RefusedError):
    """A checkpoint that its PoP's key did not sign."""

    reason = Reason.SIGNATURE_INVALID


class OtherSizeError(RefusedError):
    """The log goes on from another state than the one that was cosigned last, of `size` entries."""

    reason = Reason.CONTRADICTORY

    def __init__(self, text: str, *, size: int) -> None:
        super().__init__(text)
        self.size = size


class TwoHistoriesError(RefusedError):
    """A log that does not begin with what was cosigned before, or cannot show it. `is_other_root`: for one size."""

    reason = Reason.HASH_MISMATCH

    def __init__(self, text: str, *, is_other_root: bool) -> None:
        super().__init__(text)
        self.is_other_root = is_other_root


def witness_key(keys: KeyStore) -> NoteKey:
    """The witness's verifier key; the key is made if there is none. Raises as `KeyStore`."""
    if not keys.has(WITNESS_ROLE):
        try:
            keys.create(WITNESS_ROLE)
        except StorageError:
            # Another process made it meanwhile; any other fault is found by the next line.
            keys.load(WITNESS_ROLE)
    return NoteKey(_NAME, keys.public(WITNESS_ROLE), SignatureType.COSIGNATURE)


class Witness:
    """The witness of one home."""

    def __init__(self, home: Path, keys: KeyStore, *, now: Callable[[], datetime]) -> None:
        self._members, self._seen = FleetMembers(home), SeenLogs(home)
        self._keys, self._now = keys, now

    def cosign(self, submission: Submission) -> str:
        """The line with the cosignature. What it says is on the disk when this returns.

        Raises the errors above, `RefusedError` for a checkpoint of another form, and `ConfigError` or `StorageError` if
        the witness cannot sign.
        """
        text = submission.note.rpartition("\n\n")[0] + "\n"
        try:
            origin = read_checkpoint(text).origin
            pop, log = self._log(origin)
            checkpoint = open_checkpoint(submission.note, log).checkpoint
        except UnknownLogError:
            raise
        except RefusedError as error:
            # A note of another form is no forgery.
            raise (BrokenRuleError if error.reason is Reason.MALFORMED else UnsignedLogError)(error.text) from error
        if submission.before > checkpoint.size:
            raise RefusedError(f"the old size is {submission.before}, expected at most {checkpoint.size}")
        # Opened first: a key that cannot be opened changes nothing.
        by, key = witness_key(self._keys), self._keys.load(WITNESS_ROLE)
        with self._seen.advancing(origin, pop) as row:
            _check(submission, checkpoint, row.last())
            row.to(checkpoint.size, checkpoint.root, submission.note)
        # Only now: the row is durable.
        return cosign(text, by, key.sign, at_s=int(self._now().timestamp()))

    def _log(self, origin: str) -> tuple[str, NoteKey]:
        parts = origin.split("/")
        key = self._members.key(parts[0]) if len(parts) >= _LOG_PARTS else None
        if key is None:
            raise UnknownLogError("the log is of no PoP of this fleet, expected POP/TENANT/EVENT of a member")
        return parts[0], NoteKey(origin, key)


def _check(submission: Submission, checkpoint: Checkpoint, last: Seen | None) -> None:
    """Raise unless the log goes on from what was cosigned last."""
    size = last.size if last else 0
    if submission.before != size:
        text = f"the old size is {submission.before}, expected {size}, which was cosigned last"
        raise OtherSizeError(text, size=size)
    if last is not None and checkpoint.size == size and checkpoint.root != last.root:
        raise TwoHistoriesError(f"{checkpoint.origin} has two roots for {size} leaves", is_other_root=True)
    try:
        check_consistency(
            before=size,
            after=checkpoint.size,
            proof=submission.proof,
            # Of no entries, any log is a continuation.
            root_before=last.root if last and size else checkpoint.root,
            root_after=checkpoint.root,
        )
    except RefusedError as error:
        raise TwoHistoriesError(f"{checkpoint.origin}: {error.text}", is_other_root=False) from error
