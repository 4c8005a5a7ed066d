"""A PoP with bad networks and bad peers: it keeps its islands, reports the fault, and accepts the next good input."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.records import Bundle, IslandState
from tests.daemon.conftest import pop_config, running_pop
from tests.delivery.conftest import PublishingHome
from tests.delivery.engines import Engine, running_engine
from tests.delivery.proxy import FaultProxy, untouched
from tests.delivery.receiver import Receiver, receiving
from tests.pen import DROP, Pen
from tests.waiting import until

TIMESTAMP = "metadata/timestamp.json"


@pytest.fixture
async def line(repository_url: str) -> AsyncIterator[FaultProxy]:
    """A proxy in front of the repository."""
    line = FaultProxy()
    line.target = int(repository_url.rpartition(":")[2])
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    """An engine without faults."""
    async with running_engine("sse", tmp_path / "engine") as engine:
        yield engine


@pytest.fixture
async def pop(
    pen: Pen, desk: PublishingHome, engine: Engine, line: FaultProxy, tmp_path: Path
) -> AsyncIterator[Receiver]:
    """A PoP that serves revision 1. Its repository is behind the proxy, with a timeout of half a second."""
    engine.send(await desk.next_push(), state=desk.state)
    async with receiving(
        pen,
        tmp_path,
        push=engine.push(idle_s=20.0),
        repository_url=f"http://127.0.0.1:{line.port}",
        request_timeout_s=0.5,
    ) as pop:
        await pop.until_serving(1)
        yield pop


@pytest.fixture
async def elsewhere() -> AsyncIterator[TestServer]:
    """Another server that must not be asked. The fixture checks that it was not."""
    requests: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app)
    async with server:
        yield server
    assert [] == requests


def answered(head: str, body: bytes = b"") -> Callable[[bytes], bytes]:
    """Replace the repository's response by this one."""
    return lambda _: f"HTTP/1.1 {head}\r\n\r\n".encode() + body


def flipped(data: bytes) -> bytes:
    """Change the last byte of each piece."""
    return data[:-1] + bytes([data[-1] ^ 1])


BAD_LINES = {
    "an error": (answered("500 Internal Server Error\r\nContent-Length: 0"), "unreachable"),
    "a gateway's error": (answered("502 Bad Gateway\r\nContent-Length: 3", b"bad"), "unreachable"),
    "a sign-in page": (answered("200 OK\r\nContent-Type: text/html\r\nContent-Length: 6", b"<html>"), "unreachable"),
    "a redirect elsewhere": (
        answered("302 Found\r\nContent-Length: 0\r\nLocation: http://{elsewhere}/"),
        "unreachable",
    ),
    "an endless answer": (answered("200 OK\r\nConnection: close", b"x" * 5_000_000), "length_mismatch"),
    "an answer that claims to be endless": (answered("200 OK\r\nContent-Length: 999999999999"), "length_mismatch"),
    "an answer that stops half-way": (answered("200 OK\r\nContent-Length: 9", b"x"), "unreachable"),
    "no HTTP": (lambda _: b"\x00\x01\x02 nonsense\r\n\r\n", "unreachable"),
    "another file": (answered("200 OK\r\nContent-Length: 2", b"{}"), "metadata_invalid"),
    "a file that is missing": (answered("404 Not Found\r\nContent-Length: 0"), "not_found"),
    "a byte that flipped on the way": (flipped, "metadata_invalid"),
}


@pytest.mark.parametrize("case", BAD_LINES)
async def test_bad_repository(
    pop: Receiver, engine: Engine, desk: PublishingHome, line: FaultProxy, *, elsewhere: TestServer, case: str
) -> None:
    """A push announces revision 2. Revision 1 is served until the repository works again, and the reason is counted."""
    answer, reason = BAD_LINES[case]
    address = f"{elsewhere.host}:{elsewhere.port}".encode()
    line.answer = lambda data: answer(data).replace(b"{elsewhere}", address)
    lost = await desk.publish()
    engine.send(Bundle(files={TIMESTAMP: lost.files[TIMESTAMP]}), state=desk.state)
    await pop.until_synced("push", reason)
    status = pop.status()

    assert status is not None
    # Signed metadata announces a role that is withheld, so the island is not fresh any more.
    assert (1, IslandState.STALE) == (status.revision, status.state)
    line.answer = untouched
    line.cut()
    await pop.until_serving(2)


async def test_repository_that_never_answers(
    pop: Receiver, engine: Engine, desk: PublishingHome, line: FaultProxy
) -> None:
    """The request times out as configured, and is repeated."""
    line.stall()
    lost = await desk.publish()
    engine.send(Bundle(files={TIMESTAMP: lost.files[TIMESTAMP]}), state=desk.state)
    await pop.until_synced("push", "unreachable")
    line.flow()
    line.cut()

    await pop.until_serving(2)


async def test_replayed_push_of_a_withdrawn_island(pop: Receiver, engine: Engine, desk: PublishingHome) -> None:
    """A recorded push is replayed three times. The island stays withdrawn."""
    recorded = await desk.publish()
    engine.send(recorded, state=desk.state)
    await pop.until_serving(2)
    engine.send(await desk.withdraw(), state=desk.state)

    async def is_withdrawn() -> bool:
        status = pop.status()
        return status is not None and status.state is IslandState.WITHDRAWN

    await until(is_withdrawn, "the drop withdrawn")
    for count in range(1, 4):
        engine.send(recorded, state=desk.state)

        async def is_refused(count: int = count) -> bool:
            return pop.syncs("push", "rollback") >= count

        await until(is_refused, "the replay refused")

    assert await is_withdrawn()


@pytest.mark.parametrize("hours", [-1, 1])
async def test_pop_whose_clock_is_off(repository_url: str, origin: DemoOrigin, tmp_path: Path, hours: int) -> None:
    """One behind is corrected, and the PoP serves. One ahead leaves nothing fresh. Both are reported."""

    def now() -> datetime:
        return utc_now() + timedelta(hours=hours)

    config = pop_config(
        tmp_path, publisher_url=repository_url, origin_url=origin.url, islands={"required": [str(DROP)]}
    )
    async with running_pop(config, origin, now=now) as pop:

        async def is_noticed() -> bool:
            clock = msgspec.json.decode((await pop.get("/statusz"))[1])["clock"]
            is_corrected = clock["corrected_s"] > 3000
            return abs(clock["ahead_s"] - hours * 3600) < 30 and is_corrected is (hours < 0)

        await until(is_noticed, "the clock noticed")
        if hours < 0:
            await pop.until_served()
        ready = (await pop.get("/readyz"))[0]

    assert (200 if hours < 0 else 503) == ready


@pytest.fixture
async def origin() -> AsyncIterator[DemoOrigin]:
    """A running origin."""
    origin = DemoOrigin(0)
    await origin.start()
    yield origin
    await origin.stop()
