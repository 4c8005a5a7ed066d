"""An escalated question on its way to people at origin."""

import msgspec

from edge.errors import Reason
from edge.records.decision import RankedCandidate, TicketKind
from edge.records.island import IslandContext
from edge.records.moment import Utc


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person needs to take over. `id` is what makes its delivery happen once."""

    id: str
    created: Utc
    pop: str
    island: str
    revision: int | None
    text: str
    session: str = ""
    channel: str = ""
    locale: str = ""
    reason: Reason
    because: Reason | None = None
    """For `surge` and `human_active`: why people were wanted in the first place."""
    kind: TicketKind = TicketKind.SUPPORT
    schema: str = "skerry.support/1"
    """`skerry.`, the kind, and the version of this record for it: what a lane's own tools check first."""
    risk_flags: tuple[str, ...] = ()
    """What the snippet probably meant may be about."""
    promised_wait_s: float | None = None
    """What the viewer was told to expect, if anything."""
    lane: str
    candidates: tuple[RankedCandidate, ...] = ()
    context: IslandContext = IslandContext()
    model: str = ""
