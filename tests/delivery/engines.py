"""The two ways in which pushes travel, both real, with one interface for tests: send, kill, restart, subscribe.

The test decides what is sent. Other tests show that the publisher pushes what its repository holds.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
from aiohttp import web

from edge.daemon.follow import Push
from edge.publish.server import Hub, NatsPublisher, PushStream
from edge.records import Bundle
from edge.wire.nats import NatsPush, nats_link
from edge.wire.publisher import PushClient, pack_bundle
from edge.wire.publisher.events import frame_event
from tests.delivery.nats_server import NatsServer
from tests.delivery.proxy import FaultProxy


class Engine(ABC):
    """The sending side of a publisher and the receiving side of a PoP, with a fault proxy in between."""

    def __init__(self) -> None:
        self.proxy = FaultProxy()

    @abstractmethod
    async def start(self) -> None:
        """Start the server and the proxy."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop the server and the proxy."""

    @abstractmethod
    async def kill(self) -> None:
        """Kill the server."""

    @abstractmethod
    async def restart(self) -> None:
        """Start the server again at the same address."""

    @abstractmethod
    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """Send a push as the publisher does. Clients that connect later get `state`."""

    @abstractmethod
    async def send_raw(self, packed: bytes) -> None:
        """Send any bytes in place of a packed bundle."""

    @abstractmethod
    def push(self, *, idle_s: float) -> Push:
        """The client of a PoP."""


class SseEngine(Engine):
    """Pushes by Server-Sent Events."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        del folder
        self._hub = Hub()
        self._greeting = b""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Start the server behind the proxy."""
        self._session = aiohttp.ClientSession()
        await self.restart()
        await self.proxy.start()

    async def stop(self) -> None:
        """Stop everything."""
        await self.proxy.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._session.close()

    async def kill(self) -> None:
        """Reset its connections, as the kernel does for a dead process. Its state in memory is lost."""
        self.proxy.cut()
        assert self._runner is not None
        await self._runner.cleanup()
        self._runner, self._hub = None, Hub()

    async def restart(self) -> None:
        """Start the server again."""
        push = PushStream(self._hub)
        app = web.Application()
        app.router.add_get("/v1/push", push.handle)
        app.on_shutdown.append(push.close)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.proxy.target = self._runner.addresses[0][1]

    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """Send to all clients, and keep the state for later ones."""
        self._greeting = frame_event(pack_bundle(state))
        self._hub.publish(frame_event(pack_bundle(bundle)), greeting=self._greeting)

    async def send_raw(self, packed: bytes) -> None:
        """Send as a state."""
        self._hub.publish(frame_event(packed), greeting=self._greeting)

    def push(self, *, idle_s: float) -> Push:
        """A client that connects through the proxy."""
        return PushClient(self._session, f"http://127.0.0.1:{self.proxy.port}/v1/push", idle_s=idle_s)


class NatsEngine(Engine):
    """Pushes by NATS, with TLS and NKEYs."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.server = NatsServer(folder / "nats")
        self.proxy.target = self.server.port
        self._nats_publisher = NatsPublisher(self.server.account("publisher"), jitter=lambda: 0.01)
        self._stopping = asyncio.Event()
        self._publishing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the server behind the proxy."""
        await self.server.start()
        await self.proxy.start()
        self._publishing = asyncio.create_task(self._nats_publisher.run(self._stopping))

    async def stop(self) -> None:
        """Stop everything."""
        self._stopping.set()
        if self._publishing is not None:
            await self._publishing
        await self.proxy.stop()
        await self.server.kill()

    async def kill(self) -> None:
        """Kill the server with SIGKILL."""
        await self.server.kill()

    async def restart(self) -> None:
        """Start the server again."""
        await self.server.start()

    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """Send to all clients, and keep the state for later ones."""
        self._nats_publisher.offer(bundle, state=state)

    async def send_raw(self, packed: bytes) -> None:
        """Send as a state."""
        async with nats_link(self.server.account("publisher")) as link:
            await link.client.publish("skerry.state", packed)
            await link.client.flush()

    def push(self, *, idle_s: float) -> Push:
        """A client that connects through the proxy."""
        return NatsPush(self.server.account("test-pop", port=self.proxy.port), idle_s=idle_s)


ENGINES: dict[str, Callable[[Path], Engine]] = {"sse": SseEngine, "nats": NatsEngine}


@contextlib.asynccontextmanager
async def running_engine(kind: str, folder: Path) -> AsyncIterator[Engine]:
    """A running engine."""
    engine = await asyncio.to_thread(ENGINES[kind], folder)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()
