"""`edge.daemon.people.in_flight`: what counts as on its way."""

from datetime import UTC, datetime

import msgspec

from edge.daemon.people import InFlightTickets
from edge.errors import Reason
from edge.records import Provenance, SolvedByViewer, Ticket

AT = datetime(2026, 9, 1, tzinfo=UTC)
TICKET = Ticket(
    id="t", created=AT, pop="p", island="acme/drop", revision=1, text="q", reason=Reason.LOW_CONFIDENCE, lane="fast"
)
SOLVED = SolvedByViewer(
    id="t.solved",
    ticket="t",
    created=AT,
    pop="p",
    island="acme/drop",
    lane="fast",
    provenance=Provenance(island="acme/drop", revision=1, snippet="price", approved_by="D", approved_at=AT, key_id="k"),
)


def test_take_back_is_no_ticket() -> None:
    """It was not counted, so its delivery uncounts nothing; that of its ticket does."""
    counted = InFlightTickets()
    counted.count(TICKET)
    counted.uncount(msgspec.json.encode(SOLVED))
    counted.recount(msgspec.json.encode(SOLVED))
    before = counted.get("acme").queued
    counted.uncount(msgspec.json.encode(TICKET))

    assert (1, 0) == (before, counted.get("acme").queued)
