"""Questions at a fixed rate, however long the answers take: a slow server does not slow its viewers down."""

import asyncio
import contextlib
import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.figures import percentile

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
    reason: str
    outcome: str
    ticket: str


def distinct_texts(examples: list[str], *, seed: int) -> Iterator[str]:
    """The author's questions with two words more each, endlessly and hardly ever twice, so that none is cached."""
    rng = random.Random(seed)
    while True:
        yield f"{rng.choice(_WORDS)} {rng.choice(examples)} {rng.choice(_WORDS)} {rng.choice(_WORDS)}"


class OpenLoop:
    """Viewers of one island, each with a session of its own, over as many connections as are needed at once."""

    def __init__(self, port: int, island: str, texts: Iterator[str]) -> None:
        self._port, self._island, self._texts = port, island, texts
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._number = 0

    async def ask(self, rate_s: float, seconds: float) -> list[Reply]:
        """The responses to this many questions a second, asked for this long. A lost connection has status 0."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        asked = []
        for number in range(int(rate_s * seconds)):
            due = began + number / rate_s
            # A timer is no finer than a millisecond; questions that are due by then are asked together.
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            asked.append(asyncio.create_task(self._ask(due)))
        return list(await asyncio.gather(*asked))

    async def close(self) -> None:
        """Close the connections."""
        for _, writer in self._free:
            await _closed(writer)
        self._free.clear()

    async def _ask(self, due: float) -> Reply:
        loop = asyncio.get_running_loop()
        self._number += 1
        body = json.dumps(
            {"island": self._island, "text": next(self._texts), "session": f"viewer-{self._number}"}
        ).encode()
        head = f"POST /v1/ask HTTP/1.1\r\nHost: pop\r\nContent-Length: {len(body)}\r\n\r\n"
        writer = None
        try:
            connection = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = connection
            writer.write(head.encode() + body)
            status, document = await _response(reader)
        except (OSError, asyncio.IncompleteReadError):
            if writer is not None:
                await _closed(writer)
            return Reply(due, loop.time() - due, 0, "", "", "")
        self._free.append(connection)
        return Reply(
            due,
            loop.time() - due,
            status,
            document.get("reason", ""),
            document.get("outcome", ""),
            document.get("ticket") or "",
        )


async def capacity(viewers: OpenLoop, *, seconds: float, start_s: float = 100.0, p99_s: float = 0.1) -> float:
    """The highest rate at which p99 stays within `p99_s` for `seconds`, to about a tenth."""
    rate_s = start_s
    while _holds(await viewers.ask(rate_s, seconds / 6), p99_s):
        rate_s *= 1.25
    # Short tries flatter: the rate must hold for the whole time, so it is lowered until it does.
    while not _holds(await viewers.ask(rate_s, seconds), p99_s):
        rate_s /= 1.1
    return rate_s


def _holds(replies: list[Reply], p99_s: float) -> bool:
    answered = all(reply.status in {200, 202} for reply in replies)
    return answered and percentile([reply.took_s for reply in replies], 0.99) <= p99_s


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _response(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return int(head[9:12]), json.loads(await reader.readexactly(int(length.split(b":")[1])))
