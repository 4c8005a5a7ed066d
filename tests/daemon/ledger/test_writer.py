"""The writer of leaves: what is written when, what is missing is counted, and what is durable is there once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from msgspec import UNSET

from edge.config import PopConfig
from edge.daemon.ask.leaf import hand_over_leaf, leaf_of_ticket
from edge.daemon.ledger import Ledger, Witnessed, taking
from edge.daemon.ledger.room import RESERVE_BYTES
from edge.daemon.ledger.writer import LedgerWriter
from edge.daemon.telemetry import Metrics
from edge.errors import ConfigError, DiskFullError, RefusedError, StorageError, UnreachableError
from edge.ledger import Tile, from_bundle, read_leaf
from edge.records import DeskEvent, TicketState
from edge.records.ledger import Leaf, LeafKind, LeafPayload
from edge.store.leaves import NewLeaf
from edge.store.ledger import LedgerStore, StoredLog
from edge.store.outbox import Outbox, Parcel

EVENT = "acme/drop"
START = datetime(2026, 11, 1, 20, tzinfo=UTC)
AT = START.timestamp()
PAYLOAD = LeafPayload(island=EVENT, question="when does it ship?")


class LedgerOf:
    """The ledger of one run of a PoP, with its outbox, in threads of their own."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        document = {
            "pop": {"name": "pop-1", "state_dir": "state"},
            "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
            "origin": {"url": "http://127.0.0.1:9"},
            "ledger": settings,
        }
        self.config = msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder)
        self.thread, self.outbox_thread = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self.outbox = self.outbox_thread.submit(Outbox, self.config.state_dir).result()
        self.metrics = Metrics()
        self.ledger = self.made()

    def made(self, **more: Any) -> Ledger:
        """The ledger."""
        return Ledger(
            config=self.config, thread=self.thread, outbox=self.outbox, outbox_thread=self.outbox_thread,
            metrics=self.metrics.ledger, now=lambda: START, **more,
        )  # fmt: skip

    @property
    def writer(self) -> LedgerWriter:
        """Its writer."""
        return self.ledger.writer

    def note(self, count: int = 1, event: str = EVENT) -> list[str]:
        """Give so many answers their leaves."""
        return [self.ledger.note(event, LeafKind.DECISION, PAYLOAD, at=AT) for _ in range(count)]

    async def in_outbox(self, work: Callable[[], Any]) -> Any:
        """Do something in the outbox's thread."""
        return await asyncio.get_running_loop().run_in_executor(self.outbox_thread, work)

    async def hand_over(self, ticket: str) -> NewLeaf:
        """Store a ticket with its leaf."""
        payload = msgspec.structs.replace(PAYLOAD, ticket=ticket)
        leaf = self.ledger.durable(EVENT, LeafKind.HAND_OVER, payload, at=AT)
        await self.in_outbox(lambda: self.outbox.put_many([Parcel(ticket, b"{}", leaf=leaf)]))
        return leaf

    async def leaves(self, name: str = EVENT) -> list[Leaf]:
        """Every leaf of a log that is on the disk."""
        log = await self.ledger.log(name)
        if log is None or log.size == 0:
            return []
        content = await self.ledger.tile(name, Tile(-1, 0, log.size))
        assert content is not None
        return [read_leaf(entry) for entry in from_bundle(content, log.size)]

    async def kinds(self, name: str = EVENT) -> list[LeafKind]:
        """Their kinds."""
        return [leaf.kind for leaf in await self.leaves(name)]

    def die(self) -> None:
        """Be gone: nothing is written any more. (The locks are those of the open files.)"""
        self.outbox_thread.submit(self.outbox.close).result()
        store = self.writer._store
        if store is not None:
            self.thread.submit(store.close).result()


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator["Start"]:
    """Starts a ledger; the one before is gone then."""
    runs: list[LedgerOf] = []

    async def started(*, begin: bool = True, **settings: Any) -> LedgerOf:
        if runs:
            runs[-1].die()
        runs.append(LedgerOf(tmp_path, **settings))
        if begin:
            await runs[-1].writer.begin()
        return runs[-1]

    yield started
    runs[-1].die()
    for run in runs:
        run.thread.shutdown()
        run.outbox_thread.shutdown()


Start = Callable[..., Awaitable[LedgerOf]]


async def test_answers_are_written_together(start: Start) -> None:
    """They are pending until then, and proven after it."""
    run = await start()
    first, second = run.note(2)
    assert "pending" == (await run.ledger.proof(bytes.fromhex(first))).state
    await run.writer.write()

    assert [LeafKind.DECISION] * 2 == await run.kinds()
    assert [0, 1] == [(await run.ledger.proof(bytes.fromhex(leaf))).index for leaf in (first, second)]
    assert 0 == run.writer.state().missing


async def test_answers_before_a_kill_are_counted(start: Start) -> None:
    """The next start tells how many leaves are missing, once, in the log that lacks them."""
    run = await start()
    run.note(2)
    await run.writer.write()
    run.note(3)
    run = await start()
    assert 3 == run.writer.state().missing
    await run.writer.write()
    await run.writer.write()
    run = await start()
    await run.writer.write()
    leaves = await run.leaves()

    assert [LeafKind.DECISION, LeafKind.DECISION, LeafKind.GAP] == [leaf.kind for leaf in leaves]
    assert 3 == leaves[-1].missing
    assert 0 == run.writer.state().missing


async def test_log_that_was_never_written_is_counted(start: Start) -> None:
    """A PoP that is killed in the first second of an event has no log to tell it: the metric does."""
    run = await start()
    run.note(3, event="acme/other")
    run = await start()

    assert (3, 3) == (run.metrics.ledger.missing._value.get(), run.ledger.state().lost_at_start)
    run.note(1)
    await run.writer.write()
    assert [LeafKind.DECISION] == await run.kinds()


async def test_log_that_was_never_written_below_one_that_was(start: Start) -> None:
    """While the ledger is full, a log may have missing answers alone. The next start counts them, once."""
    run = await start(max_bytes=1)
    await run.writer.write()
    run.note(3, event="acme/other")
    await run.hand_over("t1")
    await run.writer.write()
    assert [] == await run.leaves("acme/other")
    lost = [(await start(max_bytes=1)).writer.state().lost_at_start for _ in range(2)]

    assert [3, 0] == lost


async def test_hand_over_is_taken_over_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the outbox's file, after a kill too, and not again when the row was not deleted."""
    run = await start()
    leaf = await run.hand_over("t1")
    assert "pending" == (await run.ledger.proof(leaf.id)).state
    run = await start()

    def die(_ids: object) -> None:
        raise StorageError("the process is gone")

    with monkeypatch.context() as patched:
        patched.setattr(run.outbox.leaves, "delete", die)
        await run.writer.write()
    assert [LeafKind.HAND_OVER] == await run.kinds()
    run = await start()
    await run.writer.write()

    assert [LeafKind.HAND_OVER] == await run.kinds()
    assert [] == await run.in_outbox(lambda: run.outbox.leaves.read(9))
    assert leaf.id.hex() == await run.ledger.handed("t1")


async def test_hand_over_after_a_repeated_question(start: Start) -> None:
    """The ticket is that of the first one, and so is its leaf."""
    run = await start()
    first = await run.hand_over("t1")
    second = await run.hand_over("t1")

    assert first.id != second.id
    assert first.id.hex() == await run.ledger.handed("t1")


async def test_refused_ticket_is_not_waited_for(start: Start) -> None:
    """A leaf that was made and never stored takes no memory, and no erasure waits for it."""
    run = await start()
    refused = run.ledger.durable(EVENT, LeafKind.HAND_OVER, PAYLOAD, at=AT)
    stored, again = await run.hand_over("t1"), await run.hand_over("t1")
    await run.in_outbox(lambda: _put_nothing(run.outbox, refused))

    assert {stored.id} == run.writer.unwritten()
    for leaf in (refused, again):
        with pytest.raises(RefusedError, match="no log here has this leaf"):
            await run.ledger.proof(leaf.id)


def _put_nothing(outbox: Outbox, leaf: NewLeaf) -> None:
    """A transaction that fails after it put the leaf."""
    with suppress(RefusedError), outbox.transaction() as connection:
        outbox.leaves.put(connection, leaf, AT)
        raise RefusedError("there is no room")


async def test_many_hand_overs_wait_at_the_start(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the last process are pending from the start on, and taken over without a pause."""
    monkeypatch.setattr(taking, "MAX_TAKEN", 2)
    run = await start()
    leaves = [await run.hand_over(f"t{number}") for number in range(5)]
    run = await start()
    before = run.writer.unwritten()
    for _ in range(3):
        await run.writer.write()

    assert {leaf.id for leaf in leaves} == before
    assert 5 == len(await run.leaves())
    assert frozenset() == run.writer.unwritten()


async def test_reply_names_its_hand_over(start: Start) -> None:
    """The leaf of a desk's reply is in the log of the ticket, about the ticket's leaf."""
    run = await start()
    leaf = await run.hand_over("t1")
    event = DeskEvent(id="e", ticket="t1", state=TicketState.ANSWERED, reply="It ships tomorrow.")
    await run.in_outbox(lambda: run.outbox.progress.apply(event, "", AT))
    await run.writer.write()
    leaves = await run.leaves()

    assert [LeafKind.HAND_OVER, LeafKind.REPLY] == [one.kind for one in leaves]
    assert leaf.id == leaves[1].about


async def test_reply_to_a_hand_over_that_is_not_known(start: Start) -> None:
    """Of a ticket of an older release: in the log of its tenant, or of nobody. Without room it counts as missing."""
    run = await start()
    parcels = [Parcel("t1", b"{}", tenant="acme"), Parcel("t2", b"{}"), Parcel("t3", b"{}", tenant="acme")]
    await run.in_outbox(lambda: run.outbox.put_many(parcels))

    async def reply(ticket: str) -> None:
        event = DeskEvent(id=ticket, ticket=ticket, state=TicketState.ANSWERED, reply="It ships tomorrow.")
        await run.in_outbox(lambda: run.outbox.progress.apply(event, "", AT))

    await reply("t1")
    await reply("t2")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run.writer, "has_reserve", lambda: False)
        await reply("t3")
    await run.writer.write()

    known = [(leaf.kind, leaf.about, leaf.missing) for leaf in await run.leaves("acme/_")]
    assert [(LeafKind.REPLY, UNSET, UNSET), (LeafKind.GAP, UNSET, 1)] == known
    assert [(LeafKind.REPLY, UNSET)] == [(leaf.kind, leaf.about) for leaf in await run.leaves("_/_")]


async def test_consent_is_durable_alone(start: Start) -> None:
    """A leaf that belongs to no ticket is on the disk when `put` returns."""
    run = await start()
    leaf = run.ledger.durable(EVENT, LeafKind.CONSENT, PAYLOAD, at=AT, session="viewer")
    await run.ledger.put(leaf)
    run = await start()
    await run.writer.write()

    assert [LeafKind.CONSENT] == await run.kinds()


async def test_full_ledger(start: Start) -> None:
    """Answers go on without leaves, hand-overs have theirs; one leaf tells how many are missing, and later the rest."""
    run = await start(max_bytes=1)
    assert "full" == run.writer.state().word
    assert ["", "", ""] == run.note(3)
    leaf = await run.hand_over("t1")
    await run.writer.write()
    assert [(LeafKind.HAND_OVER, UNSET), (LeafKind.GAP, 3)] == [(one.kind, one.missing) for one in await run.leaves()]
    assert 3 == run.metrics.ledger.missing._value.get()
    run.note(2)
    await run.writer.write()
    assert (leaf.id.hex(), 2) == (await run.ledger.handed("t1"), run.writer.state().missing)
    run = await start()
    assert ("ok", 2, 2) == (run.writer.state().word, run.writer.state().missing, run.writer.state().lost_at_start)
    await run.writer.write()
    leaves = await run.leaves()

    assert (LeafKind.GAP, 2, 3) == (leaves[-1].kind, leaves[-1].missing, len(leaves))
    assert 0 == run.writer.state().missing


async def test_ledger_without_reserve(start: Start) -> None:
    """Hand-overs and replies have no leaves either, and count as missing. Consent is never dropped."""
    run = await start()
    stored = await run.hand_over("t1")
    await run.writer.write()
    event = DeskEvent(id="e", ticket="t1", state=TicketState.ANSWERED, reply="It ships tomorrow.")
    run.writer._room.note(run.config.ledger.max_bytes + RESERVE_BYTES)
    assert ("exhausted", False) == (run.writer.state().word, run.writer.has_reserve())
    await run.in_outbox(lambda: run.outbox.progress.apply(event, "", AT))
    fields = {"request": SimpleNamespace(island=EVENT), "slot": SimpleNamespace(entry=None), "is_known": True}
    question, again = (SimpleNamespace(**fields, ticket_id=ticket) for ticket in ("", "t1"))
    none = hand_over_leaf(*cast(Any, (run.ledger, question, None, None, SimpleNamespace(id="t2"))))
    await run.in_outbox(lambda: run.outbox.put_many([Parcel("t2", b"{}", leaf=none)]))
    assert "" == await leaf_of_ticket(run.ledger, cast(Any, question), none)
    # A question that comes again has the leaf of its ticket, and is not missing.
    assert stored.id.hex() == await leaf_of_ticket(run.ledger, cast(Any, again), none)
    await run.ledger.put(run.ledger.durable(EVENT, LeafKind.CONSENT, PAYLOAD, at=AT))
    await run.writer.write()
    assert [LeafKind.HAND_OVER, LeafKind.CONSENT] == await run.kinds()
    await run.writer.write()
    leaves = await run.leaves()

    assert (LeafKind.GAP, 2) == (leaves[-1].kind, leaves[-1].missing)
    assert 2 == run.metrics.ledger.missing._value.get()
    # With room again, the reply to a hand-over without a leaf has one: in the same log, and about nothing.
    event = DeskEvent(id="f", ticket="t2", state=TicketState.ANSWERED, reply="On Monday.")
    await run.in_outbox(lambda: run.outbox.progress.apply(event, "", AT))
    await run.writer.write()
    assert [(LeafKind.REPLY, UNSET)] == [(one.kind, one.about) for one in (await run.leaves())[3:]]


async def test_leaves_in_the_outbox_are_bounded(start: Start) -> None:
    """While the ledger takes none over, further hand-overs have none; afterwards they have."""
    run = await start()
    run.writer._max_handed = 2
    before = []
    for number in range(2):
        before.append(run.writer.has_reserve())
        await run.hand_over(f"t{number}")
    full = run.writer.has_reserve()
    await run.writer.write()

    assert ([True, True], False, True) == (before, full, run.writer.has_reserve())


async def test_ledger_that_fills_up_says_so(start: Start) -> None:
    """From four fifths of its room on."""
    run = await start()
    size = run.writer.state().size_bytes
    run = await start(max_bytes=size + size // 8)

    assert "filling" == run.writer.state().word


async def test_disk_that_fails_costs_no_answer(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves wait, and are written when it works again; a proof is refused with the reason meanwhile."""
    run = await start()
    store = run.writer._store
    assert store is not None
    append, faults = store.append, [StorageError("the disk failed")]

    def failing(*arguments: Any) -> Any:
        if faults:
            raise faults[0]
        return append(*arguments)

    monkeypatch.setattr(store, "append", failing)
    (leaf,) = run.note()
    await run.writer.write()
    state = run.writer.state()
    assert ("failing", "the disk failed") == (state.word, state.error)
    with pytest.raises(StorageError, match="the disk failed"):
        await run.ledger.proof(bytes.fromhex(leaf))
    faults.clear()
    run.note()
    await run.writer.write()

    assert [LeafKind.DECISION] * 2 == await run.kinds()
    assert ("ok", 0) == (run.writer.state().word, run.writer.state().missing)


async def test_memory_is_bounded(start: Start) -> None:
    """Beyond it, answers go on without a leaf, and are counted."""
    run = await start()
    run.writer._max_queue = 5
    assert 5 == len([leaf for leaf in run.note(8) if leaf])
    await run.writer.write()
    leaves = await run.leaves()

    assert [LeafKind.DECISION] * 5 + [LeafKind.GAP] == [leaf.kind for leaf in leaves]
    assert 3 == leaves[-1].missing


async def test_store_that_cannot_be_opened(start: Start) -> None:
    """The PoP starts; what happened meanwhile is written once the store can be opened."""
    run = await start(begin=False)
    open_store, faults = run.writer._open_store, [StorageError("no room")]

    def opened() -> LedgerStore:
        if faults:
            raise faults[0]
        return open_store()

    run.writer._open_store = opened
    await run.writer.begin()
    assert "failing" == run.writer.state().word
    run.note(2)
    with pytest.raises(StorageError, match="no room"):
        await run.ledger.logs()
    faults.clear()
    await run.writer.write()

    assert [LeafKind.DECISION] * 2 == await run.kinds()
    assert 0 == run.writer.state().missing


async def test_store_that_cannot_be_read_at_first(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is closed, so that the next attempt finds it unlocked."""
    run = await start(begin=False)
    with monkeypatch.context() as patch:
        patch.setattr(LedgerStore, "logs", _failing)
        await run.writer.begin()
    assert "failing" == run.writer.state().word
    run.note(2)
    await run.writer.write()

    assert "ok" == run.writer.state().word
    assert [LeafKind.DECISION] * 2 == await run.kinds()


def _failing(_store: LedgerStore) -> list[StoredLog]:
    raise StorageError("the disk fails")


async def test_what_comes_after_the_end_has_another_log(start: Start) -> None:
    """A closed log ends with its leaf; the next one of the event has the next name, after a start, too."""
    run = await start()
    run.note()
    run.writer.close_log(EVENT)
    await run.writer.write()
    run.note()
    await run.writer.write()
    run = await start()
    run.note()
    await run.writer.write()

    assert [LeafKind.DECISION, LeafKind.CLOSED] == await run.kinds()
    assert [LeafKind.DECISION] * 2 == await run.kinds(f"{EVENT}~2")


async def test_answer_while_its_log_is_closed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts in the next log, as its leaf is there: no leaf that is missing there is hidden by it."""
    run, append = await start(), LedgerStore.append
    run.note()
    run.writer.close_log(EVENT)

    def slow(store: LedgerStore, *arguments: Any) -> list[StoredLog]:
        loop.call_soon_threadsafe(run.note)
        return append(store, *arguments)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(LedgerStore, "append", slow)
    await run.writer.write()
    monkeypatch.undo()
    # One without a leaf.
    run.writer.count(EVENT)
    await run.writer.write()

    assert [LeafKind.DECISION, LeafKind.CLOSED] == await run.kinds()
    assert [LeafKind.DECISION, LeafKind.GAP] == await run.kinds(f"{EVENT}~2")


class Kept:
    """Keeps payloads in a list, but for one of each write."""

    fault: StorageError | None = None

    def __init__(self) -> None:
        self.leaves: list[NewLeaf] = []
        self.lost = 0

    def wants(self, log: str) -> bool:
        """Those of one tenant."""
        return log.startswith("acme/")

    def keep(self, leaves: Any) -> int:
        """Keep them."""
        assert threading.current_thread() is not threading.main_thread()
        self.leaves += leaves
        return 1

    def note_lost(self, count: int) -> None:
        """Count them."""
        self.lost += count


async def test_what_is_posted_names_no_file(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All PoPs may read it at the publisher: the kind of fault is told, and the operator's own state has the path."""
    run = await start()
    run.die()
    run.outbox = run.outbox_thread.submit(Outbox, run.config.state_dir).result()
    kept = Kept()
    run.ledger = run.made(payloads=kept)
    run.ledger.witness = lambda: Witnessed("behind", StorageError(f"{tmp_path}/cosigned could not be used: broken"))
    kept.fault = DiskFullError(f"cannot write {tmp_path}/payloads: No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(LedgerStore, "logs", _failing_at(tmp_path))
        await run.writer.begin()
    own, posted = run.ledger.state(), run.ledger.posted_state()
    run.ledger.witness = lambda: Witnessed("silent", UnreachableError("witness.example did not answer within 10 s"))
    silent = run.ledger.posted_state()
    await run.writer.begin()

    assert 3 == msgspec.json.encode(own).count(str(tmp_path).encode())
    assert str(tmp_path).encode() not in msgspec.json.encode(posted)
    failed = "its disk failed, or a file there is not as it should be; its log says which"
    assert (failed, "its disk is full", failed) == (posted.error, posted.payloads_error, posted.witness_error)
    words = [(one.word, one.payloads, one.witness) for one in (own, posted)]
    assert [("failing", "failing", "behind")] * 2 == words
    assert "witness.example did not answer within 10 s" == silent.witness_error


def _failing_at(folder: Path) -> Callable[[LedgerStore], list[StoredLog]]:
    def failing(_store: LedgerStore) -> list[StoredLog]:
        raise StorageError(f"{folder}/ledger could not be used: disk I/O error")

    return failing


async def test_payloads_are_kept_before_the_leaf(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who keeps them gets salt and payload. What is lost counts once, when the leaf is in its log."""
    run = await start()
    run.die()
    run.outbox = run.outbox_thread.submit(Outbox, run.config.state_dir).result()
    kept = Kept()
    run.ledger = run.made(payloads=kept)
    await run.writer.begin()
    (leaf,) = run.note()
    run.note(event="globex/drop")
    with monkeypatch.context() as patch:
        patch.setattr(LedgerStore, "append", _failing_append)
        await run.writer.write()
    assert (2, 0) == (len(kept.leaves), kept.lost)
    await run.writer.write()

    assert leaf == kept.leaves[0].id.hex()
    assert b"when does it ship?" in kept.leaves[0].opening
    assert b"" == kept.leaves[1].opening
    assert [LeafKind.DECISION] == await run.kinds()
    assert 1 == kept.lost


def _failing_append(*_arguments: object) -> list[StoredLog]:
    raise StorageError("the disk fails")


async def test_store_that_the_operator_must_see_to_later(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start ends with it. A PoP that runs goes on, says what it is, and tries again.

    It does not read the leaves in the outbox with each attempt: there may be very many.
    """
    run = await start(begin=False)
    open_store, ids, looks = run.writer._open_store, run.outbox.leaves.ids, count()
    monkeypatch.setattr(run.outbox.leaves, "ids", lambda: (next(looks), ids())[1])
    faults: list[Exception] = [ConfigError("another process has it"), StorageError("no room")]

    def opened() -> LedgerStore:
        if faults:
            raise faults.pop()
        return open_store()

    run.writer._open_store = opened
    await run.writer.begin()
    run.note()
    await run.writer.write()
    assert ("failing", "another process has it") == (run.writer.state().word, run.writer.state().error)
    with pytest.raises(StorageError, match="another process has it"):
        await run.ledger.logs()
    await run.writer.write()

    assert ("ok", [LeafKind.DECISION]) == (run.writer.state().word, await run.kinds())
    assert 1 == next(looks)


async def test_words_in_the_outbox_that_nothing_keeps_leave_at_the_start(start: "Start") -> None:
    """Of an earlier release, for example; also while the ledger itself cannot be opened."""
    run = await start(begin=False)
    left = NewLeaf(bytes(32), EVENT, b"{}", opening=b"words that nothing keeps")
    await run.in_outbox(lambda: run.outbox.leaves.put_alone(left, AT))
    run.ledger.writer._open_store = broken_store
    await run.ledger.writer.begin()
    leaves = await run.in_outbox(lambda: run.outbox.leaves.read(10))

    assert ([left._replace(opening=b"")], True) == (leaves, run.writer.fault is not None)
    files = [path for path in (run.config.state_dir / "outbox").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if left.opening in path.read_bytes()]


def broken_store() -> LedgerStore:
    """A disk that fails."""
    raise StorageError("the disk fails")
