"""Load reports in replies to tickets and by NATS, over real sockets: accepted with a desk token, else refused."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.people import DeskTokens, InFlightTickets, LoadReports
from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.people.load_reports import RETRY_CAP_S
from edge.daemon.telemetry import Metrics
from edge.errors import UnreachableError
from edge.host import utc_now
from edge.wire.nats import nats_link
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until
from tests.wire.nats.nats_desk import NatsDesk

TOKEN, ALIEN = "t" * 24, "a" * 24
OPERATOR = "o" * 24
BUSY = {"tenant": "northwind", "queue_depth": 500, "wait_s": 900, "agents": 5}
REPLY = {
    "Skerry-Desk-Token": TOKEN, "Skerry-Queue-Depth": "500", "Skerry-Wait-Seconds": "900", "Skerry-Agents": "5",
}  # fmt: skip


class ReportingOrigin:
    """Accepts every ticket, and replies with `headers`."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.app = web.Application()
        self.app.router.add_post("/tickets", self._accept)

    async def _accept(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=202, headers=self.headers)


@contextlib.asynccontextmanager
async def pop_with(pen: Pen, folder: Path, origin: DemoOrigin, section: dict[str, Any]) -> AsyncIterator[RunningPop]:
    """A PoP with desk tokens of two tenants; `section` is its `[origin]`."""
    home = await asyncio.to_thread(pen.copy_home, folder / "home")
    tokens = folder / "desk.tokens"
    await asyncio.to_thread(tokens.write_text, f"northwind {TOKEN}\nacme {ALIEN}\n* {OPERATOR}\n")
    tokens.chmod(0o600)
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            folder,
            publisher_url=publisher_url,
            origin_url="",
            origin=section,
            people={"desk_tokens_file": "desk.tokens"},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


async def ask(pop: RunningPop, session: str = "") -> dict[str, Any]:
    """The response to a question that people take."""
    return (await pop.post({"island": str(DROP), "text": "do gulls dream", "session": session}))[1]


async def until_counted(pop: RunningPop, source: str, result: str, times: int = 1) -> None:
    """Wait until this many reports from `source` had this result."""
    line = f'skerry_load_reports_total{{result="{result}",source="{source}"}} {times}.0'

    async def is_counted() -> bool:
        return line in (await pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1].decode()

    await until(is_counted, line)


@pytest.mark.parametrize("kind", ["http", "webhook"])
async def test_load_report_in_a_reply(pen: Pen, tmp_path: Path, origin: DemoOrigin, kind: str) -> None:
    """The next question gets an estimate and a callback instead of a place in the queue."""
    desk = ReportingOrigin()
    await asyncio.to_thread((tmp_path / "secret").write_text, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    async with TestServer(desk.app) as server:
        section = {"url": str(server.make_url("/tickets")), "kind": kind, "secret_files": ["secret"]}
        async with pop_with(pen, tmp_path, origin, section) as pop:
            desk.headers = REPLY
            first = await ask(pop)
            await until_counted(pop, "reply", "accepted")

            assert ("out_of_scope", "surge") == (first["reason"], (await ask(pop))["reason"])


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "negative": (REPLY | {"Skerry-Queue-Depth": "-1"}, "malformed"),
    "half absent": ({name: value for name, value in REPLY.items() if name != "Skerry-Agents"}, "malformed"),
    "contradictory": (REPLY | {"Skerry-Queue-Depth": "0"}, "contradictory"),
    "without a token": ({name: value for name, value in REPLY.items() if "Token" not in name}, "unauthorised"),
    "from a stranger": (REPLY | {"Skerry-Desk-Token": "x" * 24}, "unauthorised"),
    "from another tenant's desk": (REPLY | {"Skerry-Desk-Token": ALIEN}, "unauthorised"),
}


async def test_refused_load_report_in_a_reply(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """It is counted by its reason; the ticket counts as delivered, and viewers still get a place in the queue."""
    desk = ReportingOrigin()
    counts: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(desk.app))
        section = {"url": str(server.make_url("/tickets"))}
        pop = await stack.enter_async_context(pop_with(pen, tmp_path, origin, section))
        for headers, reason in REFUSED.values():
            desk.headers = headers
            counts[reason] += 1
            assert "out_of_scope" == (await ask(pop))["reason"]
            await until_counted(pop, "reply", reason, counts[reason])
        desk.headers = {"Skerry-Mood": "bad"}
        await ask(pop)

        async def are_delivered() -> bool:
            line = f'skerry_deliveries_total{{result="ok"}} {len(REFUSED) + 1}.0'
            return line in (await pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1].decode()

        await until(are_delivered, "every ticket delivered once")


async def test_people_behind_nats(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """Tickets go into the stream, reports come by their subject, and those without the right token are refused."""
    (tmp_path / "nats").mkdir()
    async with NatsDesk(tmp_path / "nats").running() as desk:
        section = {"url": desk.url, "kind": "nats", "load_subject": "skerry.load"}
        async with pop_with(pen, tmp_path, origin, section) as pop, nats_link(desk.account()) as link:

            async def publish(report: Any, result: str, *, token: str = TOKEN, tenant: str = "northwind") -> None:
                """Publish a report until the PoP, which may still be connecting, has counted it."""
                data = report if isinstance(report, bytes) else msgspec.json.encode(report)

                async def is_counted() -> bool:
                    headers = {"Authorization": f"Bearer {token}"}
                    await link.client.publish(f"skerry.load.{tenant}", data, headers=headers)
                    await link.client.flush()
                    metrics = (await pop.get("/metrics", Authorization=f"Bearer {OPERATOR}"))[1].decode()
                    return f'skerry_load_reports_total{{result="{result}",source="nats"}}' in metrics

                await until(is_counted, result)

            await publish(BUSY, "unauthorised", token=ALIEN)
            await publish(b"{", "malformed")
            await publish(b" " * 5_000, "too_large")
            await publish(BUSY, "contradictory", tenant="acme")
            before = await ask(pop)
            await publish(BUSY, "accepted")
            after = await ask(pop)

            async def are_there() -> bool:
                return {name for name, _ in await desk.seen()} == {before["ticket"], after["ticket"]}

            await until(are_there, "both tickets in the stream")
            subjects = [subject for subject, _ in await desk.messages()]

    assert ("out_of_scope", "surge") == (before["reason"], after["reason"])
    assert ["skerry.tickets.northwind.callback", "skerry.tickets.northwind.fast"] == sorted(subjects)


class BrokenSubscription:
    """Fails at every attempt, after one of `reports` while there are any."""

    def __init__(self, reports: list[bytes]) -> None:
        self.reports = reports

    async def listen(self, receive: Callable[[str, str, bytes], None]) -> None:
        """As `LoadSubscription.listen`."""
        if self.reports:
            receive("acme", "Bearer nobody", self.reports.pop())
        raise UnreachableError("the connection was closed")


async def test_subscription_that_breaks_is_made_again() -> None:
    """Attempts become less frequent, up to a bound; a report that arrives resets the wait."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 12:
            raise asyncio.CancelledError

    metrics = Metrics()
    loads = LoadReports(
        loads=DeskLoads(InFlightTickets()),
        tokens=DeskTokens({}),
        metrics=metrics,
        now=utc_now,
        jitter=lambda: 1.0,
        sleep=sleep,
    )
    with contextlib.suppress(asyncio.CancelledError):
        await loads.follow(BrokenSubscription([]))
    assert waits == sorted(waits)
    assert RETRY_CAP_S == waits[-1]
    waits.clear()
    with contextlib.suppress(asyncio.CancelledError):
        await loads.follow(BrokenSubscription([b"{}"] * 20))

    assert 1 == len(set(waits))
