"""The reason of a withdrawal: it is on the PoP's shelf and in its log, and survives a restart."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from edge.host import utc_now
from edge.publish.repository import Repository
from edge.records import IslandState
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen

WHY = "a test takes it back"
"""The reason that `Pen.withdraw` gives."""


def seen(pop: SyncedPop) -> tuple[IslandState, str]:
    """The drop's state and the reason of its withdrawal."""
    status = pop.status()
    assert status is not None
    return status.state, status.withdrawn_why


async def test_reason_of_a_withdrawal_is_on_the_shelf_and_in_the_log(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """Operators can read why an island is gone."""
    await asyncio.to_thread(pen.withdraw, home)
    with capture_logs() as lines:
        await pop.syncer.sync("poll")

    assert (IslandState.WITHDRAWN, WHY) == seen(pop)
    assert [(str(DROP), 1, WHY)] == [
        (line["island"], line["revision"], line["why"]) for line in lines if line["event"] == "island withdrawn"
    ]


async def test_reason_survives_a_restart(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """It is part of the signed role, which is stored."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    pop.syncer = await asyncio.to_thread(pop.start)

    assert (IslandState.WITHDRAWN, WHY) == seen(pop)


async def test_island_that_comes_back_has_no_reason(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """A higher revision ends the withdrawal."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")

    assert (IslandState.FRESH, "") == seen(pop)


async def test_second_withdrawal_between_two_syncs(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """Published and withdrawn again between two syncs: revision and reason of the newer withdrawal count."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    await asyncio.to_thread(pen.publish, home)
    await asyncio.to_thread(lambda: Repository(home).withdraw(DROP, why="wrong again", now=utc_now()))
    await pop.syncer.sync("poll")
    slot = pop.syncer.shelf.get(DROP)

    assert (IslandState.WITHDRAWN, "wrong again") == seen(pop)
    assert slot is not None
    assert 2 == slot.highest_revision


async def test_same_withdrawal_again_changes_nothing(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """It does not change `since`, and is not logged again."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    before = pop.syncer.shelf.get(DROP)
    pop.syncer = await asyncio.to_thread(lambda: pop.start(pop.syncer.shelf))
    with capture_logs() as lines:
        await pop.syncer.sync("poll")

    assert before == pop.syncer.shelf.get(DROP)
    assert [] == [line for line in lines if line["event"] == "island withdrawn"]
