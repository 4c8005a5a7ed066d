"""The publisher's real server in a process of its own, for benchmarks that kill it."""

import asyncio
import contextlib
import logging
import multiprocessing
import signal
import time
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
import uvloop

from edge.publish.fleet import PublisherAuth
from edge.publish.server import NatsPublisher, PublisherServer
from edge.wire.nats import NatsAccount, NatsSecrets


class Publisher:
    """The publisher's server in a process of its own, killed and started at will."""

    def __init__(self, home: Path, *, port: int, nats: tuple[int, str] | None = None) -> None:
        self._arguments = home, port, nats
        self.process: multiprocessing.process.BaseProcess | None = None

    async def start(self, most: int) -> float:
        """Start it with places for `most` PoPs. Returns when it was ready (monotonic seconds)."""
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=_serve, args=(*self._arguments, most, theirs), daemon=True)
        self.process.start()
        return float(await asyncio.to_thread(ours.recv))

    async def kill(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            await asyncio.to_thread(self.process.join)

    def memory_kib(self, field: str = "VmRSS") -> int:
        """Its memory; with `VmHWM`, the most that it had."""
        return memory_kib(self.process.pid or 0 if self.process else 0, field)


def memory_kib(pid: int, field: str = "VmRSS") -> int:
    """A field of the process's status, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def _serve(home: Path, port: int, nats: tuple[int, str] | None, most: int, line: Connection) -> None:
    async def run() -> None:
        server = PublisherServer(
            home=home,
            host="127.0.0.1",
            port=port,
            timestamp_interval_s=3_600.0,
            max_subscribers=most,
            guard=PublisherAuth(tokens=home / "tokens"),
            nats_publisher=NatsPublisher(_account(*nats)) if nats else None,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.request_stop)
        await server.run(on_ready=lambda _url: line.send(time.monotonic()))

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    uvloop.run(run())


def _account(port: int, seed: str) -> NatsAccount:
    """An account without TLS, because the push stream has none here."""
    secret = NatsSecrets(seed=seed)
    servers = (f"nats://127.0.0.1:{port}",)
    return NatsAccount(servers=servers, name="publisher", subject="skerry", stream="SKERRY", secrets=lambda: secret)


@contextlib.asynccontextmanager
async def serving(publisher: Publisher, most: int) -> AsyncIterator[Publisher]:
    """The publisher, started, for the block."""
    await publisher.start(most)
    try:
        yield publisher
    finally:
        await publisher.kill()
