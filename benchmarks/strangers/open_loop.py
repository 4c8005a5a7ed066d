"""Questions at a fixed rate, however long the answers take: a slow server does not slow its viewers down."""

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.figures import percentile

TICK_S = 0.001
"""How often is looked which questions are due: a timer is no finer."""

MAX_CONNECTIONS = 2_000
PATIENCE_S = 60.0
"""Longest time until the last response; what is still missing then is not in the list."""

_WORDS = (
    "please", "anyone", "guys", "mods", "asap", "again", "today", "tho", "actually", "btw", "quickly", "question",
    "thanks", "team", "hello", "hey", "folks", "friends", "maybe", "still", "ok", "so", "well", "also", "now", "sorry",
)  # fmt: skip
"""Words that change a question, but not what it asks."""


class Reply(NamedTuple):
    """One response. Times are seconds of the event loop's clock; `took_s` counts from when the question was due."""

    due: float
    took_s: float
    status: int
    """0 for a lost connection."""
    reason: str
    outcome: str
    ticket: str


def distinct_texts(examples: list[str], *, seed: int) -> Iterator[str]:
    """The author's questions with three words more each, endlessly and hardly ever twice, so that none is cached."""
    rng = random.Random(seed)
    while True:
        yield f"{rng.choice(_WORDS)} {rng.choice(examples)} {rng.choice(_WORDS)} {rng.choice(_WORDS)}"


class OpenLoop:
    """Viewers of one island, each with a session of its own, over as many connections as are needed at once."""

    def __init__(self, port: int, island: str, texts: Iterator[str], *, max_connections: int = MAX_CONNECTIONS) -> None:
        self._port, self._island, self._texts, self._max_connections = port, island, texts, max_connections
        self._free: deque[_Connection] = deque()
        self._all: set[_Connection] = set()
        self._opening = 0
        self._number = 0
        self._replies: list[Reply] = []
        self._has_reply = asyncio.Event()
        self.never_sent = 0
        """Questions for which no connection was free when they were due."""

    async def ask(self, rate_s: float, seconds: float) -> list[Reply]:
        """The responses to this many questions a second, asked for this long."""
        loop, count, sent = asyncio.get_running_loop(), int(rate_s * seconds), 0
        self._replies, self.never_sent, began = [], 0, loop.time()
        while sent + self.never_sent < count:
            due = min(count, int((loop.time() - began) * rate_s) + 1)
            while sent + self.never_sent < due:
                if self._free:
                    self._free.popleft().ask(self._request(), began + (sent + self.never_sent) / rate_s)
                    sent += 1
                elif len(self._all) + self._opening < self._max_connections:
                    self._opening += 1
                    asyncio.ensure_future(self._open()).add_done_callback(self._opened)
                    break
                elif self._opening:
                    break
                else:
                    self.never_sent += 1
            await asyncio.sleep(TICK_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while len(self._replies) < sent:
                    self._has_reply.clear()
                    await self._has_reply.wait()
        return self._replies

    async def close(self) -> None:
        """Close the connections."""
        for connection in list(self._all):
            connection.close()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: _Connection(self._free, self._all, self._count), "127.0.0.1", self._port)

    def _opened(self, opening: "asyncio.Future[None]") -> None:
        self._opening -= 1
        opening.result()

    def _count(self, reply: Reply) -> None:
        self._replies.append(reply)
        self._has_reply.set()

    def _request(self) -> bytes:
        self._number += 1
        question = {"island": self._island, "text": next(self._texts), "session": f"viewer-{self._number}"}
        body = json.dumps(question).encode()
        head = f"POST /v1/ask HTTP/1.1\r\nHost: pop\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        return head.encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    """One connection: one question at a time. It costs almost nothing."""

    def __init__(self, free: "deque[_Connection]", everybody: "set[_Connection]", on_reply: Any) -> None:
        self._free, self._all, self._on_reply = free, everybody, on_reply
        self._loop = asyncio.get_running_loop()
        self._due, self._data, self._is_waiting = 0.0, b"", False

    def connection_made(self, transport: Any) -> None:
        """It is free."""
        self._transport = transport
        self._all.add(self)
        self._free.append(self)

    def ask(self, request: bytes, due: float) -> None:
        """Send a question that was due at `due`."""
        self._due, self._is_waiting = due, True
        self._transport.write(request)

    def close(self) -> None:
        """Close it."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Count a response once it is whole."""
        self._data += data
        head, separator, body = self._data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
        if not separator or length is None or len(body) < length:
            return
        self._data = b""
        status = int(head[9:12])
        # A refusal is not read: ten times too many of them must not slow the viewers down.
        document = json.loads(body) if status < 300 else {}
        self._reply(status, document)
        if b"connection: close" not in lines:
            self._free.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Count a question that was not answered."""
        self._all.discard(self)
        if self in self._free:
            self._free.remove(self)
        if self._is_waiting:
            self._reply(0, {})

    def _reply(self, status: int, document: dict[str, Any]) -> None:
        self._is_waiting = False
        took_s, ticket = self._loop.time() - self._due, document.get("ticket") or ""
        self._on_reply(
            Reply(self._due, took_s, status, document.get("reason", ""), document.get("outcome", ""), ticket)
        )


async def capacity(viewers: OpenLoop, *, seconds: float, start_s: float = 100.0, p99_s: float = 0.1) -> float:
    """The highest rate at which p99 stays within `p99_s` for `seconds`, to about a twentieth."""
    rate_s = start_s
    while _holds(await viewers.ask(rate_s, seconds / 6), p99_s):
        rate_s *= 1.25
    # Short tries flatter: the rate must hold for the whole time, so it is lowered until it does.
    while not _holds(await viewers.ask(rate_s, seconds), p99_s):
        rate_s /= 1.05
    return rate_s


def _holds(replies: list[Reply], p99_s: float) -> bool:
    answered = all(reply.status in {200, 202} for reply in replies)
    return answered and percentile([reply.took_s for reply in replies], 0.99) <= p99_s


async def probe(port: int, request: bytes, *, seconds: float, pause_s: float = 0.02) -> list[float]:
    """Seconds that each of many requests took, each on a connection of its own, as an orchestrator asks."""
    loop = asyncio.get_running_loop()
    took_s, end = list[float](), loop.time() + seconds
    while loop.time() < end:
        began = loop.time()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        took_s.append(loop.time() - began)
        writer.close()
        await asyncio.sleep(max(0.0, pause_s - took_s[-1]))
    return took_s
