"""An escalated question on its way to people at origin."""

import msgspec

from edge.errors import Reason
from edge.records.decision import RankedCandidate
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
    lane: str
    candidates: tuple[RankedCandidate, ...] = ()
    context: IslandContext = IslandContext()
    model: str = ""
