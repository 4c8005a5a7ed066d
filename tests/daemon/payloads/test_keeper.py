"""The keeper of payloads between the ledger's writer and the store: leaves of erasures, faults, time that is over."""

import asyncio
import functools
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from nacl.public import PrivateKey
from structlog.testing import capture_logs

from edge.config import PopConfig, RetentionSection
from edge.daemon.ledger import Ledger
from edge.daemon.payloads import PayloadKeeper, keeping
from edge.daemon.payloads import keeper as keeper_module
from edge.daemon.telemetry import Metrics
from edge.errors import DiskFullError, StorageError
from edge.ledger import Tile, from_bundle, read_leaf
from edge.records.ledger import LeafKind, LeafPayload
from edge.records.payloads import EraseRequest, ErasureScope, HoldRequest, PayloadQuery
from edge.store.files import Reserve
from edge.store.outbox import Outbox, Parcel
from edge.store.payloads import NewPayload, PayloadBounds, PayloadStore
from tests.store.payloads.kept import left_in

EVENT = "acme/drop"
PUBLIC = bytes(PrivateKey(b"\x03" * 32).public_key)
ERASE = EraseRequest(scope=ErasureScope.SESSION, tenant="acme", names=("s1",))


class Kept:
    """A ledger with its keeper, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 27, 12, tzinfo=UTC)
        document = {
            "pop": {"name": "pop-1", "state_dir": "state"},
            "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
            "origin": {"url": "http://127.0.0.1:9"},
        }
        config = msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder)
        self.threads, self.metrics = [ThreadPoolExecutor(1) for _ in range(3)], Metrics().ledger
        self.outbox = self.threads[0].submit(Outbox, config.state_dir).result()
        self.keeper = PayloadKeeper(
            config.state_dir,
            config=config.retention,
            thread=self.threads[1],
            now=lambda: self.now,
            on_lost=self.metrics.payloads_lost.inc,
            sure_after_s=0.0,
        )
        self.keeper.sealing_key = lambda tenant: PUBLIC if tenant == "acme" else b""
        self.ledger = Ledger(
            config=config,
            thread=self.threads[2],
            outbox=self.outbox,
            outbox_thread=self.threads[0],
            metrics=self.metrics,
            now=lambda: self.now,
            payloads=self.keeper,
        )
        self.keeper.ledger = self.ledger

    async def say(self, *, session: str = "s1", event: str = EVENT, kind: LeafKind = LeafKind.DECISION) -> str:
        """A question, whose leaf is in its log on return."""
        payload = LeafPayload(island=event, question="is it warm?")
        leaf = self.ledger.note(event, kind, payload, at=self.now.timestamp(), session=session)
        await self.ledger.writer.write()
        return leaf

    async def kept(self, tenant: str = "acme") -> list[tuple[str, str]]:
        """Leaf and class of each payload that there is."""
        found = await self.keeper.read(PayloadQuery(tenant=tenant))
        return [(one.leaf, one.retention_class) for one in found.payloads]

    async def lost(self) -> int:
        """How many payloads were lost, when the thread of payloads has done what it was given. The metric agrees."""
        await self.keeper.holds()
        lost = self.ledger.state().payloads_lost
        assert lost == self.metrics.payloads_lost._value.get()
        return lost

    async def kinds(self) -> list[LeafKind]:
        """What the log of the event has, from the first leaf on."""
        await self.ledger.writer.write()
        log = await self.ledger.log(EVENT)
        assert log is not None
        bundle = await self.ledger.tile(EVENT, Tile(-1, 0, log.size))
        assert bundle is not None
        return [read_leaf(entry).kind for entry in from_bundle(bundle, log.size)]


@pytest.fixture
async def pop(tmp_path: Path) -> AsyncIterator[Kept]:
    """A ledger that has begun."""
    pop = Kept(tmp_path)
    await pop.ledger.writer.begin()
    yield pop
    await pop.ledger.writer.close()
    await pop.keeper.close()
    pop.threads[0].submit(pop.outbox.close).result()
    for thread in pop.threads:
        thread.shutdown()


async def test_kept_by_class_for_tenants_with_a_key(pop: Kept) -> None:
    """Consents have a class of their own; a tenant without a sealing key has no payloads."""
    answer, consent = await pop.say(), await pop.say(kind=LeafKind.CONSENT)
    await pop.say(event="globex/drop")

    assert [(answer, "answer"), (consent, "consent")] == await pop.kept()
    assert [] == await pop.kept("globex")


async def test_erasure_waits_for_what_was_said_before(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a leaf from before cannot be written, nothing is said to be erased."""
    payload = LeafPayload(island=EVENT, question="is it warm?")
    pop.ledger.note(EVENT, LeafKind.DECISION, payload, at=pop.now.timestamp(), session="s1")
    monkeypatch.setattr(keeper_module, "SETTLE_S", 0.0)
    with pytest.raises(StorageError, match="leaves from before the erasure cannot be written, nothing was erased"):
        await pop.keeper.erase(ERASE)
    await pop.ledger.writer.write()

    assert 1 == (await pop.keeper.erase(ERASE)).payloads
    assert [] == await pop.kept()


async def test_time_that_is_over(pop: Kept) -> None:
    """A sweep erases it; what is held stays until it is released."""
    leaf = await pop.say()
    hold = HoldRequest(scope=ErasureScope.SESSION, tenant="acme", name="s1")
    await pop.keeper.hold(hold)
    pop.now += timedelta(days=31)
    await pop.keeper.sweep()
    held = await pop.kept()
    await pop.keeper.release(hold)
    await pop.keeper.sweep()

    assert [(leaf, "answer")] == [one for one in held if one[0] == leaf]
    assert leaf not in dict(await pop.kept())


def test_clock_that_is_a_year_ahead(tmp_path: Path) -> None:
    """Nothing goes for its age within an hour of a start, or of a step of the clock: time to set it right."""
    steady, now = [1e6], [datetime(2026, 11, 27, 12, tzinfo=UTC)]
    file = keeping.PayloadFile(tmp_path, config=RetentionSection(), now=lambda: now[0], steady=lambda: steady[0])
    payload = NewPayload("acme", "drop", "s1", "answer", "ab" * 32, b"x" * 40, now[0].timestamp())
    file.keep([(payload, PUBLIC)])
    erased = list[int]()

    def wait(minutes: int, *, clock_days: int = 0) -> None:
        steady[0] += 60 * minutes
        now[0] += timedelta(minutes=minutes, days=clock_days)
        erased.append(file.sweep().payloads)

    wait(0, clock_days=365)
    wait(59)
    wait(1, clock_days=-365)
    wait(61)
    assert [0, 0, 0, 0] == erased
    wait(0, clock_days=31)
    wait(59)
    wait(2)
    file.close()

    assert [0, 0, 1] == erased[4:]


async def test_useless_key_costs_payloads_alone(pop: Kept) -> None:
    """Leaves are written all the same, and others' payloads are kept. Each such key is told once."""
    pop.keeper.sealing_key = lambda tenant: bytes(32) if tenant == "globex" else PUBLIC
    with capture_logs() as lines:
        lost, kept = await pop.say(event="globex/drop"), await pop.say()
        await pop.say(event="globex/drop")
        pop.keeper.sealing_key = lambda tenant: b"\x01" if tenant == "globex" else PUBLIC
        await pop.say(event="globex/drop")

    assert [(kept, "answer")] == await pop.kept()
    assert "proven" == (await pop.ledger.proof(bytes.fromhex(lost))).state
    assert ["globex"] * 2 == [line["tenant"] for line in lines if "sealing key" in line["event"]]
    assert 3 == await pop.lost()


async def test_disk_that_fails_for_long(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt brings all payloads again: one that waits already takes no more room, and is not lost."""
    bounds = functools.partial(PayloadBounds, max_waiting=4)
    monkeypatch.setattr(keeping, "PayloadBounds", bounds)
    with monkeypatch.context() as patch:
        patch.setattr(Reserve, "require_room", _no_room)
        said = [await pop.say(), await pop.say(), await pop.say()]
    await pop.ledger.writer.write()

    assert [(leaf, "answer") for leaf in said] == await pop.kept()
    assert 0 == await pop.lost()


async def test_file_that_cannot_be_written(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves go on, also those in the outbox's file. Some payloads wait for the disk, the others are counted."""
    monkeypatch.setattr(keeping, "PayloadBounds", functools.partial(PayloadBounds, max_waiting=2))
    handed = pop.ledger.durable(
        EVENT, LeafKind.HAND_OVER, LeafPayload(island=EVENT, ticket="t1"), at=pop.now.timestamp()
    )
    with monkeypatch.context() as patch, capture_logs() as lines:
        patch.setattr(PayloadStore, "write", _damaged)
        await pop.ledger.put(handed)
        said = [await pop.say(), await pop.say(), await pop.say()]
        state = pop.ledger.state()
    proofs = [(await pop.ledger.proof(bytes.fromhex(leaf))).state for leaf in (handed.id.hex(), *said)]
    await pop.keeper.sweep()
    after = pop.ledger.state()

    assert ["proven"] * 4 == proofs
    assert ("ok", "failing", "payloads.db is damaged") == (state.word, state.payloads, state.payloads_error)
    assert [] == pop.threads[0].submit(pop.outbox.leaves.ids).result()
    assert 1 == len([line for line in lines if line["event"] == "payloads cannot be kept or erased"])
    assert {(handed.id.hex(), "ticket"), (said[0], "answer")} == set(await pop.kept())
    assert ("ok", 2) == (after.payloads, await pop.lost())


async def test_file_that_is_deleted_while_the_pop_runs(pop: Kept, tmp_path: Path) -> None:
    """Leaves go on, and the state says what is wrong with the file."""
    await pop.say()
    await asyncio.to_thread(shutil.rmtree, tmp_path / "state" / "payloads")
    leaf = await pop.say(session="s2")
    state = pop.ledger.state()

    assert "proven" == (await pop.ledger.proof(bytes.fromhex(leaf))).state
    assert ("ok", "failing") == (state.word, state.payloads)
    assert "payloads.db" in state.payloads_error


async def test_erasure_while_the_file_cannot_be_written(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in memory goes, too: nothing of it comes to the disk later."""
    with monkeypatch.context() as patch:
        patch.setattr(PayloadStore, "write", _damaged)
        await pop.say()
        await pop.keeper.erase(ERASE)
    await pop.keeper.sweep()

    assert ([], 1) == (await pop.kept(), await pop.lost())


async def test_words_that_nobody_keeps_are_written_nowhere(pop: Kept, tmp_path: Path) -> None:
    """The leaf of a tenant without a sealing key waits in the outbox's file without what it is about."""
    payload = LeafPayload(island="globex/drop", question="my purple umbrella")
    leaf = pop.ledger.durable("globex/drop", LeafKind.HAND_OVER, payload, at=pop.now.timestamp(), session="s1")
    await pop.ledger.put(leaf)

    assert b"" == leaf.opening
    assert [] == left_in(tmp_path / "state", [b"purple umbrella"])


def _damaged(_store: PayloadStore) -> int:
    raise StorageError("payloads.db is damaged")


async def test_no_room_for_payloads(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The leaf is written without its payload, and one line says how many were lost."""
    monkeypatch.setattr(keeping, "PayloadBounds", lambda **_: PayloadBounds(max_bytes=4096))
    leaf = await pop.say()
    with capture_logs() as lines:
        await pop.keeper.sweep()
        await pop.keeper.sweep()

    state = pop.ledger.state()
    assert ("failing", True) == (state.payloads, "expected at most 4096; erase some" in state.payloads_error)
    assert [] == await pop.kept()
    assert "proven" == (await pop.ledger.proof(bytes.fromhex(leaf))).state
    assert [1] == [line["lost"] for line in lines if "payloads were lost" in line["event"]]


def _no_room(_reserve: Reserve) -> None:
    raise DiskFullError("there is no room")


async def test_fault_lasts_until_a_payload_could_be_kept(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """An erasure lets go what waited, so nothing is left to write: that says nothing of the disk, which is asked."""
    store = await pop.keeper._do(lambda store: store)
    with monkeypatch.context() as patch:
        patch.setattr(store.reserve, "require_room", lambda: _no_room(store.reserve))
        await pop.say()
        await pop.keeper.erase(ERASE)
        await pop.keeper.sweep()
        await pop.keeper.sweep()
        failing = pop.keeper.fault
    await pop.keeper.sweep()

    assert "there is no room" == (failing and failing.text)
    assert pop.keeper.fault is None


async def test_fault_lasts_until_there_is_room(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond their bytes as well: what is left out waits no more. What an erasure empties is used again."""
    erased = await pop.say()
    store = await pop.keeper._do(lambda store: store)
    monkeypatch.setattr(store, "_bounds", PayloadBounds(max_bytes=4096))
    await pop.say()
    await pop.keeper.sweep()
    failing, kept = pop.keeper.fault, await pop.kept()
    await pop.keeper.erase(ERASE)
    await pop.keeper.sweep()

    assert (True, [(erased, "answer")]) == (failing is not None, kept)
    assert pop.keeper.fault is None
    assert [(await pop.say(), "answer")] == await pop.kept()


async def test_nothing_erased_is_in_the_outbox(pop: Kept, tmp_path: Path) -> None:
    """A leaf that was taken over leaves no words in the outbox's log, while a ticket of somebody else waits there."""
    payload = LeafPayload(island=EVENT, question="my purple umbrella")
    put = pop.threads[0].submit(pop.outbox.put_many, [Parcel("ticket-1", b"{}")])
    leaf = pop.ledger.durable(EVENT, LeafKind.HAND_OVER, payload, at=pop.now.timestamp(), session="s1")
    await pop.ledger.put(leaf)
    await pop.ledger.writer.write()
    before = left_in(tmp_path / "state", [b"purple umbrella"])
    await pop.keeper.erase(ERASE)

    assert 0 == put.result()
    assert [b"purple umbrella"] == before
    assert [] == left_in(tmp_path / "state", [b"purple umbrella"])


async def test_state_folder_that_cannot_be_used(pop: Kept, tmp_path: Path) -> None:
    """The leaf is written without its payload, and the fault is told; later payloads are kept."""
    (tmp_path / "state" / "payloads").write_text("in the way")
    lost = await pop.say()
    await pop.keeper.sweep()
    fault = pop.keeper.fault
    (tmp_path / "state" / "payloads").unlink()
    leaf = await pop.say()
    await pop.keeper.sweep()

    assert fault is not None
    assert pop.keeper.fault is None
    assert "proven" == (await pop.ledger.proof(bytes.fromhex(lost))).state
    assert ([(leaf, "answer")], 1) == (await pop.kept(), await pop.lost())


async def test_erasures_and_holds_are_leaves(pop: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is in the log of its event once, also if it is handed over again after a kill."""
    await pop.say()
    hold = HoldRequest(scope=ErasureScope.EVENT, tenant="acme", name="drop")
    await pop.keeper.hold(hold)
    await pop.keeper.release(hold)
    await pop.keeper.erase(ERASE)
    with monkeypatch.context() as killed:
        killed.setattr(keeper_module, "forget_leaves", lambda _store, _leaves: None)
        await pop.keeper.sweep()
        first = await pop.kinds()
    await pop.keeper.sweep()

    assert {LeafKind.DECISION, LeafKind.HOLD, LeafKind.RELEASE, LeafKind.ERASURE} == set(first)
    assert (4, first) == (len(first), await pop.kinds())
