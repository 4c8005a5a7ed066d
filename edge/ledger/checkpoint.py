"""What a log is at one moment: its name, its size and its root, as a signed note (https://c2sp.org/tlog-checkpoint).

Two checkpoints of one size with two roots, or two that no proof joins, show that a log has two histories.
"""

import base64
import re
from collections.abc import Iterable
from typing import NamedTuple

from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.ledger.note import NoteKey, NoteSignature, open_note, sign_note
from edge.ledger.tree import MAX_SIZE

_LINES = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")


class Checkpoint(NamedTuple):
    """The state of a log."""

    origin: str
    """The log's name. Also the name of the key that signs."""
    size: int
    root: bytes
    """RFC 6962 root hash, 32 bytes."""

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, key: SigningKey) -> str:
        """The note that the log signs."""
        return sign_note(self.text, self.origin, key)


class OpenedCheckpoint(NamedTuple):
    """A checkpoint, and who signed it."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]
    """The log's first, then those of known witnesses."""


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text. Raises `RefusedError` for another text. Further lines are passed over."""
    found = _LINES.match(text)
    if found and int(found["size"]) <= MAX_SIZE:
        checkpoint = Checkpoint(found["origin"], int(found["size"]), base64.b64decode(found["root"]))
        # Base64 has several spellings of the same bytes: only one is signed.
        if text.startswith(checkpoint.text):
            return checkpoint
    raise RefusedError(
        f"checkpoint begins with {text[:80]!r}, expected lines of a name, a size and a root", reason=Reason.MALFORMED
    )


def open_checkpoint(note: str, log: NoteKey, witnesses: Iterable[NoteKey] = ()) -> OpenedCheckpoint:
    """A checkpoint that `log` signed, and which of the `witnesses` did.

    Raises `RefusedError` if the log did not sign it, if it is another log's, or if a signature is wrong.
    """
    text, signatures = open_note(note, (log, *witnesses))
    ours = [one for one in signatures if one.key == log]
    if not ours:
        raise RefusedError(f"checkpoint is not signed by {log.name}", reason=Reason.SIGNATURE_INVALID)
    checkpoint = read_checkpoint(text)
    # Its key would sign for another log only if someone asked it to.
    if checkpoint.origin != log.name:
        raise RefusedError(f"checkpoint of {checkpoint.origin!r}, expected {log.name!r}", reason=Reason.CONTRADICTORY)
    return OpenedCheckpoint(checkpoint, (*ours, *(one for one in signatures if one.key != log)))
