"""What an operator asks of a PoP's outbox, and what comes back: over the admin socket, or read from the files."""

from typing import Annotated, Literal

import msgspec

from edge.records import Utc


class OutboxTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel in the outbox, without its words."""

    id: str
    """Id of the ticket."""
    priority: Literal["urgent", "escalation", "consent", "telemetry"]
    """Urgent ones leave first."""
    origin: str
    """Name of its origin in the configuration; empty for the default one."""
    dead_letter: bool
    """True if it is not delivered until an operator retries it."""
    created: Utc
    """When it was put."""
    due: Utc | None
    """When it is tried next; None: at once."""
    attempts: int
    """Attempts to deliver it that failed."""
    error: str
    """Why the last one failed, or that an operator holds it."""
    size: int
    """Bytes of its payload."""


class OutboxQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/outbox/list` and `/v1/outbox/read` of the admin socket: which parcels."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    """The `next` of the page before; 0 for the first page."""
    dead_letters: bool = False
    """True: only dead letters."""
    tickets: tuple[str, ...] = ()
    """Only these ids; empty: all."""


class OutboxPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some parcels, in the order in which they were put."""

    tickets: tuple[OutboxTicket, ...]
    """The parcels."""
    next: int | None
    """Where the next page begins; None after the last one."""


class StoredTicket(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of a parcel."""

    id: str
    """Id of the ticket."""
    payload: bytes
    """The bytes as they are stored; base64 in JSON."""
    dead_letter: bool
    """True if it is a dead letter, or was one until it was retried or dropped."""


class StoredTickets(msgspec.Struct, frozen=True, kw_only=True):
    """Some payloads, in the order in which they were put."""

    tickets: tuple[StoredTicket, ...]
    """The payloads."""
    next: int | None
    """Where the next page begins; None after the last one."""


class OutboxSelection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/outbox/hold` and `/v1/outbox/drop` of the admin socket: which parcels."""

    tickets: tuple[str, ...]
    """Their ids."""


class OutboxRetry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/outbox/retry` of the admin socket: which parcels."""

    tickets: tuple[str, ...] = ()
    """Their ids."""
    all_dead_letters: bool = False
    """True: every dead letter, and no other."""


class OutboxChange(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a selection."""

    tickets: tuple[str, ...]
    """Ids of the parcels that were changed."""
