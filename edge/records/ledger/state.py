"""How a PoP's ledger does: what `/readyz` and `/statusz` say of it, and what a PoP posts to its publisher."""

from typing import Annotated

import msgspec

MAX_TEXT_CHARACTERS = 300
"""Longest error in a state, so that it fits into a PoP's status."""

_Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
_Word = Annotated[str, msgspec.Meta(max_length=40)]
_Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_CHARACTERS)]


class LedgerState(msgspec.Struct, frozen=True, kw_only=True):
    """How the ledger does. A later release may know more words."""

    word: _Word
    """`ok`, `filling` (four fifths of the room are used), `full` (answers have no leaves), `exhausted` (hand-overs and
    replies have none either) or `failing`.
    """
    error: _Text
    """Why it fails; empty if it does not."""
    size_bytes: _Count
    """Bytes of the ledger's file that are in use."""
    max_bytes: _Count
    """How many it may use."""
    missing: _Count
    """Acts without a leaf, of which no leaf tells yet."""
    lost_at_start: _Count = 0
    """Answers whose leaves the process before this one did not write: it was killed, or the ledger was full."""
    payloads: _Word = "ok"
    """`ok`, or `failing`: then leaves are written without what they are about."""
    payloads_error: _Text = ""
    """Why payloads cannot be kept or erased; empty if they can."""
    payloads_lost: _Count = 0
    """Payloads that this process could not keep. Their leaves have commitments alone."""
    witness: _Word = "none"
    """`none` (no witness is asked), `unknown` (it was not asked yet), `ok`, `silent` (it does not answer), `refused`
    (it does not cosign: it saw another history, does not know this PoP, or its signature is not good), or `behind`:
    this PoP could not show its logs.
    """
    witness_error: _Text = ""
    """Why the witness has not cosigned; empty if it has."""
