"""A TCP proxy that can break connections as networks do. Its buffers are bounded."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

CHUNK_BYTES = 65_536


def untouched(data: bytes) -> bytes:
    """The data without a change."""
    return data


class FaultProxy:
    """Listens on a free port and forwards to `target`. Faults apply to old and new connections.

    `answer` may change the data of the server, piece by piece. A new connection is passed on after `late_s` seconds.
    """

    def __init__(self) -> None:
        self.target = 0
        self.port = 0
        self.connections = 0
        self.late_s = 0.0
        self.answer: Callable[[bytes], bytes] = untouched
        self._refuses = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
        self.cut()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Pass nothing and close nothing: half-open connections."""
        self._flows.clear()

    def flow(self) -> None:
        """Let new connections pass again. Stalled ones stay stalled."""
        self._flows = asyncio.Event()
        self._flows.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._connected(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        await asyncio.sleep(self.late_s)
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(there_writer)
        flows = self._flows
        with suppress(ExceptionGroup):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, there_writer, flows, untouched))
                both.create_task(self._pass(there_reader, writer, flows, self._changed))
        for side in (writer, there_writer):
            side.transport.abort()
            self._writers.discard(side)

    def _changed(self, data: bytes) -> bytes:
        return self.answer(data)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        flows: asyncio.Event,
        change: Callable[[bytes], bytes],
    ) -> None:
        """Forward one direction until it ends. Then the other direction ends too."""
        while data := await reader.read(CHUNK_BYTES):
            await flows.wait()
            writer.write(change(data))
            await writer.drain()
        raise ConnectionError
