"""What a log sends to a witness: a checkpoint, and why it goes on from an earlier one (https://c2sp.org/tlog-witness).

old 7
<Base64 of a hash of the consistency proof>

<the checkpoint, a signed note>
"""

import re
from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.ledger.logged import MAX_HASHES, hash_lines, read_hash_lines

MAX_SUBMISSION_BYTES = 65_536
"""A proof has 3 KiB at most. A checkpoint has some hundred bytes, and as many for each signature."""

_BODY = re.compile(
    rf"old (?P<before>0|[1-9][0-9]{{0,18}})\n(?P<proof>(?:[A-Za-z0-9+/]{{43}}=\n){{0,{MAX_HASHES}}})\n(?P<note>.+)",
    re.DOTALL,
)


class Submission(NamedTuple):
    """A checkpoint that a witness is asked to cosign."""

    before: int
    """Size of the last checkpoint that the witness cosigned; 0 if it cosigned none."""
    proof: tuple[bytes, ...]
    """That the log of `before` entries is the beginning of this one."""
    note: str
    """The checkpoint with its signatures."""

    @property
    def body(self) -> bytes:
        """The body of the request."""
        return f"old {self.before}\n{hash_lines(self.proof)}\n{self.note}".encode()


def read_submission(body: bytes) -> Submission:
    """The submission in a request's body. Raises `RefusedError` for another body."""
    try:
        found = _BODY.fullmatch(body.decode())
    except UnicodeDecodeError:
        found = None
    if found is None or len(body) > MAX_SUBMISSION_BYTES:
        raise RefusedError(
            f"body of {len(body)} bytes, expected a line `old SIZE`, up to {MAX_HASHES} hashes, an empty line and a "
            f"checkpoint, in {MAX_SUBMISSION_BYTES} bytes",
            reason=Reason.MALFORMED,
        )
    return Submission(int(found["before"]), read_hash_lines(found["proof"]), found["note"])
