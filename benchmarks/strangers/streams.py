"""Many open ticket streams: how soon a desk's reply reaches its viewer, and what the streams cost in memory.

python -m benchmarks streams [--streams 5000] [--replies 500] [--per-second 100]

The PoP runs on core 0 if there are two; publisher, origin, viewers and desk share the others. The time of a reply
begins when the desk sends its webhook and ends when the viewer has the event, so it includes a write to the disk.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import uvloop
from standardwebhooks import Webhook

from benchmarks.figures import Figure, machine, middle_and_tail, print_figures
from benchmarks.strangers.measured_pop import RAISED, until_served
from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP, Pen
from tests.waiting import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - it signs for this benchmark only
ASKING_AT_ONCE = 32
OPENED_AT_ONCE = 100
REPLIED = b"event: replied"

_CONFIG = """\
[pop]
name = "bench-pop"
state_dir = "pop-state"

[http]
port = {pop_port}
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
max_streams = {streams}

[publisher]
url = "{publisher_url}"
trusted_root = "home/root.json"

[origin]
url = "{origin_url}"
max_parallel = 32
webhook_secret_files = ["webhook.secret"]
"""


class Asked(NamedTuple):
    """A ticket and its token."""

    ticket: str
    token: str


class Viewer(asyncio.Protocol):
    """A viewer's connection with one ticket's stream. It costs almost nothing."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._data = asked, b""
        loop = asyncio.get_running_loop()
        self.is_open: asyncio.Future[None] = loop.create_future()
        self.replied_at: asyncio.Future[float] = loop.create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for the events."""
        head = (
            f"GET /v1/tickets/{self._asked.ticket}/events HTTP/1.1\r\nHost: pop\r\n"
            f"Authorization: Bearer {self._asked.token}\r\n\r\n"
        )
        transport.write(head.encode())

    def data_received(self, data: bytes) -> None:
        """Note when the stream is open, and when the reply is there."""
        self._data += data
        if not self.is_open.done() and b"event: " in self._data:
            self.is_open.set_result(None)
        if not self.replied_at.done() and REPLIED in self._data:
            self.replied_at.set_result(time.monotonic())


@contextlib.asynccontextmanager
async def _pop(harness: Harness, streams: int) -> AsyncIterator[int]:
    """The PoP's process on core 0, ready; gives its id."""
    text = _CONFIG.format(
        pop_port=harness.pop_port, streams=streams, publisher_url=harness.publisher_url, origin_url=harness.origin.url
    )
    config = harness.folder / "pop.toml"
    await asyncio.to_thread(config.write_text, text + RAISED)
    secret = harness.folder / "webhook.secret"
    await asyncio.to_thread(secret.write_text, SECRET + "\n")
    await asyncio.to_thread(secret.chmod, 0o600)
    pinned = ("taskset", "-c", "0") if (os.cpu_count() or 1) > 1 and shutil.which("taskset") else ()
    command = (*pinned, *SKERRY, "pop", "serve", "--config", str(config))
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    try:
        await until_served(harness)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def _ask_all(harness: Harness, count: int) -> list[Asked]:
    left, asked = iter(range(count)), list[Asked]()

    async def ask() -> None:
        for number in left:
            body = {"island": str(DROP), "text": f"hello {number}", "session": f"v-{number}", "want": "person"}
            async with harness.http.post(harness.pop_url + "/v1/ask", json=body) as reply:
                document = await reply.json()
            asked.append(Asked(document["ticket"], document["ticket_token"]))

    await asyncio.gather(*(ask() for _ in range(ASKING_AT_ONCE)))
    return asked


def _itself(viewer: Viewer) -> Viewer:
    return viewer


async def _open_all(harness: Harness, asked: list[Asked]) -> dict[str, Viewer]:
    loop, viewers = asyncio.get_running_loop(), dict[str, Viewer]()
    for start in range(0, len(asked), OPENED_AT_ONCE):
        some = {one.ticket: Viewer(one) for one in asked[start : start + OPENED_AT_ONCE]}
        for viewer in some.values():
            await loop.create_connection(partial(_itself, viewer), "127.0.0.1", harness.pop_port)
        await asyncio.gather(*(viewer.is_open for viewer in some.values()))
        viewers |= some
    return viewers


async def _reply(harness: Harness, ticket: str, viewer: Viewer) -> float:
    """Seconds from the desk's webhook to the viewer's event."""
    data = {"type": "ticket.answered", "data": {"ticket": ticket, "reply": "We have sent a new one. " * 8}}
    body, name, now = json.dumps(data), f"m-{secrets.token_hex(8)}", int(time.time())
    signature = Webhook(SECRET).sign(name, datetime.fromtimestamp(now, UTC), body)
    headers = {"webhook-id": name, "webhook-timestamp": str(now), "webhook-signature": signature}
    began = time.monotonic()
    async with harness.http.post(f"{harness.pop_url}/v1/webhooks/default", data=body, headers=headers) as reply:
        reply.raise_for_status()
    return await viewer.replied_at - began


async def _reply_paced(harness: Harness, viewers: dict[str, Viewer], per_second: float) -> list[float]:
    began, tasks = time.monotonic(), list[asyncio.Task[float]]()
    for number, (ticket, viewer) in enumerate(viewers.items()):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        tasks.append(asyncio.create_task(_reply(harness, ticket, viewer)))
    return list(await asyncio.gather(*tasks))


def _resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def streams(*, count: int = 5_000, replies: int = 500, per_second: float = 100.0) -> list[Figure]:
    """Both figures of many open streams."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            await harness.start_publisher()
            async with _pop(harness, count) as pid:
                return await _measure(harness, pid, count=count, replies=replies, per_second=per_second)


async def _measure(harness: Harness, pid: int, *, count: int, replies: int, per_second: float) -> list[Figure]:
    asked = await _ask_all(harness, count)
    delivered = {one.ticket for one in asked}

    async def are_at_origin() -> bool:
        return delivered <= harness.origin.tickets.keys() and await harness.metric("skerry_outbox_tickets") == 0

    await until(are_at_origin, "all tickets at origin")
    before = await asyncio.to_thread(_resident_bytes, pid)
    viewers = await _open_all(harness, asked)
    added = await asyncio.to_thread(_resident_bytes, pid) - before
    chosen: dict[str, Any] = dict(list(viewers.items())[:: max(1, count // replies)][:replies])
    times = await _reply_paced(harness, chosen, per_second)
    after = await asyncio.to_thread(_resident_bytes, pid) - before
    return [
        Figure(
            f"{count} open ticket streams, replies to {len(chosen)} at {per_second:g} a second, p50 / p99",
            middle_and_tail(times),
            "200 ms p99",
        ),
        Figure(
            f"the PoP's memory for {count} streams, after the replies",
            f"+{added / 2**20:.0f} MiB, +{after / 2**20:.0f} MiB ({added / count / 1024:.1f} KiB each)",
            "+80 MiB",
        ),
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=5_000)
    parser.add_argument("--replies", type=int, default=500)
    parser.add_argument("--per-second", type=float, default=100.0)
    options = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if (cores := os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, set(range(1, cores)))
    figures = uvloop.run(streams(count=options.streams, replies=options.replies, per_second=options.per_second))
    print_figures("Ticket streams (`python -m benchmarks streams`)", figures)


if __name__ == "__main__":
    print(machine())
    main()
