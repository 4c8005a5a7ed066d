"""What a PoP says of a log that it wants to move, and what the archive has of it."""

from enum import StrEnum
from typing import Annotated

import msgspec

MAX_CLOSED_LOG_BYTES = 65_536
"""A checkpoint has some hundred bytes, and as many for each signature."""

MAX_BUNDLE_BYTES = 1_048_576
"""256 leaves. A leaf of ours has at most 400 bytes: ten times as much leaves room for later forms."""

_Note = Annotated[str, msgspec.Meta(max_length=30_000)]


class ArchiveState(StrEnum):
    """What an archive has of a log."""

    RECEIVING = "receiving"
    """It waits for bundles of entries."""
    VERIFYING = "verifying"
    """It has all of them, and reads them again. Ask again later."""
    KEPT = "kept"
    """It has verified all of it, and has it on its disk."""


class ClosedLog(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`PUT /v1/pops/{name}/logs/{tenant}/{event}`: a log to which nothing is added any more."""

    key: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    """The public key that signed its checkpoints, 64 hexadecimal digits of Ed25519."""
    checkpoint: _Note
    """Its last checkpoint (https://c2sp.org/tlog-checkpoint), which the PoP's own key, if any, has signed, too."""
    cosigned: _Note = ""
    """The last checkpoint of it that a witness cosigned; empty: none."""


class ArchivedLog(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to it."""

    state: ArchiveState
    """What the archive has of the log."""
    bundles: Annotated[int, msgspec.Meta(ge=0)]
    """How many bundles of 256 entries it has, from the first on. Send the next one, or ask again."""
    size: Annotated[int, msgspec.Meta(ge=0)]
    """How many entries the log has."""
    root: str
    """Root of the log that the archive speaks of, 64 hexadecimal digits."""
