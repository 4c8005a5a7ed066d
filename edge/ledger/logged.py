"""The proof that one entry is in a log, as a text that is checked offline (https://c2sp.org/tlog-proof).

It holds the entry's place, the hashes up to the root, and the checkpoint with all its signatures. The entry itself is
not in it: a reader hashes what it has.
"""

import base64
import re
from collections.abc import Iterable
from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from edge.ledger.note import NoteKey
from edge.ledger.proofs import check_inclusion

MAX_HASHES = 63
"""A tree of `MAX_SIZE` leaves needs 48."""

_HEAD = "c2sp.org/tlog-proof@v1\n"
_PROOF = re.compile(
    rf"(?:extra [A-Za-z0-9+/=]+\n)?index (?P<index>0|[1-9][0-9]{{0,18}})\n"
    rf"(?P<hashes>(?:[A-Za-z0-9+/]{{43}}=\n){{0,{MAX_HASHES}}})\n(?P<note>.+)",
    re.DOTALL,
)


class LoggedProof(NamedTuple):
    """Where an entry is in a log, and why that is so."""

    leaf: int
    """The place of the entry in the log, from 0."""
    hashes: tuple[bytes, ...]
    """From the entry's neighbour to the root's child, 32 bytes each."""
    note: str
    """The checkpoint that covers the entry, with its signatures."""

    @property
    def text(self) -> str:
        """The proof as it is passed on; its file's name ends with `.tlog-proof`."""
        return f"{_HEAD}index {self.leaf}\n{hash_lines(self.hashes)}\n{self.note}"

    @property
    def origin(self) -> str:
        """The name of the log that its checkpoint is of. Nothing is verified."""
        return self.note.partition("\n")[0]

    def check(self, digest: bytes, *, log: NoteKey, witnesses: Iterable[NoteKey] = ()) -> OpenedCheckpoint:
        """The checkpoint that proves that the entry with this leaf hash is in the log.

        Raises `RefusedError` if the proof is of another entry, or the checkpoint is not signed as it should be.
        """
        opened = open_checkpoint(self.note, log, witnesses)
        checkpoint = opened.checkpoint
        check_inclusion(digest, index=self.leaf, size=checkpoint.size, proof=self.hashes, root=checkpoint.root)
        return opened


def read_logged_proof(text: str) -> LoggedProof:
    """The proof in a text. Extra data in it is passed over: nobody signed that. Raises `RefusedError`."""
    found = _PROOF.fullmatch(text.removeprefix(_HEAD)) if text.startswith(_HEAD) else None
    if found is None:
        raise RefusedError(
            f"proof begins with {text[:80]!r}, expected lines of {_HEAD.strip()}, an index, hashes and a checkpoint",
            reason=Reason.MALFORMED,
        )
    return LoggedProof(int(found["index"]), read_hash_lines(found["hashes"]), found["note"])


def hash_lines(hashes: Iterable[bytes]) -> str:
    """One line of Base64 for each hash."""
    return "".join(f"{base64.b64encode(one).decode()}\n" for one in hashes)


def read_hash_lines(text: str) -> tuple[bytes, ...]:
    """The hashes of such lines. Raises `RefusedError` for a line that is none, or spells a hash in another way."""
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in text.splitlines())
    except ValueError:
        hashes = ()
    if hash_lines(hashes) != text or any(len(one) != 32 for one in hashes):  # noqa: PLR2004 - bytes of SHA-256
        raise RefusedError("a line is not the Base64 of a hash", reason=Reason.MALFORMED)
    return hashes
