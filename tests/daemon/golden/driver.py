"""A PoP in this process, with its clock, its disk, its shelf and triage's judgement in a test's hand.

The one file of this folder that looks inside a PoP. Its parts are put together as `edge.daemon.run` does; only what a
case must decide is a stand-in: the time, the verdicts (recorded), the outbox (memory that can be full or broken), and
when tickets arrive at their desk.
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
from edge.daemon.handoff import OriginSecrets
from edge.daemon.run import Pop as RunningPop
from edge.daemon.startup import Startup, Threads
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.daemon.wiring import make_dependencies
from edge.errors import Reason, RefusedError, StorageError
from edge.records import DeskEvent, Island, SnippetDocument, Verdict
from edge.store.outbox import Parcel, ticket_from_bytes
from edge.triage import normalise
from edge.wire.desks import read_secret
from edge.wire.desks.standard_webhooks import sign
from tests.daemon.golden.islands import START

TOKEN = "t" * 24
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Verdicts = Mapping[tuple[str, str], Verdict]
"""By island and text."""


class Posted(NamedTuple):
    """A ticket as it was kept for its desk."""

    ticket: dict[str, Any]
    priority: str


class Told(NamedTuple):
    """What a request got: HTTP's status, the document, and the ticket that was kept for it."""

    status: int
    document: dict[str, Any]
    posted: Posted | None


class Inline(Executor):
    """Does at once what it is given, so that nothing depends on threads."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result, done."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            done.set_exception(error)
        return done


class Recorded:
    """Triage that knows the recorded verdicts, and breaks on every other question."""

    model = "recorded"

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = {(name, normalise(text)): verdict for (name, text), verdict in verdicts.items()}

    def judge(self, head: str, text: str) -> Verdict:
        """The recorded verdict; an island's head is its name here."""
        return self._verdicts[head, normalise(text)]


class MemoryOutbox:
    """Keeps tickets until a test says that they arrived; `fault` is why it keeps none."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.fault: str = ""
        self.progress = self
        self._resolved: set[str] = set()

    def put_many(self, parcels: Sequence[Parcel]) -> int:
        """Nothing is dropped; raises as the real one does."""
        if self.fault == "full":
            raise RefusedError("the outbox is full", reason=Reason.OVERLOADED)
        if self.fault == "broken":
            raise StorageError("the disk failed")
        self.parcels.extend(parcels)
        return 0

    def apply(self, callback: DeskEvent, _origin: str, _now: float) -> bool | None:
        """Whether a desk's report is news; None for a ticket that was never kept."""
        if all(callback.ticket != parcel.id for parcel in self.parcels):
            return None
        is_news = callback.id not in self._resolved
        self._resolved.add(callback.id)
        return is_news


class Pop:
    """One PoP. `move` is the only thing that lets time pass."""

    def __init__(self, http: Any, running: RunningPop, outbox: MemoryOutbox, clock: "Clock") -> None:
        self._http, self._running, self.outbox, self._clock = http, running, outbox, clock
        self._arrived = 0

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._clock.now += timedelta(seconds=seconds)

    async def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Told:
        """One request with a desk's token, and the ticket that was kept for it."""
        kept = len(self.outbox.parcels)
        data = body if isinstance(body, bytes) else msgspec.json.encode(body) if body is not None else None
        said = {"Authorization": f"Bearer {TOKEN}"} | dict(headers or {})
        async with self._http.request(method, path, data=data, headers=said) as reply:
            content = await reply.read()
        new = self.outbox.parcels[kept:]
        posted = (
            Posted(msgspec.json.decode(ticket_from_bytes(new[0].payload)), new[0].priority.name.lower())
            if new
            else None
        )
        return Told(reply.status, msgspec.json.decode(content) if content else {}, posted)

    async def ask(self, island: str, text: str, **fields: str) -> Told:
        """One question."""
        return await self.send("POST", "/v1/ask", {"island": island, "text": text} | fields)

    async def report(self, **fields: Any) -> Told:
        """A desk's report, measured now, once everything that was kept has arrived there."""
        self.deliver()
        return await self.send("PUT", "/v1/load", fields)

    async def release(self, island: str, session: str) -> Told:
        """The desk gives a session back."""
        return await self.send("POST", "/v1/release", {"island": island, "session": session})

    async def resolve(self, ticket: str, *, report_id: str = "") -> Told:
        """The desk's webhook: it is done with a ticket."""
        body = msgspec.json.encode({"type": "ticket.resolved", "data": {"ticket": ticket}})
        headers = sign([read_secret(_SECRET)], report_id or f"of-{ticket}", int(time.time()), body)
        return await self.send("POST", "/v1/webhooks/default", body, headers)

    async def threshold(self, island: str) -> float | None:
        """The one in force, as the island's page says."""
        return cast(float | None, (await self.send("GET", f"/v1/islands/{island}")).document["target_precision"])

    def deliver(self) -> None:
        """Everything that was kept arrives at its desk."""
        (delivery,) = self._running.handoff.deliveries.values()
        for parcel in self.outbox.parcels[self._arrived :]:
            delivery._on_gone(parcel.payload)
        self._arrived = len(self.outbox.parcels)

    def put(self, island: Island, *, state: str = "fresh") -> None:
        """Let an island be in a state: one of `STATES`."""
        shelf = self._running._syncer.shelf
        slot, until = _place(island, state), _vouched_until(state)
        vouched = {**shelf.fresh_until} | ({island.tenant: START + until} if until is not None else {})
        self._running._syncer.shelf = shelf.put(slot).vouched(vouched)


class Clock:
    """The wall clock."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Now."""
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
    """From the start; an island without a publisher's word stays unvouched."""
    if state == "never vouched for":
        return None
    if state == "stopped":
        return timedelta(days=-2)
    return timedelta(seconds=-1) if "stale" in state else timedelta(days=900)


def _place(island: Island, state: str) -> PopSlot:
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
    """A PoP that serves these islands; `max_queue` questions may wait for triage."""
    clock, outbox, inline = Clock(), MemoryOutbox(), cast(ThreadPoolExecutor, Inline())
    # Ten thousand canonical lines would bury what a test has to say.
    with structlog.testing.capture_logs():
        async with _put_together(max_queue, clock, outbox, inline, verdicts) as pop:
            for island in islands:
                pop.put(island)
            yield pop


@asynccontextmanager
async def _put_together(
    max_queue: int, clock: Clock, outbox: MemoryOutbox, inline: ThreadPoolExecutor, verdicts: Verdicts
) -> AsyncIterator[Pop]:
    async with aiohttp.ClientSession() as session:
        held = Startup(
            triage=cast(Any, Recorded(verdicts)),
            outbox=cast(Any, outbox),
            secrets={"": OriginSecrets("", [], [_SECRET], None)},
            store=cast(Any, None),
            trust=cast(Any, SimpleNamespace(tenants=tuple, timestamp_expires=None)),
            shelf=PopShelf(),
            anchor=cast(Any, None),
            desk_tokens={TOKEN: "*"},
            token_key=b"k" * 32,
            tally=cast(Any, None),
            identity=None,
        )
        upstream = cast(Any, SimpleNamespace(session=session, push=None, renew=None))
        threads = Threads(inline, inline, inline, inline, inline)
        deps = make_dependencies(
            _config(max_queue), held, session=session, upstream=upstream, threads=threads, now=clock
        )
        running = RunningPop(deps, on_step=lambda _: None)
        keeping = asyncio.create_task(running.handoff.keep())
        async with TestClient(TestServer(running._app)) as http:
            yield Pop(http, running, outbox, clock)
        keeping.cancel()


def _config(max_queue: int) -> PopConfig:
    document = {
        "pop": {"name": "golden", "state_dir": "state"},
        "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
        "origin": {"url": "http://127.0.0.1:9"},
    }
    config = msgspec.convert(document, PopConfig)
    # No bound of zero can be configured; here it is a queue that is always full.
    return msgspec.structs.replace(config, triage=msgspec.structs.replace(config.triage, max_queue=max_queue))
