"""Starts a PoP, runs it until it is told to stop, stops it.

Order of starting: everything that an operator may have to mend is checked first (configuration, root of trust, disk,
model, port), so that a PoP either runs or says in one line what to do. What it held is verified again and served before
the publisher is heard. Order of stopping: no new requests, those under way end, waiting tickets are committed, then the
disk is let go.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from edge.config import PopConfig
from edge.daemon.ask import Asking
from edge.daemon.clock import PopClock
from edge.daemon.desk_door import DeskDoor
from edge.daemon.fleet import reporter_for
from edge.daemon.follow import Following
from edge.daemon.handoff import Handoff
from edge.daemon.held import OPENERS, Held, Threads, open_held
from edge.daemon.http import Door
from edge.daemon.keys import tenant_keys
from edge.daemon.loads import Loads
from edge.daemon.log import get_logger
from edge.daemon.metrics import Metrics
from edge.daemon.opening import PopShelf
from edge.daemon.origins import close_origins, load_feeds, make_origins
from edge.daemon.people import People
from edge.daemon.returns import Returns
from edge.daemon.sync import IN_FORCE, Syncer
from edge.daemon.tally import Tally
from edge.daemon.tally_door import TallyDoor
from edge.daemon.upstream import Upstream
from edge.errors import ConfigError
from edge.wire import RepositoryClient


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


async def run_pop(
    config: PopConfig,
    *,
    stop: asyncio.Event,
    now: Callable[[], datetime] = utc_now,
    on_ready: Callable[[str], None] = print,
    on_step: Callable[[str], None] = lambda _: None,
) -> None:
    """Run one PoP until `stop` is set. Raises `ConfigError` or `StorageError` when it cannot start.

    `now` is the wall clock; `on_step` is told each step of taking an island, just after it.
    """
    loop = asyncio.get_running_loop()
    threads = Threads(
        triage=ThreadPoolExecutor(config.triage.threads, thread_name_prefix="triage"),
        sync=ThreadPoolExecutor(1, thread_name_prefix="sync"),
        opening=ThreadPoolExecutor(OPENERS, thread_name_prefix="opening"),
        outbox=ThreadPoolExecutor(1, thread_name_prefix="outbox"),
        tally=ThreadPoolExecutor(1, thread_name_prefix="tally"),
    )
    try:
        async with contextlib.AsyncExitStack() as stack:
            upstream = await Upstream.open(config)
            stack.push_async_callback(upstream.close)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            held = await open_held(config, threads, now())
            running = Running(
                config, held, session=session, upstream=upstream, threads=threads, now=now, on_step=on_step
            )
            try:
                await running.run(stop, on_ready)
            finally:
                await running.close()
                await loop.run_in_executor(threads.sync, held.store.close)
                await running.tally.close()
    finally:
        await threads.shutdown()


class Running:
    """The parts of one PoP, put together."""

    def __init__(
        self,
        config: PopConfig,
        held: Held,
        *,
        session: aiohttp.ClientSession,
        upstream: Upstream,
        threads: Threads,
        now: Callable[[], datetime],
        on_step: Callable[[str], None],
    ) -> None:
        metrics = Metrics()
        self._on_step = on_step
        publisher = config.publisher
        clock = PopClock(now, timestamp_life_max_s=publisher.timestamp_life_max_s, metrics=metrics)
        clock.prove(held.trust.timestamp_expires)
        self._config = config
        self.tally = Tally(
            config=config,
            store=held.tally,
            thread=threads.tally,
            token_key=held.token_key,
            shelf=self._shelf,
            metrics=metrics.tally,
            now=clock,
        )
        self._syncer = Syncer(
            config=config,
            trust=held.trust,
            store=held.store,
            triage=held.triage,
            repository=RepositoryClient(
                upstream.session, publisher.url, timeout_s=publisher.request_timeout_s, on_time=clock.heard
            ),
            executor=threads.sync,
            openers=threads.opening,
            metrics=metrics,
            now=clock,
            shelf=held.shelf,
            anchor=held.anchor,
            on_step=self._note_step,
            on_timestamp=clock.prove,
        )
        self._following = Following(
            syncer=self._syncer, push=upstream.push, config=publisher, metrics=metrics, renew=upstream.renew
        )
        people = People(tokens=held.desk_tokens, remembered=config.people.sessions_remembered, metrics=metrics)
        metrics.watch_thresholds(people.thresholds)
        self._loads = Loads(people=people, metrics=metrics, now=clock)
        self._feeds = load_feeds(config, held.secrets)
        self._origins = make_origins(config, held.secrets, session, on_taken=self._loads.from_reply)
        self.handoff = Handoff(
            outbox=held.outbox,
            thread=threads.outbox,
            origins=self._origins,
            config=config.origin,
            bounds=config.outbox,
            metrics=metrics,
            on_gone=people.arrived,
        )
        asking = Asking(
            config=config,
            tally=self.tally,
            people=people,
            token_key=held.token_key,
            triage=held.triage,
            executor=threads.triage,
            shelf=self._shelf,
            handoff=self.handoff,
            metrics=metrics,
            now=clock,
        )
        metrics.watch_shelf(self._shelf, clock)
        desk = DeskDoor(
            people=people,
            loads=self._loads,
            asking=asking,
            shelf=self._shelf,
            token_key=held.token_key,
            now=clock,
        )
        door = Door(
            config=config,
            asking=asking,
            desk=desk,
            shelf=self._shelf,
            returns=Returns(
                config=config,
                secrets=held.secrets,
                handoff=self.handoff,
                on_resolved=people.resolve,
                metrics=metrics,
                tally=self.tally,
            ),
            metrics=metrics,
            tally=TallyDoor(tally=self.tally, people=people, now=clock),
            keys=lambda: tenant_keys(self._syncer.trust),
            model=held.triage.model,
            now=clock,
        )
        self._app = door.app
        self._reporter = reporter_for(
            config,
            held.identity,
            session=upstream.session,
            model=held.triage.model,
            shelf=self._shelf,
            metrics=metrics,
            now=clock,
            machine_now=now,
        )

    async def run(self, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Serve until `stop` is set; whoever was being answered then still is."""
        runner, url = await _listen(self._config, self._app)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(self.handoff.keep(), name="keep tickets"),
                    tasks.create_task(self.tally.keep(), name="keep the tally"),
                    *(tasks.create_task(one.run(), name="deliver") for one in self.handoff.deliveries.values()),
                    *(tasks.create_task(self._loads.follow(feed), name="follow load") for feed in self._feeds),
                    tasks.create_task(self._following.follow_push(), name="follow pushes"),
                    tasks.create_task(self._following.follow_polls(), name="follow polls"),
                ]
                if self._reporter is not None:
                    running.append(tasks.create_task(self._reporter.keep_posting(), name="post status"))
                on_ready(url)
                await stop.wait()
                get_logger().info("stopping")
                await runner.cleanup()
                for task in running:
                    task.cancel()
        finally:
            await runner.cleanup()

    async def close(self) -> None:
        """Commit what still waits, and let go of disk and connections."""
        await self.handoff.close()
        await close_origins(self._origins.values())

    def _note_step(self, step: str) -> None:
        self._on_step(step)
        if step == IN_FORCE and self._reporter is not None:
            self._reporter.note_change()

    def _shelf(self) -> PopShelf:
        return self._syncer.shelf


async def _listen(config: PopConfig, app: web.Application) -> tuple[web.AppRunner, str]:
    """The door, open at the configured address, and its URL."""
    host, port = config.http.host, config.http.port
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=config.http.stop_grace_s)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; see who does with: ss -ltnp 'sport = :{port}'"
        ) from error
    bound = runner.addresses[0]
    return runner, f"http://{bound[0]}:{bound[1]}"
