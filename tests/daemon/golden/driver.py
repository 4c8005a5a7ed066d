"""A PoP in this process, whose clock, disk, shelf and verdicts the test controls.

This is the only file of the folder that uses a PoP's private parts. They are connected as `edge.daemon.run` does it.
Only what a case controls is replaced: the time, the verdicts (recorded), the outbox (in memory; it can be full or
broken), and the moment at which tickets arrive at their desk.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import aiohttp
import msgspec
import structlog
from aiohttp.test_utils import TestClient, TestServer

from edge.config import PopConfig
from edge.daemon.callers import CallerFiles
from edge.daemon.handoff import OriginFiles
from edge.daemon.operator_files import OperatorFiles
from edge.daemon.run import Pop as RunningPop
from edge.daemon.startup import Startup, Threads
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.daemon.widget import WidgetRoutes
from edge.daemon.wiring import make_dependencies
from edge.errors import Reason, RefusedError, StorageError
from edge.host.watched import FileWatch, WatchedFile
from edge.records import DeskEvent, Island, SnippetDocument, TicketState, Verdict
from edge.store.leaves import HandedOver
from edge.store.leaves.leaves import MakeReply
from edge.store.outbox import Parcel, ticket_from_bytes
from edge.tokens import pseudonym_of, tenant_pseudonym_key
from edge.triage import Matter, question_of
from edge.wire.desks import read_secret
from edge.wire.desks.standard_webhooks import sign
from edge.wire.http import directly
from tests.daemon.golden.islands import START

TOKEN = "t" * 24
_SESSIONS = b"k" * 32
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Verdicts = Mapping[tuple[str, str], Verdict]
"""Recorded verdicts by island and text."""


class Posted(NamedTuple):
    """A ticket as the outbox stored it, with its priority."""

    ticket: dict[str, Any]
    priority: str


class Told(NamedTuple):
    """The response to a request: HTTP status and document, with the ticket that was stored for it."""

    status: int
    document: dict[str, Any]
    posted: Posted | None


class Inline(Executor):
    """An executor that runs each job at once, so that nothing depends on threads."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run the job; gives a future that is done."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            done.set_exception(error)
        return done


class Recorded:
    """Triage that gives the recorded verdicts, and raises for every other question."""

    model = "recorded"

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = {(name, question_of(text)): verdict for (name, text), verdict in verdicts.items()}

    def exact(self, _head: str, _text: str) -> None:
        """Recorded verdicts are given by `judge`."""

    def judge(self, head: str, matter: Matter) -> Verdict:
        """The recorded verdict; `head` is the island's name here."""
        return self._verdicts[head, matter.question]


class MemoryOutbox:
    """An outbox in memory. `fault` makes it refuse tickets: `full` or `broken`."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.fault: str = ""
        self.progress = self
        self.leaves = self
        self.merges = self
        self.kept_s = 0.0
        self.make_reply: MakeReply | None = None
        self._resolved: set[str] = set()

    def put_many(self, parcels: Sequence[Parcel], *, tenants: int = 1) -> int:
        """As `Outbox.put_many`."""
        del tenants
        if self.fault == "full":
            raise RefusedError("the outbox is full", reason=Reason.OVERLOADED)
        if self.fault == "broken":
            raise StorageError("the disk failed")
        self.parcels.extend(parcels)
        return 0

    def handed(self, ticket: str) -> HandedOver | None:
        """As `WaitingLeaves.handed`."""
        leaves = [parcel.leaf for parcel in self.parcels if parcel.leaf is not None and parcel.leaf.ticket == ticket]
        return HandedOver(leaves[0].log, leaves[0].id) if leaves else None

    def now(self) -> float:
        """As `Outbox.now`: some time, since nothing here has an age."""
        return START.timestamp()

    def apply(self, event: DeskEvent, _origin: str, _now: float) -> bool | None:
        """As `TicketProgress.apply`."""
        if all(event.ticket != parcel.id for parcel in self.parcels):
            return None
        is_new = event.id not in self._resolved
        self._resolved.add(event.id)
        return is_new

    def find(self, _ticket: str) -> tuple[TicketState, float, str] | None:
        """As `TicketProgress.find`: every event of these tests resolves its ticket."""
        return (TicketState.RESOLVED, 0.0, "") if self.parcels else None


class Pop:
    """One PoP. Time passes only by `move`."""

    def __init__(self, http: Any, running: RunningPop, outbox: MemoryOutbox, clock: "Clock") -> None:
        self._http, self._running, self.outbox, self._clock = http, running, outbox, clock
        self._arrived = 0

    def move(self, seconds: float) -> None:
        """Let this many seconds pass."""
        self._clock.now += timedelta(seconds=seconds)

    async def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Told:
        """Send one request with the desk's token; gives the response and the ticket that was stored for it."""
        before = len(self.outbox.parcels)
        data = body if isinstance(body, bytes) else msgspec.json.encode(body) if body is not None else None
        all_headers = {"Authorization": f"Bearer {TOKEN}"} | dict(headers or {})
        async with self._http.request(method, path, data=data, headers=all_headers) as reply:
            content = await reply.read()
        new = self.outbox.parcels[before:]
        posted = (
            Posted(msgspec.json.decode(ticket_from_bytes(new[0].payload)), new[0].priority.name.lower())
            if new
            else None
        )
        return Told(reply.status, msgspec.json.decode(content) if content else {}, posted)

    async def ask(self, island: str, text: str, **fields: str) -> Told:
        """Ask one question."""
        return await self.send("POST", "/v1/ask", {"island": island, "text": text} | fields)

    async def report(self, **fields: Any) -> Told:
        """Send a load report, measured now, after all tickets have arrived at their desk."""
        self.deliver()
        return await self.send("PUT", "/v1/load", fields)

    async def release(self, island: str, session: str) -> Told:
        """Release the session of a viewer, as its desk does: by the pseudonym that tickets have."""
        tenant, event = island.split("/")
        pseudonym = pseudonym_of(session, event=event, key=tenant_pseudonym_key(_SESSIONS, tenant))
        return await self.send("POST", "/v1/release", {"island": island, "session": pseudonym})

    async def resolve(self, ticket: str, *, report_id: str = "") -> Told:
        """Resolve a ticket by the desk's webhook."""
        body = msgspec.json.encode({"type": "ticket.resolved", "data": {"ticket": ticket}})
        headers = sign([read_secret(_SECRET)], report_id or f"of-{ticket}", int(time.time()), body)
        return await self.send("POST", "/v1/webhooks/default", body, headers)

    async def threshold(self, island: str) -> float | None:
        """The threshold in force, from the island's status."""
        return cast(float | None, (await self.send("GET", f"/v1/islands/{island}")).document["target_precision"])

    def deliver(self) -> None:
        """Let all stored tickets arrive at their desk."""
        (delivery,) = self._running.handoff.deliveries.values()
        for parcel in self.outbox.parcels[self._arrived :]:
            delivery._on_gone(parcel.payload)
        self._arrived = len(self.outbox.parcels)

    def put(self, island: Island, *, state: str = "fresh") -> None:
        """Put an island on the shelf in one of `STATES`."""
        shelf = self._running._syncer.shelf
        slot, until = _slot(island, state), _vouched_until(state)
        vouched = {**shelf.fresh_until} | ({island.tenant: START + until} if until is not None else {})
        self._running._syncer.shelf = shelf.put(slot).vouched(vouched)


class Clock:
    """The machine's clock, which the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The time that the test set."""
        return self.now


STATES = (
    "fresh", "stale", "stopped", "never vouched for", "never loaded", "rejected", "withdrawn", "expired", "not open",
    "ended", "ended and stale",
)  # fmt: skip
_GONE = {
    "never loaded": {},
    "rejected": {"last_error": "it broke a rule"},
    "withdrawn": {"withdrawn_at": START, "withdrawn_revision": 1},
}


def _vouched_until(state: str) -> timedelta | None:
    """The time from `START` until which metadata vouches for an island; None if it never did."""
    if state == "never vouched for":
        return None
    if state == "stopped":
        return timedelta(days=-2)
    return timedelta(seconds=-1) if "stale" in state else timedelta(days=900)


def _slot(island: Island, state: str) -> PopSlot:
    if state in _GONE:
        return PopSlot(name=island.name, since=START, **cast(Any, _GONE[state]))
    hour = timedelta(hours=1)
    moved: dict[str, Any] = {
        "expired": {"expires": START},
        "not open": {"opens": START + hour},
        "ended": {"closes": START},
        "ended and stale": {"closes": START},
    }.get(state, {})
    island = msgspec.structs.replace(island, **moved)
    entry: PopEntry = PopEntry(
        island=island,
        sha256=f"{island.name} {island.revision}",
        head=cast(Any, str(island.name)),
        documents={s.id: msgspec.json.decode(s.document, type=SnippetDocument) for s in island.snippets},
        snippets={s.id: s for s in island.snippets},
        key_ids={s.id: "key" for s in island.snippets},
    )
    return PopSlot(name=island.name, since=START, entry=entry)


@asynccontextmanager
async def running_pop(*islands: Island, verdicts: Verdicts, max_queue: int = 256) -> AsyncIterator[Pop]:
    """A running PoP that serves these islands; at most `max_queue` questions wait for triage."""
    clock, outbox, inline = Clock(), MemoryOutbox(), cast(ThreadPoolExecutor, Inline())
    # Ten thousand canonical lines would hide the output of a failed test.
    with structlog.testing.capture_logs():
        async with _connected_pop(max_queue, clock, outbox, inline, verdicts) as pop:
            for island in islands:
                pop.put(island)
            yield pop


@asynccontextmanager
async def _connected_pop(
    max_queue: int, clock: Clock, outbox: MemoryOutbox, inline: ThreadPoolExecutor, verdicts: Verdicts
) -> AsyncIterator[Pop]:
    async with aiohttp.ClientSession() as session:
        startup = Startup(
            files=_files(),
            triage=cast(Any, Recorded(verdicts)),
            outbox=cast(Any, outbox),
            store=cast(Any, None),
            trust=cast(Any, SimpleNamespace(tenants=tuple, timestamp_expires=None)),
            shelf=PopShelf(),
            anchor=cast(Any, None),
            token_key=b"k" * 32,
            tally=cast(Any, None),
            traffic_file=cast(Any, None),
            traffic={},
            identity=None,
            consent_signer=None,
            widget=await asyncio.to_thread(WidgetRoutes),
        )
        upstream = cast(Any, SimpleNamespace(session=session, push=None, renew=None, via=directly))
        threads = Threads(*[inline] * 8)
        deps = make_dependencies(
            _config(max_queue),
            startup,
            session=session,
            upstream=upstream,
            threads=threads,
            watch=FileWatch(()),
            now=clock,
        )
        running = RunningPop(deps, on_step=lambda _: None)
        keeping = asyncio.create_task(running.handoff.keep())
        async with TestClient(TestServer(running._app)) as http:
            yield Pop(http, running, outbox, clock)
        keeping.cancel()


def _files() -> OperatorFiles:
    """What an operator's files hold, without files."""
    secrets: WatchedFile[tuple[bytes, ...]] = WatchedFile("key_file", read=lambda: (_SESSIONS,))
    nothing: WatchedFile[Any] = WatchedFile("nothing", read=list)
    no_proxy: WatchedFile[str | None] = WatchedFile("proxy_login_file", read=lambda: None)
    secret = WatchedFile("webhook_secret_files", read=lambda: [_SECRET])
    origin = OriginFiles(nothing, nothing, secret, no_proxy, None, None)
    return OperatorFiles(
        upstream=cast(Any, None),
        origins={"": origin},
        desk_tokens=WatchedFile("desk_tokens_file", read=lambda: {TOKEN: "*"}),
        callers=CallerFiles(secrets, WatchedFile("tokens_file", read=dict), {}),
        root=nothing,
        triage=cast(Any, None),
    )


def _config(max_queue: int) -> PopConfig:
    document = {
        "pop": {"name": "golden", "state_dir": "state"},
        "http": {"trusted_ingests": {"networks": ["127.0.0.0/8"]}},
        "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
        "origin": {"url": "http://127.0.0.1:9"},
        "limits": {"session_per_s": 0, "tickets_per_min": 0, "address_per_s": 0, "address_tickets_per_min": 0},
    }
    config = msgspec.convert(document, PopConfig)
    # A bound of zero is a queue that is always full; a configuration file cannot have it.
    return msgspec.structs.replace(config, triage=msgspec.structs.replace(config.triage, max_queue=max_queue))
