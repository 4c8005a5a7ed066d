"""Thousands of bad requests to one PoP: no 5xx but 503, every refusal a problem document, and the PoP goes on.

`make bench ARGS=fuzz`, or `python -m benchmarks.fuzz.fuzz --requests 26000 --seed 7`. The test plays a twentieth of it.
"""

import argparse
import asyncio
import contextlib
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, print_figures
from benchmarks.fuzz.bad_requests import BadRequest, BadRequests, Subjects
from edge.errors import Reason
from edge.host import configure_logging
from edge.records import Ticket
from edge.tokens import make_promise
from tests.daemon.conftest import RunningPop, pop_config, running_origin, running_pop, running_publisher
from tests.pen import DROP, Pen

REQUESTS = 26_000
CONNECTIONS = 8
ANSWER_S = 10.0
"""A PoP that has not answered by then hangs."""

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of this PoP alone
DESK_TOKEN = "desk-token-of-northwind"  # noqa: S105 - as above
_ALLOWED_5XX = 503


@dataclass
class Played:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    """How often each status came. 0: the connection was closed without one."""
    faults: list[str] = field(default_factory=list)
    """Answers that should not be, each with its request."""


@contextlib.asynccontextmanager
async def fuzzed_pop(folder: Path, pen: Pen) -> AsyncIterator[tuple[RunningPop, Subjects]]:
    """A PoP with a desk, and what it has given out."""
    home = await asyncio.to_thread(pen.copy_home, folder / "home")
    await asyncio.to_thread(_write_secrets, folder)
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(
            folder,
            publisher_url=publisher_url,
            origin_url=origin.url,
            origin={"url": origin.url, "webhook_secret_files": ["webhook.secret"]},
            people={"desk_tokens_file": "desk.tokens"},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop, await _subjects(pop, folder)


def _write_secrets(folder: Path) -> None:
    for name, content in (("webhook.secret", SECRET), ("desk.tokens", f"{DROP.tenant} {DESK_TOKEN}")):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(content + "\n", encoding="utf-8")


async def _subjects(pop: RunningPop, folder: Path) -> Subjects:
    asked = (await pop.post({"island": str(DROP), "text": "a person, please", "session": "f1"}))[1]
    answered = (await pop.post({"island": str(DROP), "text": "when does it ship?"}))[1]
    began = (await pop.post({}, path=f"/v1/trees/{DROP}/my-order"))[1]
    key = await asyncio.to_thread((folder / "state" / "token.key").read_bytes)
    promised = Ticket(
        id=asked["ticket"], created=datetime.now(UTC), pop="p", island=str(DROP), revision=1, text="x",
        reason=Reason.SURGE, lane="callback",
    )  # fmt: skip
    return Subjects(
        island=str(DROP),
        receipt=answered["receipt"],
        trees={"my-order": began["token"]},
        ticket=asked["ticket"],
        promise=make_promise(promised, key=key),
        desk_token=DESK_TOKEN,
        webhook_secret=SECRET,
        origin="default",
        now=int(time.time()),
    )


async def play(port: int, subjects: Subjects, *, requests: int, seed: int) -> Played:
    """Send bad requests over some connections at once."""
    played, source, numbers = Played(), BadRequests(subjects, seed), itertools.count()

    async def one_connection() -> None:
        client = _Client(port)
        while next(numbers) < requests:
            request = source.next()
            await _check(played, request, client)
        client.close()

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))
    return played


async def _check(played: Played, request: BadRequest, client: "_Client") -> None:
    try:
        async with asyncio.timeout(ANSWER_S):
            status, head, body = await client.send(request)
    except TimeoutError:
        played.faults.append(f"no answer within {ANSWER_S:g} s: {_shown(request)}")
        client.close()
        return
    played.statuses[status] += 1
    if status >= 500 and status != _ALLOWED_5XX:
        played.faults.append(f"{status} {body[:200]!r}: {_shown(request)}")
    # A HEAD has no body, and a request that is no HTTP may get no document.
    if 400 < status < 500 and request.method != "HEAD" and b"application/problem+json" not in head:
        played.faults.append(f"{status} without a problem document: {_shown(request)}")


def _shown(request: BadRequest) -> str:
    return f"{request.method} {request.path} {request.headers!r} {request.body[:300]!r}"


class _Client:
    """One connection, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: BadRequest) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer. Status 0: the server closed the connection."""
        fresh = self._streams is None
        try:
            return await self._exchange(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            # A connection that had been idle may be closed at any time: the request is sent again, once.
            return (0, b"", b"") if fresh else await self.send(request)

    async def _exchange(self, request: BadRequest) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request.raw())
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
        if request.method == "HEAD" or status in {204, 304}:
            return status, head, b""
        body = await reader.readexactly(int(lengths[0])) if lengths else b""
        # A stream has no length and no end; after an error the server may close.
        if not lengths or b"connection: close" in head:
            self.close()
        return status, head, body

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def measure(*, requests: int, seed: int) -> Played:
    """Play against a PoP of its own."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with fuzzed_pop(Path(folder), pen) as (pop, subjects):
            return await play(int(pop.url.rpartition(":")[2]), subjects, requests=requests, seed=seed)


def main() -> int:
    """Print what came back. Exit status 1 if anything should not have."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    configure_logging()
    began = time.perf_counter()
    played = asyncio.run(measure(requests=options.requests, seed=options.seed))
    title = f"{options.requests} bad requests, seed {options.seed}, {time.perf_counter() - began:.0f} s"
    found = [Figure(str(status), str(count), "") for status, count in sorted(played.statuses.items())]
    print_figures(title, [*found, Figure("faults: 5xx but 503, or no problem document", str(len(played.faults)), "0")])
    for fault in played.faults[:20]:
        print(fault)
    return 1 if played.faults else 0


if __name__ == "__main__":
    sys.exit(main())
