"""Keeps payloads next to the ledger, in a thread of its own, and erases those whose time is over.

A disk that fails, or a tenant without a sealing key, costs payloads. It costs no leaves and no answers.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from edge.config import RetentionSection
from edge.daemon.ledger import Ledger
from edge.daemon.payloads.leaves import take_leaf
from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import Silence, get_logger
from edge.ledger import LEAF_SALT_BYTES, read_leaf
from edge.records.ledger import LeafKind
from edge.records.payloads import (
    EraseRequest,
    Erasure,
    HoldRequest,
    Holds,
    PayloadQuery,
    RetentionClass,
    SealedPayloads,
)
from edge.store.leaves import NewLeaf
from edge.store.payloads import (
    PAYLOADS_FOLDER,
    NewPayload,
    PayloadBounds,
    PayloadStore,
    erase,
    erase_old,
    finish_erasures,
    forget_leaves,
    hold,
    holds,
    read_payloads,
    release,
    waiting_leaves,
)

T = TypeVar("T")

SETTLE_S = 10.0
"""How long an erasure waits for leaves that were made before it."""

AT_ONCE = 1_000
"""Payloads in one transaction."""

SWEEP_S = 60.0
"""How often quiet keys are dropped from memory, and payloads erased whose time is over."""

_CONSENT = frozenset({LeafKind.CONSENT, LeafKind.WITHDRAWAL})


class PayloadKeeper:
    """Keeps payloads in the file below `state_dir`. Its methods are for the event loop, but for `keep`.

    `sealing_key` gives the public sealing key of a tenant, or nothing. It is called in the thread that calls `keep`,
    and must be set before anything is kept.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        config: RetentionSection,
        thread: Executor,
        now: Callable[[], datetime],
    ) -> None:
        self._state_dir, self._config, self._thread = state_dir, config, thread
        self._now = now
        self.sealing_key: Callable[[str], bytes] = _no_key
        self.ledger: Ledger | None = None
        """Whose payloads these are. It is made after this, and must be set before `run`."""
        self._store: PayloadStore | None = None
        self._log, self._silence = get_logger(), Silence()
        self.fault: StorageError | None = None
        """Why payloads cannot be kept; None if they can."""

    def keep(self, leaves: Sequence[NewLeaf]) -> None:
        """Keep the openings of leaves. Durable on return. From a thread that may wait.

        Leaves of tenants without a sealing key are passed over. Raises `StorageError`.
        """
        at, new = self._now().timestamp(), list[tuple[NewPayload, bytes]]()
        for leaf in leaves:
            tenant, _, event = leaf.log.partition("/")
            public = self.sealing_key(tenant)
            # A salt alone proves nothing: such a leaf says all that it has to say.
            if public and len(leaf.opening) > LEAF_SALT_BYTES:
                payload = NewPayload(
                    tenant=tenant,
                    event=event,
                    session=leaf.session,
                    retention_class=_class_of(leaf),
                    leaf=leaf.id.hex(),
                    opening=leaf.opening,
                    at=at,
                    ticket=leaf.ticket,
                )
                new.append((payload, public))
        if new:
            self._thread.submit(self._keep, new).result()

    async def erase(self, request: EraseRequest) -> Erasure:
        """Erase what the request names, as `edge.store.payloads.erase`, also of leaves that are being written now."""
        await self._settle()
        erased = await self._do(lambda store: erase(store, request, now=self._now().timestamp()))
        self._log.warning("payloads erased on request", scope=request.scope, keys=erased.keys, payloads=erased.payloads)
        return erased

    async def hold(self, request: HoldRequest) -> bool:
        """Hold what the request names, as `edge.store.payloads.hold`."""
        return await self._do(lambda store: hold(store, request, now=self._now().timestamp()))

    async def release(self, request: HoldRequest) -> bool:
        """Release a hold, as `edge.store.payloads.release`."""
        return await self._do(lambda store: release(store, request, now=self._now().timestamp()))

    async def holds(self) -> Holds:
        """All holds in force. Raises `StorageError`."""
        return await self._do(holds)

    async def read(self, query: PayloadQuery) -> SealedPayloads:
        """One page of a tenant's payloads, sealed. Raises `StorageError`."""
        return await self._do(lambda store: read_payloads(store, query))

    async def run(self) -> None:
        """Erase what is over and hand leaves of erasures to the ledger, again and again until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_S)

    async def sweep(self) -> None:
        """Do it once. Raises nothing of the disk's: `fault` says it."""
        if not await asyncio.get_running_loop().run_in_executor(self._thread, self._is_there):
            return
        try:
            erased = await self._do(self._sweep)
            waiting = await self._do(waiting_leaves) if self.ledger is not None else ()
            for leaf in waiting:
                if self.ledger is not None:
                    await take_leaf(self.ledger, leaf)
            # Killed here: they are handed over again, and a log takes each once.
            if waiting:
                await self._do(lambda store: forget_leaves(store, waiting))
        except StorageError as error:
            self._note_fault(error)
            return
        if self._silence.succeeded():
            self._log.info("payloads can be kept and erased again")
        self.fault = None
        if erased.keys:
            self._log.info(
                "payloads erased, their time is over", keys=erased.keys, payloads=erased.payloads, held=erased.held
            )

    async def close(self) -> None:
        """Close the store. Idempotent."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)

    async def _settle(self) -> None:
        """Wait until the payloads of all leaves that there are now are kept, and are in no other file."""
        if self.ledger is None:
            return
        writer, end = self.ledger.writer, asyncio.get_running_loop().time() + SETTLE_S
        before = writer.unwritten()
        while before & writer.unwritten():
            if asyncio.get_running_loop().time() > end:
                raise StorageError("leaves from before the erasure cannot be written, nothing was erased; run it again")
            await asyncio.sleep(0.05)
        # Its log has the openings of leaves that were taken over.
        await self.ledger.forget_taken()

    async def _do(self, work: Callable[[PayloadStore], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(self._opened()))

    def _note_fault(self, error: StorageError) -> None:
        left_out = self._silence.failed(type(error).__name__)
        if left_out is not None:
            self._log.error("payloads cannot be kept or erased", error=error.text, left_out=left_out)
        self.fault = error

    # The rest is for the store's thread.

    def _is_there(self) -> bool:
        """False if no tenant here has had a sealing key: then no file is made, and none is in memory."""
        return self._store is not None or os.path.lexists(self._state_dir / PAYLOADS_FOLDER)

    def _opened(self) -> PayloadStore:
        if self._store is None:
            bounds = PayloadBounds(quiet_s=self._config.quiet_s, max_bytes=self._config.max_bytes)
            try:
                self._store = PayloadStore(self._state_dir, bounds=bounds)
            except ConfigError as error:
                # The PoP was started without it, and goes on without it.
                raise StorageError(error.text) from error
            if (aside := self._store.set_aside) is not None:
                self._log.error("payloads are damaged and set aside, erasures do not reach them", kept_at=str(aside))
        return self._store

    def _keep(self, new: Sequence[tuple[NewPayload, bytes]]) -> None:
        store, unusable = self._opened(), set[str]()
        try:
            for number, (payload, public) in enumerate(new, 1):
                try:
                    store.keep(payload, public)
                except RefusedError:
                    unusable.add(payload.tenant)
                if number % AT_ONCE == 0:
                    store.write()
            store.write()
        except StorageError:
            # They come again with their leaves, and would wait twice until nothing else has room.
            store.forget_waiting()
            raise
        for tenant in sorted(unusable):
            self._log.warning("sealing key cannot be used, payloads are not kept", tenant=tenant)

    def _sweep(self, store: PayloadStore) -> Erasure:
        now = self._now().timestamp()
        store.drop_quiet_keys(now)
        if store.left_out:
            self._log.warning("no room for payloads, some were left out", left_out=store.left_out)
            store.left_out = 0
        finish_erasures(store)
        return erase_old(store, self._config.kept_s, now=now)

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _class_of(leaf: NewLeaf) -> RetentionClass:
    if read_leaf(leaf.entry).kind in _CONSENT:
        return RetentionClass.CONSENT
    return RetentionClass.TICKET if leaf.ticket else RetentionClass.ANSWER


def _no_key(_tenant: str) -> bytes:
    return b""
