"""Starts a PoP, runs it until it is told to stop, and stops it.

Starting: everything that an operator may have to fix is checked first (configuration, root of trust, disk, model,
port), so that a PoP either runs or says in one line what to do. The stored islands are verified again and served before
the publisher is asked. Stopping: new requests are refused, those in progress are answered, waiting tickets are
committed, and the stores are closed last.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from edge.config import PopConfig
from edge.daemon.admin import open_admin
from edge.daemon.api import tenant_keys
from edge.daemon.asking import make_asking
from edge.daemon.desk import DeskInbox
from edge.daemon.handoff import OriginSessions, close_origins, load_subscriptions, make_origins, own_desks
from edge.daemon.interface import (
    make_app,
    make_callers,
    make_fast_path,
    make_head_limits,
    make_languages,
    make_screen,
)
from edge.daemon.ledger_wiring import ledger_tasks
from edge.daemon.listen import listen, make_door
from edge.daemon.operator_files import read_operator_files
from edge.daemon.people import DeskTokens, LoadReports
from edge.daemon.startup import OPENERS, Threads, open_startup, step_back
from edge.daemon.supervise import supervise
from edge.daemon.sync import IN_FORCE, PopShelf
from edge.daemon.telemetry import LoopLag
from edge.daemon.upstream import Upstream
from edge.daemon.wiring import (
    Dependencies,
    make_admin,
    make_dependencies,
    make_desks,
    make_follower,
    make_handoff,
    make_remembered,
    make_reporter,
    make_streams,
    make_syncer,
    make_tally,
    make_traffic_keeper,
    make_upkeep,
)
from edge.host import get_logger, ignore, is_set_within, utc_now
from edge.host.threads import Workers
from edge.host.watched import FileWatch
from edge.wire.http import new_http_session

FIRST_ANSWER_S = 2.0
"""How long a PoP that has no island waits for its publisher's first answer before it says that it is ready."""


async def run_pop(
    config: PopConfig,
    *,
    stop: asyncio.Event,
    reload: asyncio.Event | None = None,
    now: Callable[[], datetime] = utc_now,
    on_ready: Callable[[str], None] = print,
    on_step: Callable[[str], None] = ignore,
) -> None:
    """Run one PoP until `stop` is set. Each time `reload` is set, the operator's files are read again at once.

    `now` is the wall clock. `on_ready` is called with the URL once requests are answered; `on_step` with the name of
    each step of a sync, just after it. Raises `ConfigError` when the operator must act, `StorageError` when the disk
    cannot be used.
    """
    loop = asyncio.get_running_loop()
    threads = Threads(
        triage=Workers(config.triage.threads, "triage", initializer=step_back),
        sync=ThreadPoolExecutor(1, thread_name_prefix="sync"),
        opening=ThreadPoolExecutor(OPENERS, thread_name_prefix="opening"),
        outbox=Workers(1, "outbox"),
        tally=Workers(1, "tally"),
        ledger=Workers(1, "ledger"),
        payloads=Workers(1, "payloads"),
        languages=ThreadPoolExecutor(1, thread_name_prefix="languages", initializer=step_back),
    )
    try:
        async with contextlib.AsyncExitStack() as stack:
            # Before the stores: a typing error must stop the start before anything on disk changes.
            files = await loop.run_in_executor(threads.sync, read_operator_files, config)
            watch = FileWatch(files.watched, requested=reload)
            upstream = Upstream(config, files.upstream, watch)
            stack.push_async_callback(upstream.close)
            session = await stack.enter_async_context(new_http_session())
            startup = await open_startup(config, threads, now(), files=files)
            deps = make_dependencies(
                config, startup, session=session, upstream=upstream, threads=threads, watch=watch, now=now
            )
            pop = Pop(deps, on_step=on_step)
            # Closed in reverse: tickets first, because they were promised; then the verified store, then the tally.
            stack.push_async_callback(pop.tally.close)
            stack.push_async_callback(deps.payloads.close)
            stack.push_async_callback(loop.run_in_executor, threads.sync, startup.store.close)
            stack.push_async_callback(pop.close)
            await pop.run(stop, on_ready)
    finally:
        # After every store was closed: each is closed by a job in its own thread.
        await threads.shutdown()


class Pop:
    """The parts of one PoP, connected."""

    def __init__(self, deps: Dependencies, *, on_step: Callable[[str], None]) -> None:
        self._config, self._ledger = deps.config, deps.ledger.writer
        self._on_step, self._watch, self._has_begun = on_step, deps.watch, False
        self._syncer = make_syncer(deps, on_step=self._note_step)
        self._follower = make_follower(deps, self._syncer)
        files = deps.startup.files
        remembered, tokens = make_remembered(deps), DeskTokens(files.desk_tokens.value)
        self.tally = make_tally(deps, remembered, self._shelf)
        self._traffic = make_traffic_keeper(deps, remembered)
        files.desk_tokens.on_change(tokens.renew)
        files.root.on_change(lambda _root: self._follower.poll_soon())
        self._loads = LoadReports(loads=remembered.loads, tokens=tokens, metrics=deps.metrics, now=deps.clock)
        self._subscriptions = load_subscriptions(deps.config, files.origins)
        self._sessions = OriginSessions(deps.session)
        self._origins = make_origins(deps.config, files.origins, self._sessions, on_delivered=self._loads.from_reply)
        self._streams = make_streams(deps, remembered, self._shelf)
        self.handoff = make_handoff(deps, self._origins, remembered.in_flight, self._streams, self._shelf)
        inbox = DeskInbox(handoff=self.handoff, tally=self.tally, on_resolved=remembered.sessions.resolve)
        desks = own_desks(deps.config, files.origins, self._sessions)
        self._desks = make_desks(deps, desks, inbox, self._loads, remembered)
        self._upkeep, self._lag = make_upkeep(deps), LoopLag()
        self._languages = make_languages(deps)
        callers = make_callers(deps, tokens, self._shelf)
        asking = make_asking(
            deps,
            shelf=self._shelf,
            remembered=remembered,
            handoff=self.handoff,
            tally=self.tally,
            lag=self._lag,
            former=callers.pseudonyms.former,
            languages=self._languages,
        )
        limits = make_head_limits(deps, asking, callers, tokens)
        self._app = make_app(
            deps,
            asking=asking,
            callers=callers,
            shelf=self._shelf,
            remembered=remembered,
            tokens=tokens,
            load_reports=self._loads,
            handoff=self.handoff,
            inbox=inbox,
            streams=self._streams,
            tally=self.tally,
            keys=lambda: tenant_keys(self._syncer.trust),
            trust=lambda: self._syncer.trust,
            push=lambda: self._follower.push_state,
            has_begun=lambda: self._has_begun,
            upkeep=self._upkeep,
        ).app
        self._app.on_response_prepare.append(limits.count)
        self._door = door = make_door(deps.config, self._app)
        door.screen = make_screen(deps, asking, limits, in_flight=lambda: door.waiting)
        door.fast_path = make_fast_path(deps, limits, self._shelf)
        self._reporter = make_reporter(deps, self._syncer)
        self._ledger_tasks = ledger_tasks(deps, self._shelf, self._sessions)
        self._admin = make_admin(deps, self._syncer, self.handoff.commands)

    async def run(self, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Serve until `stop` is set, and answer the requests in progress. Raises `ConfigError` if it cannot listen."""
        # Before the first ticket: the outbox gets the clock by which it lives.
        await self._upkeep.look()
        await self._ledger.begin()
        url = await listen(self._door, self._config)
        try:
            async with open_admin(self._admin), asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(self.handoff.keep(), name="keep tickets"),
                    tasks.create_task(self.handoff.gauges.keep(), name="measure the outbox"),
                    tasks.create_task(self.tally.keep(), name="keep the tally"),
                    *(tasks.create_task(one.run(), name="deliver") for one in self.handoff.deliveries.values()),
                    *(tasks.create_task(supervise(name, work), name=name) for name, work in self._supervised()),
                ]
                await self._begin(stop)
                on_ready(url)
                await stop.wait()
                get_logger().info("stopping")
                # Requests end before the tasks: an escalation waits for `keep` to commit its ticket.
                await self._door.close()
                for task in running:
                    task.cancel()
        finally:
            await self._door.close()

    async def _begin(self, stop: asyncio.Event) -> None:
        """Wait for the first islands: a PoP without any would tell viewers that their event does not exist."""
        if not any(slot.entry for slot in self._shelf().slots.values()):
            stopped = asyncio.ensure_future(stop.wait())
            asked = asyncio.ensure_future(is_set_within(self._follower.has_asked, FIRST_ANSWER_S))
            await asyncio.wait((stopped, asked), return_when=asyncio.FIRST_COMPLETED)
            for waiting in (stopped, asked):
                waiting.cancel()
        self._has_begun = True

    def _supervised(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """Tasks that are restarted when they fail, by name: viewers are answered without them."""
        yield "watch files", self._watch.keep
        yield "measure the loop", self._lag.measure
        yield "follow pushes", self._follower.follow_push
        yield "follow polls", self._follower.follow_polls
        yield "keep streams", self._streams.keep
        yield "keep traffic", self._traffic.keep
        yield "look after the outbox", self._upkeep.keep
        if self._languages is not None:
            yield "read languages", self._languages.keep
        for subscription in self._subscriptions:
            yield "follow load", partial(self._loads.follow, subscription)
        yield from self._desks.tasks()
        yield from self._ledger_tasks
        if self._reporter is not None:
            yield "post status", self._reporter.keep_posting

    async def close(self) -> None:
        """Commit the tickets that still wait, keep the traffic, and close the outbox and the origins' connections."""
        try:
            # It takes leaves over from the outbox, so it is first.
            await self._ledger.close()
        finally:
            await self.handoff.close()
        await self._traffic.write()
        await close_origins(self._origins.values())
        await self._sessions.close()

    def _note_step(self, step: str) -> None:
        self._on_step(step)
        if step == IN_FORCE and self._reporter is not None:
            self._reporter.note_change()

    def _shelf(self) -> PopShelf:
        return self._syncer.shelf
