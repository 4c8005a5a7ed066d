"""Readers of the push stream: processes with thousands of connections, which wait as a PoP does before they return.

They decode and verify nothing, so that the publisher is measured and not its readers.
"""

import asyncio
import base64
import json
import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol

import uvloop
from nkeys import from_seed

from edge.config import PublisherSection
from edge.daemon.follow import RETRY_BASE_S
from edge.host import Backoff
from edge.host.door import raise_file_limit
from edge.wire.http import CONNECT_S

START_PER_S = 1000
"""Connections that a process opens in a second when it starts. After an outage they come as PoPs do."""

_SOURCES = 200
"""Addresses of the loopback network that connections come from: one has 28,000 ports."""


class Heard(NamedTuple):
    """What the readers of one process, or of all, heard since `begin`."""

    times: list[float]
    """When each reader that has heard something had its first whole event (monotonic seconds)."""
    refused: int
    """Answers that were no stream."""
    without_pause: int
    """Those of them that did not say when to come back."""


class ReaderProcess:
    """A process with one reader for each token. `kind` is `sse` or `nats`, `where` the port, with the seed for NATS."""

    def __init__(self, kind: str, where: str, tokens: Sequence[str]) -> None:
        self._line, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_read, args=(kind, where, list(tokens), theirs), daemon=True)
        self._process.start()

    async def begin(self) -> None:
        """Forget what was heard; the next event of each reader counts."""
        await asyncio.to_thread(self._ask, "begin")

    async def heard(self) -> Heard:
        """What was heard since `begin`, or since the start."""
        return Heard(*await asyncio.to_thread(self._ask, "heard"))

    def _ask(self, word: str) -> Any:
        self._line.send(word)
        return self._line.recv()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


class _Stream(Protocol):
    """The bytes of one connection."""

    def hello(self) -> bytes:
        """What is sent first."""

    def receive(self, data: bytes) -> tuple[int, bytes]:
        """How many events are whole now, and what is to be sent. Raises `_RefusedError`."""


class _RefusedError(Exception):
    def __init__(self, pause_s: float) -> None:
        super().__init__()
        self.pause_s = pause_s


class _Sse:
    def __init__(self, token: str) -> None:
        self._token, self._head, self._before, self._is_open = token, b"", b"", False

    def hello(self) -> bytes:
        return f"GET /v1/push HTTP/1.1\r\nHost: publisher\r\nAuthorization: Bearer {self._token}\r\n\r\n".encode()

    def receive(self, data: bytes) -> tuple[int, bytes]:
        if not self._is_open:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return 0, b""
            if not head.startswith(b"HTTP/1.1 200 "):
                _, _, value = head.lower().partition(b"\r\nretry-after: ")
                raise _RefusedError(float(value.partition(b"\r\n")[0] or 0))
            self._is_open, self._head = True, b""
        # An empty line ends an event. HTTP's own lines end with CR LF.
        count = (self._before + data).count(b"\n\n")
        self._before = data[-1:]
        return count, b""


class _Nats:
    def __init__(self, seed: str) -> None:
        self._seed, self._waiting = seed, b""

    def hello(self) -> bytes:
        return b""

    def receive(self, data: bytes) -> tuple[int, bytes]:
        self._waiting += data
        events, answer = 0, b""
        while (end := self._waiting.find(b"\r\n")) >= 0:
            line, rest = self._waiting[:end], self._waiting[end + 2 :]
            word = line.partition(b" ")[0]
            if word == b"MSG":
                size = int(line.rpartition(b" ")[2])
                if len(rest) < size + 2:
                    break
                events, rest = events + 1, rest[size + 2 :]
            elif word == b"INFO":
                # Later ones only tell of changes in the cluster.
                answer += self._connect(nonce) if (nonce := json.loads(line[5:]).get("nonce")) else b""
            elif word == b"PONG":
                # A stream greets its reader. Here the answer to the first PING stands for that.
                events += 1
            elif word == b"PING":
                answer += b"PONG\r\n"
            elif word == b"-ERR":
                raise _RefusedError(0.0)
            self._waiting = rest
        return events, answer

    def _connect(self, nonce: str) -> bytes:
        key = from_seed(bytearray(self._seed.encode()))
        words = {
            "verbose": False,
            "pedantic": False,
            "nkey": key.public_key.decode(),
            "sig": base64.b64encode(key.sign(nonce.encode())).decode(),
            "lang": "skerry",
            "version": "0",
            "protocol": 1,
        }
        return b"CONNECT " + json.dumps(words).encode() + b"\r\nSUB skerry.state 1\r\nSUB skerry.beat 2\r\nPING\r\n"


class _Reader:
    """One reader: a connection, and the wait before the next one that `edge.daemon.follow` prescribes."""

    def __init__(self, readers: "_Readers", number: int, stream: Callable[[], _Stream]) -> None:
        self._readers, self._new_stream = readers, stream
        self._source = f"127.0.{1 + number % _SOURCES}.1"
        cap_s = PublisherSection(url="", trusted_root="").max_reconnect_delay_s
        self._backoff = Backoff(base_s=RETRY_BASE_S, cap_s=cap_s)
        self.heard_at = 0.0

    async def run(self, wait_s: float) -> None:
        while True:
            await asyncio.sleep(wait_s)
            pause_s = 0.0
            try:
                source = (self._source, 0)
                async with asyncio.timeout(CONNECT_S):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self._readers.port, local_addr=source)
                try:
                    await self._listen(reader, writer)
                except _RefusedError as error:
                    pause_s = error.pause_s
                    self._readers.refused += 1
                    self._readers.without_pause += not pause_s
                finally:
                    writer.close()
            except OSError:
                pass
            wait_s = pause_s * (1 + random.random()) + self._backoff.failed()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = self._new_stream()
        writer.write(stream.hello())
        while data := await reader.read(65_536):
            events, answer = stream.receive(data)
            writer.write(answer)
            if events:
                self._backoff.succeeded()
                self.heard_at = self.heard_at or time.monotonic()


class _Readers:
    def __init__(self, kind: str, where: str, tokens: Sequence[str]) -> None:
        port, _, seed = where.partition(" ")
        self.port, self.refused, self.without_pause = int(port), 0, 0
        streams = [(lambda token=token: _Nats(seed) if kind == "nats" else _Sse(token)) for token in tokens]
        self._readers = [_Reader(self, number, stream) for number, stream in enumerate(streams)]

    async def run(self, line: Connection) -> None:
        asyncio.get_running_loop().add_reader(line.fileno(), self._answer, line)
        async with asyncio.TaskGroup() as tasks:
            for number, reader in enumerate(self._readers):
                tasks.create_task(reader.run(number / START_PER_S))

    def _answer(self, line: Connection) -> None:
        if line.recv() == "begin":
            self.refused = self.without_pause = 0
            for reader in self._readers:
                reader.heard_at = 0.0
            line.send(None)
            return
        times = [reader.heard_at for reader in self._readers if reader.heard_at]
        line.send((times, self.refused, self.without_pause))


def _read(kind: str, where: str, tokens: list[str], line: Connection) -> None:
    raise_file_limit()
    uvloop.run(_Readers(kind, where, tokens).run(line))
