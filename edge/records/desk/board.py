"""`GET /v1/board`: what the PoPs posted, for the wall."""

import msgspec

from edge.records.desk.pops import PopFigures
from edge.records.types import Utc


class BoardPop(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP as the desk last heard of it."""

    pop: str
    """Name of the PoP."""
    heard: Utc | None = None
    """When it last posted figures, by the desk's clock. None: not since the desk started."""
    age_s: float | None = None
    """Seconds since then, for the figures here. None: there are none."""
    silent_since: Utc | None = None
    """Set if it has posted nothing for 20 s: show a hole with its age, and no figure as zero."""
    figures: PopFigures | None = None
    """What it posted last, as far as it concerns the reader's tenant. None: nothing since the desk started."""
    unconfirmed: int = 0
    """Tickets of the reader's tenant about which the PoP has not fetched the newest event."""
    unconfirmed_tickets: tuple[str, ...] = ()
    """Ids of those tickets; 100 at most. If the PoP is gone for good, no reply reaches their viewers' pages."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """All PoPs that have a token."""

    at: Utc
    """The desk's clock."""
    pops: tuple[BoardPop, ...]
    """By name."""
