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


def test_evicted_island_is_posted_in_words_that_every_publisher_knows() -> None:
    """An older publisher refuses a status with an unknown state. It reads `never_loaded`, and why in `last_error`."""
    evicted = IslandStatus(island=DROP, state=IslandState.EVICTED, since=SINCE)
    failed = msgspec.structs.replace(evicted, last_error="the next revision is bad")
    first, second = pop_islands([evicted, failed], {DROP: 3}, {})

    assert (IslandState.NEVER_LOADED, True, 3) == (first.state, first.evicted, first.highest_revision)
    assert "an operator evicted it from this PoP" == first.last_error
    assert "the next revision is bad" == second.last_error


def test_other_islands_take_no_more_bytes_than_before() -> None:
    """The field is left out, so that as many islands fit into a status as in earlier releases."""
    status = IslandStatus(island=DROP, state=IslandState.FRESH, since=SINCE, revision=3)

    assert b"evicted" not in msgspec.json.encode(pop_islands([status], {}, {}))


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
