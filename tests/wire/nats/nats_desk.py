"""A desk that reads a JetStream stream: the real server, behind a proxy that can break connections."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from nats.js import JetStreamContext
from nats.js.api import StreamConfig

from edge.wire.nats import NatsAccount, nats_link
from tests.delivery.nats_server import free_port, listens, nats_server
from tests.delivery.proxy import FaultProxy
from tests.waiting import until

STREAM = "SKERRY_TICKETS"
_ACKNOWLEDGED = b'"seq":'


class NatsDesk:
    """People see the stream's messages. The connection breaks before acknowledgement number `break_at` passes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.proxy = FaultProxy()
        self.proxy.target, self.proxy.answer = self._port, self._pass_on
        self.calls, self.break_at = 0, 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Address of the proxy."""
        return f"nats://127.0.0.1:{self.proxy.port}"

    def account(self, url: str | None = None, *, stream: str = STREAM) -> NatsAccount:
        """The account of a PoP."""
        return NatsAccount(servers=(url or self.url,), name="test-pop", subject="skerry.tickets", stream=stream)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["NatsDesk"]:
        """Run the server, with its stream."""
        config = self._folder / "nats.conf"
        text = f'host: 127.0.0.1\nport: {self._port}\njetstream {{ store_dir: "{self._folder}/store" }}\n'
        await asyncio.to_thread(config.write_text, text)
        try:
            await self.start()
            await self.proxy.start()
            async with self.streams() as streams:
                await streams.add_stream(self.config())
            yield self
        finally:
            await self.proxy.stop()
            await self.kill()

    async def start(self) -> None:
        """Start the server on its existing data."""
        with await asyncio.to_thread((self._folder / "nats.log").open, "ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                nats_server(), "-c", str(self._folder / "nats.conf"), stdout=log, stderr=log
            )
        await until(lambda: listens(self._port), "the NATS server listening")

    async def kill(self) -> None:
        """Kill the server with SIGKILL."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait()

    @staticmethod
    def config(**changes: object) -> StreamConfig:
        """The stream as the desk's operator creates it."""
        return StreamConfig(name=STREAM, subjects=["skerry.tickets.>"], duplicate_window=3600).evolve(**changes)

    @contextlib.asynccontextmanager
    async def streams(self) -> AsyncIterator[JetStreamContext]:
        """The desk's own connection, without the proxy."""
        async with nats_link(self.account(f"nats://127.0.0.1:{self._port}")) as link:
            yield link.client.jetstream()

    async def messages(self) -> list[tuple[str, bytes]]:
        """Subject and content of every message in the stream."""
        async with self.streams() as streams:
            count = (await streams.stream_info(STREAM)).state.messages
            messages = [await streams.get_msg(STREAM, number) for number in range(1, count + 1)]
        return [(message.subject or "", message.data or b"") for message in messages]

    async def seen(self) -> list[tuple[str, str]]:
        """For each ticket: its id and its question."""
        tickets = [msgspec.json.decode(content) for _, content in await self.messages()]
        return [(ticket["id"], ticket["text"]) for ticket in tickets]

    def _pass_on(self, data: bytes) -> bytes:
        self.calls += data.count(_ACKNOWLEDGED)
        if _ACKNOWLEDGED in data and self.calls == self.break_at:
            raise ConnectionError
        return data
