"""What people at a desk see of merged sessions."""

import msgspec

from edge.records.types import Utc


class MergedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of another session of the same person."""

    ticket: str
    """Its id."""
    island: str
    """Its island, as `tenant/island`."""
    received: Utc
    """When it came, by the desk's clock."""
    state: str
    """How far it has come, as `TicketState`."""
    text: str
    """The question, in the viewer's words."""
    reply: str = ""
    """The last reply; empty without one."""


class MergeInForce(msgspec.Struct, frozen=True, kw_only=True):
    """One merge that nobody has undone."""

    merge: str
    """Its id, by which it is undone."""
    why: str
    """The reason that was given."""


class DeskMerges(msgspec.Struct, frozen=True, kw_only=True):
    """What else the person behind a ticket said, in sessions that were merged with that of the ticket."""

    tickets: tuple[MergedTicket, ...]
    """The tickets of those sessions that the agent may see, the oldest first; the newest 50."""
    merges: tuple[MergeInForce, ...]
    """The merges by which they are connected; 50 at most."""
