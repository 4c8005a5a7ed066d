"""Opens and checks everything on disk before a PoP talks to anyone; or raises an error that says what to run."""

import asyncio
import contextlib
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

from edge.config import PopConfig, notices_of
from edge.daemon.handoff import open_outbox
from edge.daemon.operator_files import OperatorFiles
from edge.daemon.status_reporter import open_identity
from edge.daemon.sync import PopShelf, RootAnchor, exempt_islands, shelf_from_store
from edge.daemon.widget import WidgetRoutes
from edge.errors import ConfigError, RefusedError, SkerryError, StorageError
from edge.host import get_logger, give_back_memory
from edge.store.outbox import Outbox
from edge.store.secrets import (
    PopIdentity,
    load_or_make_token_key,
    note_owner,
    open_pop_signer,
    read_public_key,
    refuse_other_owner,
)
from edge.store.tally import KeptTraffic, TallyBounds, TallyStore, TrafficFile
from edge.store.verified import VerifiedStore
from edge.tokens import load_jwt
from edge.triage import Triage
from edge.trust import PopSigner, TrustedMetadata, register_keys

OPENERS = 2
"""Islands verified at once. Half of the time goes to encoding golden questions, without the interpreter lock."""


TRIAGE_NICENESS = 5
"""How much triage's threads stand back for the event loop where they share a core: it gets three times their share.

Without it, a loop that has to refuse nine of ten requests waits for the encoder before each of them.
"""


def step_back() -> None:
    """Lower the priority of the calling thread. On Linux it is a thread's own (nice(2), NOTES)."""
    os.nice(TRIAGE_NICENESS)


class Threads(NamedTuple):
    """The executors for blocking work. Each store has a thread of its own; a large island must not delay questions."""

    triage: Executor
    sync: ThreadPoolExecutor
    opening: ThreadPoolExecutor
    outbox: Executor
    tally: Executor
    ledger: Executor
    payloads: Executor
    languages: ThreadPoolExecutor

    async def shutdown(self) -> None:
        """Wait until all of them have finished their jobs."""
        for executor in self:
            await asyncio.to_thread(executor.shutdown)


class Startup(NamedTuple):
    """What a PoP has opened at its start: the operator's files, stores, model, keys, and the shelf."""

    files: OperatorFiles
    triage: Triage
    outbox: Outbox
    store: VerifiedStore
    trust: TrustedMetadata
    shelf: PopShelf
    anchor: RootAnchor
    token_key: bytes
    tally: TallyStore
    traffic_file: TrafficFile
    traffic: KeptTraffic
    """What thresholds followed before the start."""
    identity: PopIdentity | None
    """None: status is off, or the identity could not be read or stored. The PoP serves, but posts no status."""
    widget: WidgetRoutes
    consent_signer: PopSigner | None = None
    """Signs consent records: the key of `identity`. None if it cannot be opened: then no consent is taken."""


async def open_startup(config: PopConfig, threads: Threads, now: datetime, *, files: OperatorFiles) -> Startup:
    """Open everything that a PoP needs; the caller closes outbox, verified store and tally.

    The operator's files were read before: a typing error must stop the start before anything on disk changes.

    Raises `ConfigError` when the operator must act, `StorageError` when the disk cannot be used; then nothing stays
    open.
    """
    loop = asyncio.get_running_loop()
    root, triage = files.root.value, files.triage
    for notice in notices_of(config):
        get_logger().info("please note", notice=notice)
    # Not awaited before the stores: it only has to be over before the first question, which would wait for it.
    jwt_loaded = loop.run_in_executor(threads.opening, load_jwt)
    widget = await loop.run_in_executor(threads.opening, WidgetRoutes)
    async with contextlib.AsyncExitStack() as opened:
        await loop.run_in_executor(threads.outbox, _refuse_other_owner, config)
        outbox = await loop.run_in_executor(threads.outbox, open_outbox, config)
        opened.push_async_callback(loop.run_in_executor, threads.outbox, outbox.close)
        store, trust, shelf = await loop.run_in_executor(
            threads.sync, _open_verified, config, root, triage, now, threads.opening
        )
        opened.push_async_callback(loop.run_in_executor, threads.sync, store.close)
        token_key = await loop.run_in_executor(threads.sync, load_or_make_token_key, config.state_dir)
        tally = await loop.run_in_executor(threads.tally, _open_tally, config)
        traffic_file = TrafficFile(config.state_dir)
        traffic = await loop.run_in_executor(threads.tally, _read_traffic, traffic_file, now)
        # All are open; from here the caller closes them.
        opened.pop_all()
    exempt_islands(len(shelf.slots))
    anchor = RootAnchor(lambda: files.root.value, initial=root)
    identity = await loop.run_in_executor(threads.sync, _open_identity, config, now)
    await jwt_loaded
    # The model and the libraries left free what they read.
    await loop.run_in_executor(threads.opening, give_back_memory)
    return Startup(
        files=files,
        triage=triage,
        outbox=outbox,
        store=store,
        trust=trust,
        shelf=shelf,
        anchor=anchor,
        token_key=token_key,
        tally=tally,
        traffic_file=traffic_file,
        traffic=traffic,
        identity=identity,
        widget=widget,
        consent_signer=await loop.run_in_executor(threads.sync, _open_signer, config, identity),
    )


def _refuse_other_owner(config: PopConfig) -> None:
    # Before anything in the outbox is changed. A key that cannot be read proves nothing, and is said later.
    if config.fleet.enabled:
        try:
            public = read_public_key(config.state_dir)
        except SkerryError:
            return
        refuse_other_owner(config.state_dir, pop=config.pop.name, public=public)


def _open_identity(config: PopConfig, now: datetime) -> PopIdentity | None:
    identity = open_identity(config, now)
    if identity is not None:
        note_owner(config.state_dir, pop=config.pop.name, public=identity.signer.public)
    return identity


def _open_signer(config: PopConfig, identity: PopIdentity | None) -> PopSigner | None:
    """The PoP's key, also if it posts no status."""
    if identity is not None:
        return identity.signer
    try:
        return open_pop_signer(config.state_dir)
    except SkerryError as error:
        get_logger().error("the key of this PoP cannot be opened, no consent is taken", error=error.text)
        return None


def _open_verified(
    config: PopConfig, root: bytes, triage: Triage, now: datetime, openers: Executor
) -> tuple[VerifiedStore, TrustedMetadata, PopShelf]:
    register_keys()
    store, aside = VerifiedStore.open_or_set_aside(config.state_dir, now=now)
    try:
        if aside is not None:
            get_logger().error("verified store is damaged and set aside, islands are fetched again", kept_at=str(aside))
        files = store.read_all()
        trust = _start_trust(files, root, config)
        return (
            store,
            trust,
            shelf_from_store(files, trust=trust, triage=triage, islands=config.islands, now=now, openers=openers),
        )
    except BaseException:
        store.close()
        raise


def _open_tally(config: PopConfig) -> TallyStore:
    limits = config.stats
    bounds = TallyBounds(
        keep_s=limits.keep_s,
        max_counts=limits.max_counts,
        max_contacts=limits.max_contacts,
        max_feedback=limits.max_feedback,
        feedback_share=limits.feedback_share,
        keep_feedback_s=limits.max_feedback_age_s,
    )
    tally = TallyStore(config.state_dir, bounds=bounds)
    if tally.set_aside is not None:
        get_logger().error("tally is damaged and set aside, counts start from zero", kept_at=str(tally.set_aside))
    return tally


def _read_traffic(file: TrafficFile, now: datetime) -> KeptTraffic:
    """What was kept; nothing if the disk fails: thresholds must not keep a PoP from serving."""
    try:
        traffic, aside = file.read(now)
    except StorageError as error:
        get_logger().warning("traffic cannot be read, thresholds start from what is usual", error=error.text)
        return {}
    if aside is not None:
        text = "traffic is damaged and set aside, thresholds start from what is usual"
        get_logger().warning(text, kept_at=str(aside))
    return traffic


def _start_trust(files: dict[str, bytes], root: bytes, config: PopConfig) -> TrustedMetadata:
    try:
        return TrustedMetadata.start(files, root)
    except RefusedError as error:
        path = config.path(config.publisher.trusted_root)
        raise ConfigError(
            f"trusted root {path} is not a root: {error.text}; copy the publisher's root.json there again",
            reason=error.reason,
        ) from error
