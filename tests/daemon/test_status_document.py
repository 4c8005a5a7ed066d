"""`edge.daemon.status_document`: what a PoP posts, within bounds."""

from datetime import UTC, datetime

import msgspec

from edge.daemon.status_document import encode_status, island_reports
from edge.records import MAX_STATUS_BYTES, IslandState, IslandStatus, PopIsland, PopStatus

SINCE = datetime(2026, 9, 1, 11, tzinfo=UTC)
DROP = "acme/drop"


def test_what_a_pop_posts_of_its_islands() -> None:
    """State, since, revision and the newest ever taken; errors cut to one line's length."""
    status = IslandStatus(island=DROP, state=IslandState.WITHDRAWN, since=SINCE, last_error="e" * 500)

    assert (
        PopIsland(island=DROP, state=IslandState.WITHDRAWN, since=SINCE, highest_revision=3, last_error="e" * 200),
    ) == island_reports([status], {DROP: 3}, {})


def test_status_that_is_too_large_leaves_islands_out() -> None:
    """It is sent with what fits, and says how many did not."""
    islands = tuple(
        PopIsland(island=f"acme/drop-{n}", state=IslandState.REJECTED, since=SINCE, last_error="e" * 200)
        for n in range(16_000)
    )
    document = encode_status(PopStatus(pop="ams", run=1, sequence=1, time=SINCE, interval_s=30.0, islands=islands))
    status = msgspec.json.decode(document, type=PopStatus)

    assert len(document) <= MAX_STATUS_BYTES
    assert 16_000 == len(status.islands) + status.omitted
    assert len(status.islands) >= 4_000
