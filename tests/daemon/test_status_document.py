"""`edge.daemon.status_document`: the islands of a status, and its largest size."""

from datetime import UTC, datetime

import msgspec

from edge.daemon.status_document import encode_status, pop_islands
from edge.records import MAX_STATUS_BYTES, IslandState, IslandStatus, PopIsland, PopStatus

SINCE = datetime(2026, 9, 1, 11, tzinfo=UTC)
DROP = "acme/drop"


def test_islands_of_a_status() -> None:
    """State, since, revision and the highest revision; errors are cut to the length of one line."""
    status = IslandStatus(island=DROP, state=IslandState.WITHDRAWN, since=SINCE, last_error="e" * 500)

    assert (
        PopIsland(island=DROP, state=IslandState.WITHDRAWN, since=SINCE, highest_revision=3, last_error="e" * 200),
    ) == pop_islands([status], {DROP: 3}, {})


def test_status_that_is_too_large_leaves_islands_out() -> None:
    """It is sent with the islands that fit, and the number of the others."""
    islands = tuple(
        PopIsland(island=f"acme/drop-{n}", state=IslandState.REJECTED, since=SINCE, last_error="e" * 200)
        for n in range(16_000)
    )
    document = encode_status(PopStatus(pop="ams", run=1, sequence=1, time=SINCE, interval_s=30.0, islands=islands))
    status = msgspec.json.decode(document, type=PopStatus)

    assert len(document) <= MAX_STATUS_BYTES
    assert 16_000 == len(status.islands) + status.omitted
    assert len(status.islands) >= 4_000
