"""The contract of pushes: the same tests over Server-Sent Events and NATS."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.records import Bundle, IslandState
from edge.wire.publisher import pack_bundle
from tests.delivery.conftest import PublishingHome
from tests.delivery.engines import Engine
from tests.delivery.receiver import Receiver, receiving
from tests.pen import Pen
from tests.waiting import until, until_true

TIMESTAMP = "metadata/timestamp.json"


@pytest.fixture
async def pop(
    pen: Pen, desk: PublishingHome, engine: Engine, repository_url: str, tmp_path: Path
) -> AsyncIterator[Receiver]:
    """A PoP that follows the engine and serves revision 1."""
    engine.send(await desk.next_push(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=20.0), repository_url=repository_url) as pop:
        await pop.until_serving(1)
        yield pop


async def test_change_arrives(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """A revision, a withdrawal, and the next revision arrive."""
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(2)
    engine.send(await desk.withdraw(), state=desk.state)
    await until_withdrawn(pop)
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(3)

    assert 0 == pop.syncs("poll", "ok")


async def test_new_client_gets_the_state(
    pen: Pen, desk: PublishingHome, engine: Engine, repository_url: str, tmp_path: Path
) -> None:
    """It gets earlier changes without a further push."""
    engine.send(await desk.next_push(), state=desk.state)
    engine.send(await desk.publish(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=20.0), repository_url=repository_url) as pop:
        await pop.until_serving(2)


async def test_lost_push(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """The next heartbeat has only a timestamp, and is enough to recover."""
    lost = await desk.publish()
    engine.send(Bundle(files={TIMESTAMP: lost.files[TIMESTAMP]}), state=desk.state)

    await pop.until_serving(2)


async def test_doubled_push(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """The second push changes nothing, and is not an error."""
    push = await desk.publish()
    engine.send(push, state=desk.state)
    await pop.until_serving(2)
    engine.send(push, state=desk.state)
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(3)

    assert 0 == pop.syncs("push", "rollback")


async def test_reordered_pushes(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """An older push that arrives last has no effect: the withdrawn island stays withdrawn."""
    old, new = await desk.publish(), await desk.withdraw()
    engine.send(new, state=desk.state)
    await until_withdrawn(pop)
    engine.send(old, state=desk.state)
    await pop.until_synced("push", "rollback")

    status = pop.status()
    assert status is not None
    assert status.state is IslandState.WITHDRAWN


FORGED = {
    "not a bundle": b"\xc1 forged",
    "no files": b"\x81\xa5files\x80",
    "a path that is not UTF-8": b"\x81\xa5files\x81\xa1\xff\xc4\x00",
    "half a bundle": pack_bundle(Bundle(files={TIMESTAMP: b"x" * 100}))[:50],
    "an unsigned timestamp": pack_bundle(Bundle(files={TIMESTAMP: b"{}"})),
    "an endless name": pack_bundle(Bundle(files={"x" * 1_000_000: b""})),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_forged_push(pop: Receiver, engine: Engine, desk: PublishingHome, forged: bytes) -> None:
    """It changes nothing, and the next good push is accepted."""
    await engine.send_raw(forged)
    engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(2)


async def test_push_with_other_bytes(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """If the island in a genuine push was swapped, it is fetched from the repository."""
    push = await desk.publish()
    swapped = {path: b"swapped" if path.startswith("targets/") else data for path, data in push.files.items()}
    engine.send(Bundle(files=swapped), state=desk.state)

    await pop.until_serving(2)
    await until_true(lambda: pop.syncs("poll", "ok") >= 1, "a poll that is counted")


async def test_server_that_is_killed_and_comes_back(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """Changes during its absence and after it arrive."""
    await engine.kill()
    push = await desk.publish()
    await engine.restart()
    engine.send(push, state=desk.state)
    await pop.until_serving(2)
    engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(3)


async def test_connections_that_break(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """A change arrives each time, ten times in a row."""
    for revision in range(2, 12):
        engine.proxy.cut()
        engine.send(await desk.publish(), state=desk.state)
        await pop.until_serving(revision)


async def test_half_open_connection(
    pen: Pen, desk: PublishingHome, engine: Engine, repository_url: str, tmp_path: Path
) -> None:
    """A dead connection is noticed by its silence, and replaced."""
    engine.send(await desk.next_push(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=0.3), repository_url=repository_url) as pop:
        await pop.until_serving(1)
        engine.proxy.stall()
        engine.send(await desk.publish(), state=desk.state)
        connections = engine.proxy.connections
        await until_more(engine, connections)
        engine.proxy.flow()

        await pop.until_serving(2)


async def test_burst_is_coalesced(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """After thirty pushes at once the last one is in force."""
    for _ in range(30):
        engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(31)


async def test_large_push(engine: Engine) -> None:
    """Eight megabytes arrive complete.

    They are sent once more to the subscriber: NATS may have delivered them before it, and stored them after.
    """
    large = Bundle(files={TIMESTAMP: b"2" * 8_000_000})
    engine.send(large, state=large)
    async with contextlib.aclosing(engine.push(idle_s=20.0).bundles()) as bundles:
        bundle = await anext(bundles)
        engine.send(large, state=large)
        while bundle != large:
            bundle = await asyncio.wait_for(anext(bundles), 20)


async def until_withdrawn(pop: Receiver) -> None:
    """Wait until the drop is withdrawn."""

    async def is_reached() -> bool:
        status = pop.status()
        return status is not None and status.state is IslandState.WITHDRAWN

    await until(is_reached, "the drop withdrawn")


async def until_more(engine: Engine, connections: int) -> None:
    """Wait until a client connects again."""

    async def is_reached() -> bool:
        return engine.proxy.connections > connections

    await until(is_reached, "a new connection")
