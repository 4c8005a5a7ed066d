"""Requests at a fixed rate, whether or not the earlier ones are answered: what happens when more is asked than can be.

Latencies count from when a request was due, so a client that falls behind does not make the server look fast.
"""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Kind = tuple[int, str, str]
"""HTTP status, outcome and reason of a response; the last two are empty for a refused request."""

TICK_S = 0.001


@dataclass
class Offered:
    """What came of the requests that were offered."""

    seconds: float
    counts: Counter[Kind] = field(default_factory=Counter)
    took_s: dict[Kind, list[float]] = field(default_factory=dict)
    never_sent: int = 0
    """No connection was free when they were due."""

    def matching(self, is_wanted: Callable[[Kind], bool]) -> list[float]:
        """Latencies of these kinds, in seconds."""
        return [took_s for kind, values in self.took_s.items() if is_wanted(kind) for took_s in values]

    @property
    def answered_per_s(self) -> float:
        """Decided requests a second, tickets included."""
        return sum(count for (status, _, _), count in self.counts.items() if status < 300) / self.seconds


class _Asker(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, free: "deque[_Asker]", offered: Offered) -> None:
        self._free, self._offered = free, offered
        self._due, self._data = 0.0, b""
        self._is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is free."""
        self._transport: Any = transport
        self._free.append(self)

    def ask(self, request: bytes, due: float) -> None:
        """Send a request that was due at `due`."""
        self._due, self._is_waiting = due, True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Count a response once it is whole."""
        self._data += data
        head, separator, body = self._data.partition(b"\r\n\r\n")
        if not separator:
            return
        start = head.lower().index(b"content-length:") + len(b"content-length:")
        end = head.find(b"\r", start)
        if len(body) < int(head[start : end if end >= 0 else None]):
            return
        self._data = b""
        self._count(int(head[9:12]), body)
        if b"connection: close" not in head.lower():
            self._free.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Count a request that was not answered."""
        if self._is_waiting:
            self._count(0, b"")

    def _count(self, status: int, body: bytes) -> None:
        kind: Kind = (status, "", "")
        if 0 < status < 300:
            document = json.loads(body)
            kind = (status, document["outcome"], document["reason"])
        self._is_waiting = False
        self._offered.counts[kind] += 1
        self._offered.took_s.setdefault(kind, []).append(time.perf_counter() - self._due)


async def offer(port: int, requests: Iterator[bytes], *, rate: float, seconds: float, connections: int) -> Offered:
    """Offer `rate` requests a second for so long, over at most `connections` connections."""
    loop, offered, free = asyncio.get_running_loop(), Offered(seconds), deque[_Asker]()
    opened = 0

    async def open_more(count: int) -> None:
        nonlocal opened
        opened += count
        for _ in range(count):
            await loop.create_connection(lambda: _Asker(free, offered), "127.0.0.1", port)

    await open_more(min(64, connections))
    began, sent, opening = time.perf_counter(), 0, None
    while (elapsed := time.perf_counter() - began) < seconds:
        while sent + offered.never_sent < int(elapsed * rate):
            if not free:
                if opened >= connections:
                    offered.never_sent += int(elapsed * rate) - sent - offered.never_sent
                elif opening is None or opening.done():
                    opening = loop.create_task(open_more(min(64, connections - opened)))
                break
            free.popleft().ask(next(requests), began + (sent + offered.never_sent) / rate)
            sent += 1
        await asyncio.sleep(TICK_S)
    if opening is not None:
        await opening
    await asyncio.sleep(1.0)
    return offered


async def probe(port: int, request: bytes, *, seconds: float, pause_s: float = 0.02) -> list[float]:
    """Seconds that each of many requests took, each on a connection of its own: `/livez`, as an orchestrator asks."""
    took_s, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        took_s.append(time.perf_counter() - began)
        writer.close()
        await asyncio.sleep(max(0.0, pause_s - took_s[-1]))
    return took_s
