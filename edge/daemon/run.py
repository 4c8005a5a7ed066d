"""Starts a PoP, runs it until it is told to stop, stops it.

Order of starting: everything that an operator may have to mend is checked first (configuration, root of trust, disk,
model, port), so that a PoP either runs or says in one line what to do. What it held is verified again and served before
the publisher is heard. Order of stopping: no new requests, those under way end, waiting tickets are committed, then the
disk is let go.
"""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

import aiohttp
from aiohttp import web

from edge.config import PopConfig, model_files
from edge.daemon.ask import Asking
from edge.daemon.desk_door import DeskDoor
from edge.daemon.follow import Following
from edge.daemon.handoff import Handoff
from edge.daemon.http import Door
from edge.daemon.log import get_logger
from edge.daemon.metrics import Metrics
from edge.daemon.opening import PopShelf, shelf_from_store
from edge.daemon.people import People
from edge.daemon.sync import Syncer
from edge.daemon.tokens import read_desk_tokens
from edge.errors import ConfigError, RefusedError
from edge.store import Outbox, VerifiedStore, load_or_make_token_key
from edge.triage import MODEL_FILES, Triage, load_triage
from edge.trust import TrustedMetadata, register_keys
from edge.wire import OriginClient, PushClient, RepositoryClient


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Threads(NamedTuple):
    """Who does what blocks. Each store belongs to one thread; a large island must not keep questions waiting."""

    triage: ThreadPoolExecutor
    sync: ThreadPoolExecutor
    outbox: ThreadPoolExecutor

    async def shutdown(self) -> None:
        """Wait until all have ended what they do."""
        for executor in self:
            await asyncio.to_thread(executor.shutdown)


class Held(NamedTuple):
    """What a PoP holds on disk and in memory before it talks to anyone."""

    triage: Triage
    outbox: Outbox
    store: VerifiedStore
    trust: TrustedMetadata
    shelf: PopShelf
    desk_tokens: dict[str, str]
    token_key: bytes


async def open_held(config: PopConfig, threads: Threads, now: datetime) -> Held:
    """Everything that an operator may have to mend, checked and opened; raises `ConfigError` or `StorageError`."""
    loop = asyncio.get_running_loop()
    root = await loop.run_in_executor(threads.sync, _read_trusted_root, config)
    triage = await loop.run_in_executor(threads.sync, _load_triage, config)
    tokens = await loop.run_in_executor(threads.sync, read_desk_tokens, config)
    limit = config.outbox.tickets_max
    outbox = await loop.run_in_executor(threads.outbox, lambda: Outbox(config.state_dir, max_tickets=limit))
    try:
        store, trust, shelf = await loop.run_in_executor(threads.sync, _open_verified, config, root, triage, now)
        token_key = await loop.run_in_executor(threads.sync, load_or_make_token_key, config.state_dir)
    except BaseException:
        await loop.run_in_executor(threads.outbox, outbox.close)
        raise
    return Held(triage, outbox, store, trust, shelf, tokens, token_key)


def _open_verified(
    config: PopConfig, root: bytes, triage: Triage, now: datetime
) -> tuple[VerifiedStore, TrustedMetadata, PopShelf]:
    register_keys()
    store, aside = VerifiedStore.open_or_set_aside(config.state_dir, now=now)
    try:
        if aside is not None:
            get_logger().error("the verified store was damaged; set aside, taking islands anew", kept_at=str(aside))
        files = store.read_all()
        trust = _start_trust(files, root, config)
        return store, trust, shelf_from_store(files, trust=trust, triage=triage, islands=config.islands, now=now)
    except BaseException:
        store.close()
        raise


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
        outbox=ThreadPoolExecutor(1, thread_name_prefix="outbox"),
    )
    try:
        held = await open_held(config, threads, now())
        async with aiohttp.ClientSession() as session:
            running = Running(config, held, session=session, threads=threads, now=now, on_step=on_step)
            try:
                await running.run(stop, on_ready)
            finally:
                await running.handoff.close()
                await loop.run_in_executor(threads.sync, held.store.close)
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
        threads: Threads,
        now: Callable[[], datetime],
        on_step: Callable[[str], None],
    ) -> None:
        metrics = Metrics()
        upstream = config.publisher
        self._config = config
        self._syncer = Syncer(
            config=config,
            trust=held.trust,
            store=held.store,
            triage=held.triage,
            repository=RepositoryClient(session, upstream.url, timeout_s=upstream.request_timeout_s),
            executor=threads.sync,
            metrics=metrics,
            now=now,
            shelf=held.shelf,
            on_step=on_step,
        )
        push = PushClient(session, f"{upstream.url.rstrip('/')}/v1/push", idle_s=upstream.push_idle_s)
        self._following = Following(syncer=self._syncer, push=push, config=upstream, metrics=metrics)
        origin = OriginClient(session, config.origin.url, timeout_s=config.origin.timeout_s)
        self.handoff = Handoff(
            outbox=held.outbox, thread=threads.outbox, origin=origin, config=config.origin, metrics=metrics
        )
        people = People(tokens=held.desk_tokens, remembered=config.people.sessions_remembered, metrics=metrics)
        metrics.watch_thresholds(people.thresholds)
        asking = Asking(
            config=config,
            people=people,
            token_key=held.token_key,
            triage=held.triage,
            executor=threads.triage,
            shelf=self._shelf,
            handoff=self.handoff,
            metrics=metrics,
            now=now,
        )
        metrics.watch_shelf(self._shelf, now)
        desk = DeskDoor(people=people, asking=asking, shelf=self._shelf, token_key=held.token_key, now=now)
        model = held.triage.model
        door = Door(config=config, asking=asking, desk=desk, shelf=self._shelf, metrics=metrics, model=model, now=now)
        self._app = door.app

    async def run(self, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Serve until `stop` is set; whoever was being answered then still is."""
        runner, url = await _listen(self._config, self._app)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(self.handoff.keep(), name="keep tickets"),
                    tasks.create_task(self.handoff.deliver(), name="deliver tickets"),
                    tasks.create_task(self._following.follow_push(), name="follow pushes"),
                    tasks.create_task(self._following.follow_polls(), name="follow polls"),
                ]
                on_ready(url)
                await stop.wait()
                get_logger().info("stopping")
                await runner.cleanup()
                for task in running:
                    task.cancel()
        finally:
            await runner.cleanup()

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


def _read_trusted_root(config: PopConfig) -> bytes:
    path = config.path(config.publisher.trusted_root)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the trusted root {path}: {error.strerror}; copy it from the publisher, "
            "which writes it with: skerry keys init"
        ) from error


def _load_triage(config: PopConfig) -> Triage:
    folder = config.path(config.triage.models) if config.triage.models else None
    try:
        return load_triage(model_files(MODEL_FILES, folder))
    except RefusedError as error:
        raise ConfigError(f"{error.text}; reinstall the model with: {_reinstall()}", reason=error.reason) from error


def _start_trust(files: dict[str, bytes], root: bytes, config: PopConfig) -> TrustedMetadata:
    try:
        return TrustedMetadata.start(files, root)
    except RefusedError as error:
        path = config.path(config.publisher.trusted_root)
        raise ConfigError(
            f"the trusted root {path} is not one: {error.text}; copy it anew from the publisher's root.json",
            reason=error.reason,
        ) from error


def _reinstall() -> str:
    return f"{sys.executable} -m pip install --force-reinstall skerry"
