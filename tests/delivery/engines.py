"""The two ways in which notices travel, each real, as one thing to a test: send, kill, start again, listen.

What is sent here is the test's choice; that the publisher's server sends what its repository says is shown elsewhere.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
from aiohttp import web

from edge.daemon.sync import Push
from edge.publish.server import Hub, NatsPublisher, PushStream
from edge.records import Bundle
from edge.wire.nats import NatsPush, nats_link
from edge.wire.publisher import PushClient, pack_bundle
from edge.wire.publisher.events import frame_event
from tests.delivery.nats_server import NatsServer
from tests.delivery.proxy import FaultProxy


class Engine(ABC):
    """A publisher's way out and a PoP's way in, with a fault proxy between server and PoP."""

    def __init__(self) -> None:
        self.proxy = FaultProxy()

    @abstractmethod
    async def start(self) -> None:
        """Everything up."""

    @abstractmethod
    async def stop(self) -> None:
        """Everything down, for good."""

    @abstractmethod
    async def kill(self) -> None:
        """The server dies without a word."""

    @abstractmethod
    async def restart(self) -> None:
        """It comes back at the same address."""

    @abstractmethod
    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """A notice, as the publisher sends it; `state` is for those who come later."""

    @abstractmethod
    async def send_raw(self, packed: bytes) -> None:
        """Any bytes in place of a packed bundle."""

    @abstractmethod
    def push(self, *, idle_s: float) -> Push:
        """A PoP's side."""


class SseEngine(Engine):
    """Server-Sent Events."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        del folder
        self._hub = Hub()
        self._greeting = b""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Up, behind the proxy."""
        self._session = aiohttp.ClientSession()
        await self.restart()
        await self.proxy.start()

    async def stop(self) -> None:
        """Down."""
        await self.proxy.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._session.close()

    async def kill(self) -> None:
        """Its sockets are reset, as the kernel does for a process that is gone; what it held is lost."""
        self.proxy.cut()
        assert self._runner is not None
        await self._runner.cleanup()
        self._runner, self._hub = None, Hub()

    async def restart(self) -> None:
        """At the same port, over the same store."""
        push = PushStream(self._hub)
        app = web.Application()
        app.router.add_get("/v1/push", push.handle)
        app.on_shutdown.append(push.close)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.proxy.target = self._runner.addresses[0][1]

    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """To everyone, and kept for newcomers."""
        self._greeting = frame_event(pack_bundle(state))
        self._hub.publish(frame_event(pack_bundle(bundle)), greeting=self._greeting)

    async def send_raw(self, packed: bytes) -> None:
        """As a state."""
        self._hub.publish(frame_event(packed), greeting=self._greeting)

    def push(self, *, idle_s: float) -> Push:
        """Through the proxy."""
        return PushClient(self._session, f"http://127.0.0.1:{self.proxy.port}/v1/push", idle_s=idle_s)


class NatsEngine(Engine):
    """NATS, over TLS and with an NKEY on either side."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.server = NatsServer(folder / "nats")
        self.proxy.target = self.server.port
        self._nats_publisher = NatsPublisher(self.server.account("publisher"), jitter=lambda: 0.01)
        self._stopping = asyncio.Event()
        self._publishing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Up, behind the proxy."""
        await self.server.start()
        await self.proxy.start()
        self._publishing = asyncio.create_task(self._nats_publisher.run(self._stopping))

    async def stop(self) -> None:
        """Down."""
        self._stopping.set()
        if self._publishing is not None:
            await self._publishing
        await self.proxy.stop()
        await self.server.kill()

    async def kill(self) -> None:
        """SIGKILL."""
        await self.server.kill()

    async def restart(self) -> None:
        """At the same port, over the same store."""
        await self.server.start()

    def send(self, bundle: Bundle, *, state: Bundle) -> None:
        """To everyone, and kept for newcomers."""
        self._nats_publisher.offer(bundle, state=state)

    async def send_raw(self, packed: bytes) -> None:
        """As a state."""
        async with nats_link(self.server.account("publisher")) as link:
            await link.client.publish("skerry.state", packed)
            await link.client.flush()

    def push(self, *, idle_s: float) -> Push:
        """Through the proxy."""
        return NatsPush(self.server.account("test-pop", port=self.proxy.port), idle_s=idle_s)


ENGINES: dict[str, Callable[[Path], Engine]] = {"sse": SseEngine, "nats": NatsEngine}


@contextlib.asynccontextmanager
async def running_engine(kind: str, folder: Path) -> AsyncIterator[Engine]:
    """An engine that is up."""
    engine = await asyncio.to_thread(ENGINES[kind], folder)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()
