"""What every way of delivering notices must do; the same tests over Server-Sent Events and NATS."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.records import Bundle, IslandState
from edge.wire.publisher import pack_bundle
from tests.delivery.conftest import Desk
from tests.delivery.engines import Engine
from tests.delivery.receiver import Receiver, receiving
from tests.pen import Pen
from tests.waiting import until

TIMESTAMP = "metadata/timestamp.json"


@pytest.fixture
async def pop(pen: Pen, desk: Desk, engine: Engine, repository_url: str, tmp_path: Path) -> AsyncIterator[Receiver]:
    """Follows the engine, and serves revision 1."""
    engine.send(await desk.notice(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=20.0), repository_url=repository_url) as pop:
        await pop.until_serving(1)
        yield pop


async def test_change_arrives(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """A revision, a withdrawal, and the revision after it."""
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(2)
    engine.send(await desk.withdraw(), state=desk.state)
    await until_withdrawn(pop)
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(3)

    assert 0 == pop.taken("poll", "ok")


async def test_newcomer_gets_the_state(
    pen: Pen, desk: Desk, engine: Engine, repository_url: str, tmp_path: Path
) -> None:
    """What was said before it came, with no further notice."""
    engine.send(await desk.notice(), state=desk.state)
    engine.send(await desk.publish(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=20.0), repository_url=repository_url) as pop:
        await pop.until_serving(2)


async def test_lost_notice(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """The next heartbeat, which brings nothing but a timestamp, is enough to make up for it."""
    lost = await desk.publish()
    engine.send(Bundle(files={TIMESTAMP: lost.files[TIMESTAMP]}), state=desk.state)

    await pop.until_serving(2)


async def test_doubled_notice(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """The second time is nothing new, and no fault."""
    notice = await desk.publish()
    engine.send(notice, state=desk.state)
    await pop.until_serving(2)
    engine.send(notice, state=desk.state)
    engine.send(await desk.publish(), state=desk.state)
    await pop.until_serving(3)

    assert 0 == pop.taken("push", "rollback")


async def test_reordered_notices(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """The older one, coming last, takes nobody back: not even to the island that was withdrawn since."""
    old, new = await desk.publish(), await desk.withdraw()
    engine.send(new, state=desk.state)
    await until_withdrawn(pop)
    engine.send(old, state=desk.state)
    await pop.until_taken("push", "rollback")

    status = pop.status()
    assert status is not None
    assert status.state is IslandState.WITHDRAWN


FORGED = {
    "no bundle": b"\xc1 forged",
    "no files": b"\x81\xa5files\x80",
    "a path that is not UTF-8": b"\x81\xa5files\x81\xa1\xff\xc4\x00",
    "half a bundle": pack_bundle(Bundle(files={TIMESTAMP: b"x" * 100}))[:50],
    "a timestamp of nobody": pack_bundle(Bundle(files={TIMESTAMP: b"{}"})),
    "an endless name": pack_bundle(Bundle(files={"x" * 1_000_000: b""})),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_forged_notice(pop: Receiver, engine: Engine, desk: Desk, forged: bytes) -> None:
    """Changes nothing, and the next true one is taken."""
    await engine.send_raw(forged)
    engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(2)


async def test_notice_with_another_tenants_bytes(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """A genuine notice whose island was swapped is not taken from the push, but from the repository."""
    notice = await desk.publish()
    swapped = {path: b"swapped" if path.startswith("targets/") else data for path, data in notice.files.items()}
    engine.send(Bundle(files=swapped), state=desk.state)

    await pop.until_serving(2)
    assert pop.taken("poll", "ok") >= 1


async def test_server_that_is_killed_and_comes_back(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """What changed while it was away arrives after it is back, and what changes then, too."""
    await engine.kill()
    notice = await desk.publish()
    await engine.restart()
    engine.send(notice, state=desk.state)
    await pop.until_serving(2)
    engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(3)


async def test_connections_that_break(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """Ten times in a row, each time with a change on its way."""
    for revision in range(2, 12):
        engine.proxy.cut()
        engine.send(await desk.publish(), state=desk.state)
        await pop.until_serving(revision)


async def test_half_open_connection(pen: Pen, desk: Desk, engine: Engine, repository_url: str, tmp_path: Path) -> None:
    """A line that went dead without a word is noticed by its silence, and left."""
    engine.send(await desk.notice(), state=desk.state)
    async with receiving(pen, tmp_path, push=engine.push(idle_s=0.3), repository_url=repository_url) as pop:
        await pop.until_serving(1)
        engine.proxy.stall()
        engine.send(await desk.publish(), state=desk.state)
        connections = engine.proxy.connections
        await until_more(engine, connections)
        engine.proxy.flow()

        await pop.until_serving(2)


async def test_burst_is_coalesced(pop: Receiver, engine: Engine, desk: Desk) -> None:
    """After thirty notices at once the last one is in force, even if the PoP never saw the others."""
    for _ in range(30):
        engine.send(await desk.publish(), state=desk.state)

    await pop.until_serving(31)


async def test_large_notice_beside_small_ones(engine: Engine) -> None:
    """Eight megabytes arrive whole, though read slowly."""
    large = Bundle(files={TIMESTAMP: b"2" * 8_000_000})
    engine.send(large, state=large)
    async with contextlib.aclosing(engine.push(idle_s=20.0).bundles()) as bundles:
        found = await anext(bundles)
        while found != large:
            found = await asyncio.wait_for(anext(bundles), 20)


async def until_withdrawn(pop: Receiver) -> None:
    """Wait until the drop is taken back."""

    async def is_so() -> bool:
        status = pop.status()
        return status is not None and status.state is IslandState.WITHDRAWN

    await until(is_so, "the drop withdrawn")


async def until_more(engine: Engine, connections: int) -> None:
    """Wait until a client connects again."""

    async def is_so() -> bool:
        return engine.proxy.connections > connections

    await until(is_so, "a new connection")
