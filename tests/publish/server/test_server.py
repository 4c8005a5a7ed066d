"""The publisher's server is called over real sockets."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from yarl import URL

from edge.errors import ConfigError
from edge.publish.repository import Repository, SignedIsland
from edge.publish.server import PublisherServer
from edge.publish.server.change_feed import TIMESTAMP_PATH
from edge.records import Bundle, IslandName
from edge.wire.publisher import PushClient
from tests.daemon.conftest import running_publisher

DROP = IslandName("acme", "drop")

SignIsland = Callable[[int], SignedIsland]


class Client:
    """A running server, and a session with it."""

    def __init__(self, url: str, server: PublisherServer, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.server = server
        self.session = session

    def bundles(self) -> contextlib.aclosing[AsyncGenerator[Bundle, None]]:
        """One connection to the push stream."""
        return contextlib.aclosing(PushClient(self.session, f"{self.url}/v1/push", idle_s=10.0).bundles())


@contextlib.asynccontextmanager
async def _running(repository: Repository, **settings: Any) -> AsyncIterator[Client]:
    arguments: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "timestamp_interval_s": 60.0}
    server = PublisherServer(home=repository.home, **(arguments | settings))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    run = asyncio.create_task(server.run(on_ready=ready.set_result))
    run.add_done_callback(lambda _: ready.cancel())
    try:
        await asyncio.wait({ready})
        if ready.cancelled():
            await run
        async with aiohttp.ClientSession() as session:
            yield Client(await ready, server, session)
    finally:
        server.request_stop()
        await asyncio.wait({run})


@pytest.fixture
async def running(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> AsyncIterator[Client]:
    """A server of a repository with one island."""
    await asyncio.to_thread(repository.publish_island, DROP, island_signer(), now=now)
    async with _running(repository) as running:
        yield running


def _snapshot(repository: Repository) -> int:
    """Version of the snapshot in force."""
    return repository.state().snapshot.version


def _version(bundle: Bundle) -> int:
    version: int = msgspec.json.decode(bundle.files[TIMESTAMP_PATH])["signed"]["version"]
    return version


async def test_live(running: Client) -> None:
    """The server answers."""
    async with running.session.get(f"{running.url}/livez") as response:
        assert (200, "live\n") == (response.status, await response.text())


async def test_repository_files(
    running: Client, repository: Repository, island_signer: Callable[..., SignIsland]
) -> None:
    """Files are served unchanged. Caches may keep a file that is named by its hash, and must check the others."""
    signed, snapshot = island_signer()(1), await asyncio.to_thread(_snapshot, repository)
    target = f"targets/acme/{hashlib.sha256(signed.data).hexdigest()}.drop.island"
    expected = {
        "metadata/timestamp.json": "no-cache",
        "metadata/1.root.json": "no-cache",
        f"metadata/{snapshot}.snapshot.json": "no-cache",
        target: "public, max-age=31536000, immutable",
    }
    for path, cache_control in expected.items():
        async with running.session.get(f"{running.url}/{path}") as response:
            content = await response.read()
        assert (200, cache_control) == (response.status, response.headers["Cache-Control"])
        assert content == await asyncio.to_thread((repository.folder / path).read_bytes)


NOT_SERVED = {
    "a version that does not exist": "metadata/9.root.json",
    "the folder": "metadata/",
    "a way out": "metadata/..%2f..%2fkeys%2ftimestamp.json",
    "another way out": "targets/acme/..%2f..%2f..%2fkeys%2ftimestamp.json",
    "an unfinished file": "metadata/.unfinished-1-timestamp.json",
    "a target without its hash": "targets/acme/drop.island",
    "a malformed tenant": "targets/../metadata/1.root.json.island",
    "the lock": "lock",
    "a key": "keys/timestamp.json",
}


@pytest.mark.parametrize("case", NOT_SERVED)
async def test_path_that_is_not_served(running: Client, case: str) -> None:
    """The answer is 404 without Cache-Control, so that caches do not keep it for long."""
    url = URL(f"{running.url}/{NOT_SERVED[case]}", encoded=True)
    async with running.session.get(url) as response:
        assert 404 == response.status
        assert "Cache-Control" not in response.headers


async def test_first_event_is_the_state(running: Client, repository: Repository) -> None:
    """A subscriber gets it at once, before anything changes."""
    async with running.bundles() as bundles:
        bundle = await anext(bundles)

    snapshot = await asyncio.to_thread(_snapshot, repository)
    assert [TIMESTAMP_PATH, f"metadata/{snapshot}.snapshot.json"] == list(bundle.files)


async def test_publication_is_pushed(
    running: Client, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A change on disk reaches the subscriber with the island's bytes."""
    async with running.bundles() as bundles:
        await anext(bundles)
        await asyncio.to_thread(repository.publish_island, DROP, island_signer("new"), now=now)
        bundle = await anext(bundles)
        async with running.session.get(f"{running.url}/{TIMESTAMP_PATH}") as response:
            timestamp = await response.read()

    assert b"new 2" in bundle.files.values()
    assert timestamp == bundle.files[TIMESTAMP_PATH]


async def test_later_subscriber_gets_what_changed_last(
    running: Client, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A PoP that reconnects right after a publication needs no further request."""
    async with running.bundles() as bundles:
        await anext(bundles)
        await asyncio.to_thread(repository.publish_island, DROP, island_signer("new"), now=now)
        await anext(bundles)
    async with running.bundles() as bundles:
        bundle = await anext(bundles)

    assert b"new 2" in bundle.files.values()


async def test_heartbeats_carry_new_timestamps(repository: Repository) -> None:
    """Each heartbeat is one newer timestamp."""
    async with _running(repository, timestamp_interval_s=0.05) as running, running.bundles() as bundles:
        first = await anext(bundles)
        heartbeats = [await anext(bundles), await anext(bundles)]

    assert [[TIMESTAMP_PATH]] * 2 == [list(bundle.files) for bundle in heartbeats]
    assert _version(first) < _version(heartbeats[0]) < _version(heartbeats[1])


async def test_timestamp_is_signed_at_the_start(repository: Repository) -> None:
    """A publisher that was off overnight signs a new timestamp before it answers."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with _running(repository, now=lambda: tomorrow) as running, running.bundles() as bundles:
        bundle = await anext(bundles)

    expires = msgspec.json.decode(bundle.files[TIMESTAMP_PATH])["signed"]["expires"]
    assert expires == (tomorrow + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_slow_subscriber_gets_the_newest_state(
    running: Client, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """It reads nothing during ten large publications; afterwards it gets the last one and few others."""
    async with running.bundles() as slow, running.bundles() as quick:
        await anext(slow)
        await anext(quick)
        for _ in range(10):
            await asyncio.to_thread(repository.publish_island, DROP, island_signer("x" * 3_000_000), now=now)
            newest = await anext(quick)
        received = [await anext(slow)]
        while _version(received[-1]) < _version(newest):
            received.append(await anext(slow))

    assert newest == received[-1]
    assert len(received) < 6


async def test_stop_ends_streams_at_once(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """They do not wait until the time for requests in progress is over, which is an hour here."""
    monkeypatch.setattr("edge.publish.server.server.STOP_GRACE_S", 3_600.0)
    async with _running(repository) as running, running.bundles() as bundles:
        await anext(bundles)
        running.server.request_stop()
        rest = [bundle async for bundle in bundles]

    assert [] == rest


async def test_unreadable_repository_keeps_the_state_before(
    running: Client, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """Subscribers stay connected, and get the next readable state."""
    path = repository.metadata / "timestamp.json"
    good = await asyncio.to_thread(path.read_bytes)
    async with running.bundles() as bundles:
        await anext(bundles)
        await asyncio.to_thread(path.write_bytes, b"{")
        async with running.session.get(f"{running.url}/{TIMESTAMP_PATH}") as response:
            assert good == await response.read()
        await asyncio.to_thread(path.write_bytes, good)
        await asyncio.to_thread(repository.publish_island, DROP, island_signer("new"), now=now)
        while b"new 2" not in (await anext(bundles)).files.values():
            pass


async def test_port_in_use(running: Client, repository: Repository) -> None:
    """The error ends with the command that uses another port of the same home."""
    port = int(running.url.rpartition(":")[2])
    expected = (
        f"port {port} on 127.0.0.1 is in use, choose another with: "
        f"skerry publisher serve --port PORT --home {repository.home}"
    )

    with pytest.raises(ConfigError) as caught:
        async with _running(repository, port=port):
            pass
    assert expected == caught.value.text


async def test_missing_timestamp_key(repository: Repository) -> None:
    """A server that cannot sign a timestamp does not start."""
    path = repository.keys.folder / "timestamp.json"
    await asyncio.to_thread(path.unlink)

    with pytest.raises(ConfigError, match=r"^no key .*/keys/timestamp.json, restore it with: cp YOUR-COPY "):
        async with _running(repository):
            pass


async def test_timestamp_key_that_vanishes(repository: Repository) -> None:
    """The server keeps serving, and signs again once the key is back."""
    path = repository.keys.folder / "timestamp.json"
    key = await asyncio.to_thread(path.read_bytes)
    async with _running(repository, timestamp_interval_s=0.05) as running, running.bundles() as bundles:
        await anext(bundles)
        await asyncio.to_thread(path.unlink)
        async with running.session.get(f"{running.url}/livez") as response:
            assert 200 == response.status
        await asyncio.to_thread(_restore, path, key)
        before = _version(await anext(bundles))
        assert before < _version(await anext(bundles))


def _restore(path: Path, key: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key)


async def test_publisher_that_cannot_start(tmp_path: Path) -> None:
    """The fixture `running_publisher` raises its error at once, and does not wait for a server that has ended."""
    with pytest.raises(ConfigError, match=r"^no repository in .*, run: skerry keys init --home "):
        async with running_publisher(tmp_path / "nowhere"):
            pass
