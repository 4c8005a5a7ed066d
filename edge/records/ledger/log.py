"""What a PoP says of its logs, and the proof of one leaf."""

from typing import Literal

import msgspec


class LeafProof(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/receipts/{leaf}/proof`: that a leaf is in a log which the PoP has signed (RFC 9162, section 2.1.3)."""

    state: Literal["pending", "proven"]
    """`pending`: the leaf is not yet in a signed log. Ask again in a second; the other fields are empty until then."""
    leaf: str
    """Hash of the leaf, 64 hexadecimal digits."""
    log: str = ""
    """Name of the log, as in the first line of the checkpoint."""
    key: str = ""
    """The log's verifier key, as `NAME+ID+KEY`. Compare it with one from elsewhere."""
    entry: str = ""
    """The leaf itself, as JSON. Its hash is SHA-256 of a zero byte and these bytes."""
    index: int = 0
    """The leaf's place in the log, from 0."""
    proof: tuple[bytes, ...] = ()
    """The hashes from the leaf to the root, the lowest first, in Base64."""
    checkpoint: str = ""
    """The signed state of the log (https://c2sp.org/tlog-checkpoint)."""


class LedgerLog(msgspec.Struct, frozen=True, kw_only=True):
    """One log of a PoP: the acts of one event."""

    name: str
    """`TENANT/EVENT`, as in `/v1/ledger/{tenant}/{event}/checkpoint`. Later logs of an event end with `~2`, `~3` …"""
    origin: str
    """The log's name in checkpoints, and that of its key."""
    state: Literal["open", "closed", "archived"]
    """`closed`: nothing is added any more. `archived`: its leaves are in the archive, the checkpoint is here."""
    size: int
    """How many leaves it has."""
    missing: int
    """How many acts wait for a leaf that says that theirs are missing."""


class LedgerList(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/ledger`: every log of a PoP."""

    key: str
    """The PoP's public key for its logs, 64 hexadecimal digits of Ed25519."""
    logs: tuple[LedgerLog, ...]
    """In the order of their names."""
