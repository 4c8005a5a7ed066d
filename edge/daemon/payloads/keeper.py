"""Keeps payloads next to the ledger, in a thread of its own, and erases those whose time is over.

A disk that fails, or a tenant without a sealing key, costs payloads. It costs no leaves and no answers.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from edge.config import RetentionSection
from edge.daemon.ledger import Ledger
from edge.daemon.payloads.keeping import SURE_AFTER_S, PayloadFile
from edge.daemon.payloads.leaves import take_leaf
from edge.errors import StorageError
from edge.host import get_logger, ignore
from edge.host.threads import in_thread
from edge.ledger import LEAF_SALT_BYTES, read_leaf
from edge.records.ledger import LeafKind, LeafPayload
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
    NewPayload,
    PayloadStore,
    erase,
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

SWEEP_S = 60.0
"""How often quiet keys are dropped from memory, and payloads erased whose time is over."""

_CONSENT = frozenset({LeafKind.CONSENT, LeafKind.WITHDRAWAL})


class PayloadKeeper:
    """Keeps payloads in the file below `state_dir`. Its methods are for the event loop, but for `keep` and `wants`.

    `sealing_key` gives the public sealing key of a tenant, or nothing. Any thread may call it. It must be set before
    anything is kept.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        config: RetentionSection,
        thread: Executor,
        now: Callable[[], datetime],
        on_lost: Callable[[int], object] = ignore,
        sure_after_s: float = SURE_AFTER_S,
    ) -> None:
        """`on_lost` is called in `thread` with how many payloads were lost."""
        self._file, self._thread = (
            PayloadFile(state_dir, config=config, now=now, on_lost=on_lost, sure_after_s=sure_after_s),
            thread,
        )
        self._now = now
        self.sealing_key: Callable[[str], bytes] = _no_key
        self.ledger: Ledger | None = None
        """Whose payloads these are. It is made after this, and must be set before `run`."""
        self._log = get_logger()

    @property
    def fault(self) -> StorageError | None:
        """Why payloads cannot be kept or erased; None if they can."""
        return self._file.fault

    @property
    def lost(self) -> int:
        """Payloads that this process could not keep."""
        return self._file.lost

    def wants(self, log: str) -> bool:
        """True if payloads of this log, `TENANT/EVENT`, are kept: its tenant has a sealing key."""
        return bool(self.sealing_key(log.partition("/")[0]))

    def keep(self, leaves: Sequence[NewLeaf]) -> int:
        """Keep the openings of leaves, as `edge.daemon.ledger.Payloads`. From a thread that may wait.

        Leaves of tenants without a sealing key are passed over.
        """
        at, new = self._now().timestamp(), list[tuple[NewPayload, bytes]]()
        for leaf in leaves:
            tenant, _, event = leaf.log.partition("/")
            public = self.sealing_key(tenant)
            # A salt alone proves nothing: such a leaf says all that it has to say.
            if public and len(leaf.opening) > LEAF_SALT_BYTES:
                kind = read_leaf(leaf.entry).kind
                payload = NewPayload(
                    tenant=tenant,
                    event=event,
                    session=leaf.session,
                    retention_class=_class_of(kind, leaf.ticket),
                    leaf=leaf.id.hex(),
                    opening=leaf.opening,
                    at=at,
                    ticket=leaf.ticket,
                    is_reply=kind is LeafKind.REPLY,
                    also=_others(leaf) if kind is LeafKind.MERGE else (),
                )
                new.append((payload, public))
        return self._thread.submit(self._file.keep, new).result() if new else 0

    def note_lost(self, count: int) -> None:
        """Count payloads that `keep` could not keep. In the ledger's thread."""
        self._thread.submit(self._file.note_lost, count)

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
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(self._thread, self._file.is_there):
            return
        try:
            erased = await loop.run_in_executor(self._thread, self._file.sweep)
            waiting = await self._do(waiting_leaves) if self.ledger is not None else ()
            for leaf in waiting:
                if self.ledger is not None:
                    await take_leaf(self.ledger, leaf)
            # Killed here: they are handed over again, and a log takes each once.
            if waiting:
                await self._do(lambda store: forget_leaves(store, waiting))
        except StorageError as error:
            await loop.run_in_executor(self._thread, self._file.note_fault, error)
            return
        await loop.run_in_executor(self._thread, self._file.note_success)
        if erased.keys:
            self._log.info(
                "payloads erased, their time is over", keys=erased.keys, payloads=erased.payloads, held=erased.held
            )

    async def close(self) -> None:
        """Close the store. Idempotent."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._file.close)

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
        return await in_thread(self._thread, lambda: work(self._file.opened()))


def _class_of(kind: LeafKind, ticket: str) -> RetentionClass:
    if kind in _CONSENT:
        return RetentionClass.CONSENT
    return RetentionClass.TICKET if ticket else RetentionClass.ANSWER


def _others(leaf: NewLeaf) -> tuple[str, ...]:
    """Pseudonyms of the sessions that a merge names, but for the one by which the leaf goes."""
    payload = msgspec.json.decode(leaf.opening[LEAF_SALT_BYTES:], type=LeafPayload)
    named = (session.rpartition(" ")[2] for session in payload.sessions)
    return tuple(dict.fromkeys(name for name in named if name != leaf.session))


def _no_key(_tenant: str) -> bytes:
    return b""
