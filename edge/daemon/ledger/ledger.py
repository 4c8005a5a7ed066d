"""The leaves of a PoP's acts: made when something happens, and written into the log of its event within a second.

It costs an answer some microseconds, and no answer waits for it. What may not be lost (hand-overs, replies, consent) is
first a row in the outbox's file, in the transaction of what it is about. A ledger that is full, or a disk that fails,
costs leaves and no answers: first those of answers, beyond a reserve those of hand-overs and replies, never those of
consent.
"""

import os
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

import msgspec

from edge.config import PopConfig
from edge.daemon.ledger.seams import NOT_WITNESSED, Payloads, Witnessed
from edge.daemon.ledger.writer import LedgerWriter
from edge.daemon.telemetry import LedgerMetrics
from edge.errors import Reason, RefusedError, SkerryError, StorageError, text_for_others
from edge.ledger import LEAF_SALT_BYTES, Tile, commit
from edge.records import DeskEvent
from edge.records.ledger import (
    MAX_TEXT_CHARACTERS,
    LeafKind,
    LeafPayload,
    LeafProof,
    LedgerList,
    LedgerLog,
    LedgerState,
)
from edge.store.leaves import HandedOver, NewLeaf
from edge.store.ledger import LedgerStore, StoredLog
from edge.store.merges import StoredMerge
from edge.store.outbox import Outbox


class Ledger:
    """One PoP's ledger. Belongs to the event loop. `writer.begin` comes first; `writer.keep` must run as a task.

    Arguments are those of `LedgerWriter`. `payloads` keeps what leaves commit to; None: nothing keeps it.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        thread: Executor,
        outbox: Outbox,
        outbox_thread: Executor,
        metrics: LedgerMetrics,
        now: Callable[[], datetime],
        payloads: Payloads | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._outbox, self._now, self._payloads = outbox, now, payloads
        self.witness: Callable[[], Witnessed] = lambda: NOT_WITNESSED
        """How a witness sees the logs. Set before the first request if there is one."""
        self._random_bytes = random_bytes
        self.writer = LedgerWriter(
            config=config.ledger,
            open_store=lambda: LedgerStore(config.state_dir, pop=config.pop.name),
            thread=thread,
            outbox=outbox,
            outbox_thread=outbox_thread,
            metrics=metrics,
            now=now,
            mark=self._mark,
            payloads=payloads,
        )
        outbox.leaves.make_reply = self._reply

    def note(self, event: str, kind: LeafKind, payload: LeafPayload, *, at: float, session: str = "") -> str:
        """Give an act its leaf in the log of `event`, `TENANT/EVENT`. Returns its hash in hexadecimal digits.

        Empty if there is no room: then the act counts as missing. `at` is in Unix seconds.
        """
        if not self.writer.count(event):
            return ""
        leaf = self._made(event, kind, payload, at=at, session=session)
        self.writer.add(leaf)
        return leaf.id.hex()

    def durable(
        self, event: str, kind: LeafKind, payload: LeafPayload, *, at: float, session: str = "", about: bytes = b""
    ) -> NewLeaf:
        """A leaf to be stored in the outbox's file, in the transaction of what it is about."""
        return self._made(event, kind, payload, at=at, session=session, about=about)

    async def put(self, leaf: NewLeaf) -> None:
        """Store a leaf of `durable` that is about nothing else in the outbox. Durable on return.

        Raises `StorageError`.
        """
        stored = self._with_kept_words(leaf)
        await self.writer.in_outbox(lambda: self._outbox.leaves.put_alone(stored, self._outbox.now()))

    async def forget_taken(self) -> None:
        """Leave nothing in the outbox's log of leaves that a log here has. Raises `StorageError`."""
        await self.writer.in_outbox(self._outbox.empty_log)

    async def handed(self, ticket: str) -> str:
        """The hash of the leaf of a ticket that is stored; empty if it is not known.

        For a question that came again: its ticket was stored before, and a leaf with it.
        """
        try:
            handed = await self.writer.in_outbox(lambda: self._outbox.leaves.handed(ticket))
        except StorageError:
            # The ticket is durable: its viewer must hear of it.
            return ""
        return handed.leaf.hex() if handed is not None else ""

    async def merge_of(self, message: str) -> StoredMerge | None:
        """Where the leaf of a merge, or of its undoing, is; None if it is not known. Raises `StorageError`."""
        return await self.writer.in_outbox(lambda: self._outbox.merges.of(message))

    async def proof(self, leaf: bytes) -> LeafProof:
        """The proof of a leaf, or that it waits.

        Raises `RefusedError` (`NOT_FOUND`), and `StorageError` while the leaf waits for a disk that fails.
        """
        writer = self.writer
        if writer.is_pending(leaf):
            if writer.fault is not None:
                raise writer.fault
            return LeafProof(state="pending", leaf=leaf.hex())
        found = await writer.read(lambda store: store.proof(leaf))
        if found is None:
            raise RefusedError("no log here has this leaf, expected that of a receipt", reason=Reason.NOT_FOUND)
        return LeafProof(
            state="proven",
            leaf=leaf.hex(),
            log=found.origin,
            key=found.key.text,
            entry=found.entry.decode(),
            index=found.number,
            proof=tuple(found.hashes),
            checkpoint=found.checkpoint,
        )

    def state(self) -> LedgerState:
        """How the ledger does, its payloads, and its witness, for the operator of this PoP."""
        return self._state(lambda error: error.text)

    def posted_state(self) -> LedgerState:
        """As `state`, for others: all PoPs may read what is posted, so it names no file of this machine."""
        return self._state(text_for_others)

    def _state(self, say: Callable[[SkerryError], str]) -> LedgerState:
        payloads, witnessed = self._payloads, self.witness()
        fault = payloads.fault if payloads is not None else None
        error, payloads_error, witness_error = (
            say(trouble)[:MAX_TEXT_CHARACTERS] if trouble is not None else ""
            for trouble in (self.writer.fault, fault, witnessed.trouble)
        )
        return msgspec.structs.replace(
            self.writer.state(),
            error=error,
            payloads="failing" if fault is not None else "ok",
            payloads_error=payloads_error,
            payloads_lost=payloads.lost if payloads is not None else 0,
            witness=witnessed.word,
            witness_error=witness_error,
        )

    async def logs(self) -> LedgerList:
        """Every log of this PoP. Raises `StorageError`."""
        public, logs = await self.writer.read(lambda store: (store.public, store.logs()))
        missing = self.writer.missing()
        return LedgerList(
            key=public.hex(),
            logs=tuple(
                LedgerLog(
                    name=log.name,
                    origin=log.origin,
                    state=log.state.value,
                    size=log.size,
                    missing=missing.get(log.name, 0),
                )
                for log in sorted(logs, key=lambda log: log.name)
            ),
        )

    async def log(self, name: str) -> StoredLog | None:
        """One log, with its newest checkpoint; None if there is none of this name. Raises `StorageError`."""
        return await self.writer.read(lambda store: store.log(name))

    async def tile(self, name: str, tile: Tile) -> bytes | None:
        """The content of a tile of a log; None if it has none. Raises `StorageError`."""
        return await self.writer.read(lambda store: store.tile(name, tile))

    def _made(
        self, event: str, kind: LeafKind, payload: LeafPayload, *, at: float, session: str, about: bytes = b""
    ) -> NewLeaf:
        leaf = commit(kind, payload, at_ms=int(at * 1000), salt=self._random_bytes(LEAF_SALT_BYTES), about=about)
        made = NewLeaf(leaf.id, event, leaf.entry, session, payload.ticket, leaf.opening)
        return self._with_kept_words(made)

    def _with_kept_words(self, leaf: NewLeaf) -> NewLeaf:
        """The leaf without its words if nothing will keep them: then they are written nowhere."""
        is_kept = self._payloads is not None and self._payloads.wants(leaf.log)
        return leaf if is_kept else leaf._replace(opening=b"")

    def _mark(self, event: str, kind: LeafKind, missing: int | None) -> NewLeaf:
        """A leaf about the log itself."""
        at_ms = int(self._now().timestamp() * 1000)
        leaf = commit(kind, at_ms=at_ms, salt=self._random_bytes(LEAF_SALT_BYTES), missing=missing)
        return NewLeaf(leaf.id, event, leaf.entry)

    def _reply(self, event: DeskEvent, handed: HandedOver) -> NewLeaf | None:
        """The leaf of a desk's reply; None if there is no room for it. In the outbox's thread."""
        if not self.writer.has_reserve():
            self.writer.leave_out(handed.log)
            return None
        payload = LeafPayload(island=handed.log, ticket=event.ticket, state=event.state, reply=event.reply)
        # A hand-over without a leaf has none to name.
        return self.durable(handed.log, LeafKind.REPLY, payload, at=self._outbox.now(), about=handed.leaf)
