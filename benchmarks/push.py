"""Time until the last of many PoPs has a change, by each push engine, and the publisher's memory for a subscriber.

python -m benchmarks push [--subscribers 1000] [--rounds 50]

Publisher, NATS server and subscribers are processes of their own on one machine. The time ends when the last subscriber
has the whole event of about 8 kB. Subscribers neither decode nor verify it.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import resource
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from benchmarks.figures import Figure, machine, middle_and_tail, print_figures
from edge.publish.server import Hub, NatsPublisher, PushStream
from edge.records import Bundle
from edge.wire.nats import NatsAccount, NatsSecrets, nats_link
from edge.wire.publisher import encode_event
from tests.delivery.nats_server import NatsServer

EVENT_BYTES = 8_000
BAR = "150 ms p99"

OnEvent = Callable[[], None]


class Fleet:
    """Subscribers in a process of their own, which reports when the last of them has an event."""

    def __init__(self, kind: str, count: int, where: str) -> None:
        self._line, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_subscribe, args=(kind, count, where, theirs)
        )
        self._process.start()

    async def last_event_at(self) -> float:
        """When the last subscriber had the next event (monotonic time). Waits for it."""
        return float(await asyncio.to_thread(self._line.recv))

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _subscribe(kind: str, count: int, where: str, line: Connection) -> None:
    subscribe = {"sse": _subscribe_sse, "nats": _subscribe_nats}[kind]
    waiting = count

    def on_event() -> None:
        nonlocal waiting
        waiting -= 1
        if waiting == 0:
            waiting = count
            line.send(time.monotonic())

    uvloop.run(subscribe(count, where, on_event))


class _Reader(asyncio.Protocol):
    """Requests the stream and counts the ends of events. It uses almost no processor time."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event, self._before = on_event, b""

    def connection_made(self, transport: Any) -> None:
        """Send the request."""
        transport.write(b"GET /v1/push HTTP/1.1\r\nHost: publisher\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        """Count the ends of events: an empty line ends an event. HTTP's own lines end with CR LF."""
        for _ in range((self._before + data).count(b"\n\n")):
            self._on_event()
        self._before = data[-1:]


async def _subscribe_sse(count: int, where: str, on_event: OnEvent) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(count):
        await loop.create_connection(lambda: _Reader(on_event), "127.0.0.1", int(where))
    await asyncio.Event().wait()


async def _subscribe_nats(count: int, where: str, on_event: OnEvent) -> None:
    port, seed = where.split()
    account = _account("test-pop", int(port), seed)

    async def receive(_message: object) -> None:
        on_event()

    async with contextlib.AsyncExitStack() as stack:
        for _ in range(count):
            link = await stack.enter_async_context(nats_link(account))
            await link.client.subscribe("skerry.state", cb=receive)
            await link.client.flush()
        # An SSE subscriber gets a greeting as its first event. NATS has none, so all are counted as here now.
        for _ in range(count):
            on_event()
        await asyncio.Event().wait()


def _account(name: str, port: int, seed: str) -> NatsAccount:
    """An account without TLS, because the SSE subscribers use none."""
    return NatsAccount(
        servers=(f"nats://127.0.0.1:{port}",),
        name=name,
        subject="skerry",
        stream="SKERRY",
        secrets=lambda: NatsSecrets(seed=seed),
    )


async def measure(subscribers: int, rounds: int) -> list[Figure]:
    """Measure both engines, one after the other."""
    return [*await _measure_sse(subscribers, rounds), *await _measure_nats(subscribers, rounds)]


async def _measure_sse(subscribers: int, rounds: int) -> list[Figure]:
    hub = Hub()
    hub.publish(b"", greeting=encode_event(_bundle()))
    async with _serving(hub) as port:
        before = _resident_bytes()
        fleet = Fleet("sse", subscribers, str(port))
        try:
            await fleet.last_event_at()
            each_kib = (_resident_bytes() - before) / subscribers / 1024
            times = await _time(fleet, rounds, lambda bundle: hub.publish(encode_event(bundle), greeting=b""))
        finally:
            fleet.stop()
    return [
        Figure(f"publish -> last of {subscribers} SSE subscribers, 8 kB, p50 / p99", middle_and_tail(times), BAR),
        Figure("publisher memory per SSE subscriber", f"{each_kib:.1f} KiB", "32 KiB"),
    ]


async def _measure_nats(subscribers: int, rounds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        server = await asyncio.to_thread(NatsServer, Path(folder) / "nats")
        text = await asyncio.to_thread(server.config.read_text)
        plain = "\n".join(line for line in text.splitlines() if not line.startswith("tls "))
        await asyncio.to_thread(server.config.write_text, plain)
        await server.start()
        nats_publisher, stop = NatsPublisher(_account("publisher", server.port, server.publisher_seed)), asyncio.Event()
        publishing = asyncio.create_task(nats_publisher.run(stop))
        fleet = Fleet("nats", subscribers, f"{server.port} {server.pop_seed}")
        try:
            await fleet.last_event_at()
            times = await _time(fleet, rounds, lambda bundle: nats_publisher.offer(bundle, state=bundle))
        finally:
            fleet.stop()
            stop.set()
            await publishing
            await server.kill()
    return [Figure(f"publish -> last of {subscribers} NATS subscribers, 8 kB, p50 / p99", middle_and_tail(times), BAR)]


async def _time(fleet: Fleet, rounds: int, publish: Callable[[Bundle], None]) -> list[float]:
    times = []
    for _ in range(rounds):
        bundle = _bundle()
        last: Awaitable[float] = asyncio.ensure_future(fleet.last_event_at())
        began = time.monotonic()
        publish(bundle)
        times.append(await last - began)
    return times


@contextlib.asynccontextmanager
async def _serving(hub: Hub) -> AsyncIterator[int]:
    app = web.Application()
    push = PushStream(hub)
    app.router.add_get("/v1/push", push.handle)
    app.on_shutdown.append(push.close)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _bundle() -> Bundle:
    """A bundle as large as the change of a small island."""
    return Bundle(files={"metadata/timestamp.json": b"{}", "targets/x": secrets.token_bytes(EVENT_BYTES)})


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    figures = uvloop.run(measure(options.subscribers, options.rounds))
    print_figures("Delivery (`python -m benchmarks push`)", figures)


if __name__ == "__main__":
    print(machine())
    main()
