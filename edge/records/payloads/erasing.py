"""What to erase, what to hold, and what came of it."""

from enum import StrEnum

import msgspec

from edge.records.types import Utc


class ErasureScope(StrEnum):
    """What a name is the name of."""

    SESSION = "session"
    """A session's pseudonym."""
    TICKET = "ticket"
    """A ticket's id."""
    EVENT = "event"
    """An event's name."""


class EraseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erase all payloads of some sessions, tickets or events of a tenant."""

    scope: ErasureScope
    tenant: str
    names: tuple[str, ...]


class DeskErasure(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk deleted of some sessions."""

    tickets: int
    merges: int


class HoldRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold, or release, all payloads of one session, ticket or event of a tenant."""

    scope: ErasureScope
    tenant: str
    name: str


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased. It is durable, and nothing of it is left in the PoP's files."""

    keys: int
    """Sealed keys that were overwritten."""
    payloads: int
    """Payloads that were overwritten."""
    held: int = 0
    """Keys whose time was over and that a hold kept."""
    merges: int = 0
    """Merges of sessions, and undoings, that the PoP has forgotten."""


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold in force. A session is shown by its digest, as in the PoP's files."""

    scope: ErasureScope
    tenant: str
    name: str
    since: Utc


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """All holds in force, the oldest first."""

    holds: tuple[Hold, ...]
