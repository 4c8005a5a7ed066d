"""An island that an operator took off a PoP: until `restore` or the next revision, also over restarts."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge.config import IslandsSection
from edge.daemon.sync import PopShelf, PopSlot, evicted, restored
from edge.daemon.sync.entries import STORE_KEYS
from edge.daemon.sync.evict import SlotChange, eviction_key
from edge.daemon.sync.transitions import uncounted_slots
from edge.errors import Reason, RefusedError, StorageError
from edge.host import utc_now
from edge.publish.repository import Repository
from edge.records import IslandName, IslandState
from edge.shelf import Eviction
from edge.trust import TrustedMetadata
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen


async def evict(pop: SyncedPop, name: IslandName = DROP) -> PopSlot:
    """Evict an island, as the admin socket does."""
    return await pop.syncer.replace_slot(lambda shelf, trust, now: evicted(name, shelf, trust, now=now))


async def restore(pop: SyncedPop, name: IslandName = DROP) -> None:
    """Put an island back, as the admin socket does."""
    await pop.syncer.replace_slot(lambda shelf, _, now: restored(name, shelf, now=now))
    await pop.syncer.sync("poll")


def seen(pop: SyncedPop) -> tuple[IslandState, int | None]:
    """The drop's state and revision."""
    status = pop.status()
    assert status is not None
    return status.state, status.revision


def stored(pop: SyncedPop) -> list[str]:
    """Which of the drop's keys the store has."""
    files = pop.thread.submit(pop.store.read_all).result()
    return [key for key in (*(key(DROP) for key in STORE_KEYS), eviction_key(DROP)) if key in files]


async def test_evicted_island_leaves_shelf_and_store(pop: SyncedPop) -> None:
    """Its bytes are deleted; the eviction takes their place, and the revision stays known."""
    slot = await evict(pop)

    assert (IslandState.EVICTED, None) == seen(pop)
    assert [eviction_key(DROP)] == await asyncio.to_thread(stored, pop)
    assert (None, 1) == (slot.entry, slot.highest_revision)


async def test_evicted_island_is_not_fetched_again(pop: SyncedPop) -> None:
    """Neither a poll nor a push with all files brings the revision back."""
    await evict(pop)
    await pop.syncer.sync("poll")
    await pop.syncer.sync("push", await asyncio.to_thread(pop.repository.everything))

    assert (IslandState.EVICTED, None) == seen(pop)


async def test_evicted_island_stays_evicted_over_a_restart(pop: SyncedPop) -> None:
    """The eviction is read from the store, with its time, and the next poll respects it."""
    before = (await evict(pop)).eviction
    pop.syncer = await asyncio.to_thread(pop.start)
    after = pop.syncer.shelf.slots[DROP].eviction
    await pop.syncer.sync("poll")

    assert before == after
    assert (IslandState.EVICTED, None) == seen(pop)


async def test_next_revision_ends_an_eviction(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """It is served, and nothing of the eviction is left in the store."""
    await evict(pop)
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")

    assert (IslandState.FRESH, 2) == seen(pop)
    assert [STORE_KEYS[0](DROP)] == await asyncio.to_thread(stored, pop)


async def test_next_revision_that_is_refused_ends_no_eviction(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """Until a good revision has arrived the island stays evicted, also over a restart; the error is shown."""
    await evict(pop)
    await asyncio.to_thread(pen.publish, home)
    pop.repository.bent = {".hoodie-drop.island": b"not an island"}
    with pytest.raises(RefusedError):
        await pop.syncer.sync("poll")
    status = pop.status()
    pop.syncer = await asyncio.to_thread(pop.start)
    restarted = seen(pop)
    pop.repository.bent = {}
    await pop.syncer.sync("poll")

    assert status is not None
    assert (IslandState.EVICTED, True) == (status.state, bool(status.last_error))
    assert (IslandState.EVICTED, None) == restarted
    assert (IslandState.FRESH, 2) == seen(pop)


async def test_restored_island_is_served_again(pop: SyncedPop) -> None:
    """The same revision comes back with the next sync."""
    await evict(pop)
    await restore(pop)

    assert (IslandState.FRESH, 1) == seen(pop)
    assert [STORE_KEYS[0](DROP)] == await asyncio.to_thread(stored, pop)


async def test_restored_island_is_served_after_a_restart_if_it_could_not_be_fetched(pop: SyncedPop) -> None:
    """Restoring is durable on its own; fetching follows whenever the publisher is heard."""
    await evict(pop)
    await pop.syncer.replace_slot(lambda shelf, _, now: restored(DROP, shelf, now=now))
    alone = seen(pop)
    pop.syncer = await asyncio.to_thread(pop.start)
    await pop.syncer.sync("poll")

    assert (IslandState.NEVER_LOADED, None) == alone
    assert (IslandState.FRESH, 1) == seen(pop)


async def test_island_that_is_not_evicted_is_restored_without_effect(pop: SyncedPop) -> None:
    """The same command twice is no mistake."""
    before = pop.syncer.shelf.slots
    await restore(pop)

    assert before == pop.syncer.shelf.slots


async def test_evicted_twice_keeps_the_time_of_the_first(pop: SyncedPop) -> None:
    """Evicting is idempotent."""
    first, second = await evict(pop), await evict(pop)

    assert first.eviction == second.eviction


async def test_withdrawal_replaces_an_eviction(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """The tenant's reason is shown, and only a higher revision may follow."""
    await evict(pop)
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    withdrawn = seen(pop)
    left = await asyncio.to_thread(stored, pop)
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")

    assert (IslandState.WITHDRAWN, None) == withdrawn
    assert [] == left
    assert (IslandState.FRESH, 2) == seen(pop)


async def test_withdrawn_island_cannot_be_evicted(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """The tenant's word is in force already."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    with pytest.raises(RefusedError, match=r"^island 'northwind/hoodie-drop' is withdrawn, expected one that ") as info:
        await evict(pop)

    assert Reason.ISLAND_WITHDRAWN == info.value.reason


@pytest.mark.parametrize("change", ["evicted", "restored"])
async def test_unknown_island_is_refused(pop: SyncedPop, change: str) -> None:
    """Nothing is stored for a name that neither metadata nor configuration has."""
    name = IslandName("northwind", "other")

    def decide(shelf: PopShelf, trust: TrustedMetadata, now: datetime) -> SlotChange:
        return evicted(name, shelf, trust, now=now) if change == "evicted" else restored(name, shelf, now=now)

    before = await asyncio.to_thread(pop.thread.submit(pop.store.read_all).result)
    with pytest.raises(RefusedError, match=r"^island 'northwind/other' is unknown here, expected one listed") as info:
        await pop.syncer.replace_slot(decide)

    assert Reason.ISLAND_UNKNOWN == info.value.reason
    assert before == await asyncio.to_thread(pop.thread.submit(pop.store.read_all).result)


async def test_required_island_that_never_came_cannot_be_evicted(pop: SyncedPop) -> None:
    """Nothing lists it, so there is no revision to keep off."""
    name = IslandName("northwind", "other")
    pop.syncer.shelf = pop.syncer.shelf.put(PopSlot(name=name, since=utc_now(), required=True))
    with pytest.raises(RefusedError, match="is unknown here"):
        await evict(pop, name)


async def test_full_disk_keeps_the_island_in_force(pop: SyncedPop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be stored is not in force: the operator is told, and may try again."""

    def fail(_changes: Any) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(pop.store, "commit", fail)
    with pytest.raises(StorageError, match="the disk is full"):
        await evict(pop)
    monkeypatch.undo()

    assert (IslandState.FRESH, 1) == seen(pop)
    assert [STORE_KEYS[0](DROP)] == await asyncio.to_thread(stored, pop)


async def test_eviction_that_cannot_be_read_is_ignored(pop: SyncedPop) -> None:
    """A damaged row, or one for no island, stops no start; the next poll fetches what is listed."""
    await evict(pop)
    damaged = {eviction_key(DROP): b"\xff", "evicted/..": b"{}"}
    await asyncio.to_thread(pop.thread.submit(lambda: pop.store.commit(damaged)).result)
    pop.syncer = await asyncio.to_thread(pop.start)
    await pop.syncer.sync("poll")

    assert (IslandState.FRESH, 1) == seen(pop)


async def test_eviction_of_an_island_that_is_no_longer_wanted_is_not_shown(pop: SyncedPop) -> None:
    """The configuration decides which islands a PoP knows."""
    await evict(pop)
    pop.config = type(pop.config)(**{**_fields(pop.config), "islands": IslandsSection(serve=("acme/*",))})
    pop.syncer = await asyncio.to_thread(pop.start)

    assert pop.status() is None


async def test_eviction_and_polls_at_once(pop: SyncedPop) -> None:
    """They take turns: in any order, the island ends evicted."""
    await asyncio.gather(pop.syncer.sync("poll"), evict(pop), pop.syncer.sync("poll"), pop.syncer.sync("poll"))

    assert (IslandState.EVICTED, None) == seen(pop)
    assert [eviction_key(DROP)] == await asyncio.to_thread(stored, pop)


async def test_rollout_of_an_evicted_revision_ends_no_eviction(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """More viewers for the same revision are no next revision."""
    from edge.publish.release import publish_source, read_rollout_target, widen_rollout

    repository = Repository(home)
    await asyncio.to_thread(
        lambda: publish_source(
            pen.prepared.source, repository=repository, triage=pen.triage, now=utc_now, who=read_rollout_target("10%")
        )
    )
    await pop.syncer.sync("poll")
    await evict(pop)
    await asyncio.to_thread(lambda: widen_rollout(repository, DROP, read_rollout_target("50%"), now=utc_now()))
    await pop.syncer.sync("poll")

    assert (IslandState.EVICTED, None) == seen(pop)


def test_eviction_forgets_a_revision_that_a_thief_may_have_driven_up() -> None:
    """A tenant that lost all of its keys starts from zero: its next revision ends the eviction, whichever it is."""
    eviction = Eviction(at=utc_now(), revision=9_999)
    slots = [
        PopSlot(name=DROP, since=utc_now(), eviction=eviction),
        PopSlot(name=IslandName(DROP.tenant, "other"), since=utc_now()),
    ]
    (changed,) = uncounted_slots(PopShelf().put(*slots), [DROP.tenant])

    assert (DROP, 0, replace(eviction, revision=0)) == (changed.name, changed.highest_revision, changed.eviction)


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}
