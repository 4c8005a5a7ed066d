"""`edge.daemon.handoff`: tickets to origins that refuse, fail, pause or are gone, and a disk that fails."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.config import LaneSettings, OriginSection, OriginSettings, TicketsSection
from edge.daemon.handoff import Handoff, delivery
from edge.daemon.handoff.breaker import BreakerState
from edge.daemon.handoff.commits import MAX_QUEUE
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError, StorageError, UnreachableError
from edge.host import ignore
from edge.records import Decision, Outcome, Ticket, TicketKind, TicketState
from edge.store.outbox import Bounds, Outbox, OutboxRetry, Parcel
from edge.wire.desks import OriginGoneError
from tests.waiting import until

FAST = {"retry_base_s": 0.01, "max_retry_delay_s": 0.02}


class ScriptedOrigin:
    """Raises what `fault_of` gives for a ticket, else accepts it; remembers attempts and accepted tickets."""

    def __init__(self, fault_of: Callable[[str], Exception | None] = lambda _: None) -> None:
        self.fault_of, self.tried, self.accepted = fault_of, list[str](), list[str]()

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """As `Origin.deliver`."""
        del payload
        self.tried.append(ticket_id)
        fault = self.fault_of(ticket_id)
        if fault is not None:
            raise fault
        self.accepted.append(ticket_id)


AT = datetime(2026, 9, 1, tzinfo=UTC)


def ticket(name: str, tenant: str = "acme", lane: str = "fast", due_s: float | None = None, **fields: Any) -> Ticket:
    """A ticket to hand over."""
    return Ticket(
        id=name,
        created=AT,
        deadline=None if due_s is None else AT + timedelta(seconds=due_s),
        pop="p",
        island=f"{tenant}/drop",
        revision=1,
        text="q",
        reason=Reason.LOW_CONFIDENCE,
        lane=lane,
        **fields,
    )


def depth(state: Path) -> int:
    """The number of tickets in the outbox of a stopped PoP."""
    with Outbox(state) as outbox:
        return outbox.depth()


class Pop:
    """A hand-off that stores tickets; `deliver` starts its deliveries."""

    def __init__(
        self, handoff: Handoff, metrics: Metrics, tasks: asyncio.TaskGroup, outbox: Outbox, thread: Executor
    ) -> None:
        self.handoff, self.outbox, self._metrics, self._tasks, self._thread = handoff, outbox, metrics, tasks, thread
        self.running = [tasks.create_task(handoff.keep()), tasks.create_task(handoff.gauges.keep())]

    async def in_thread(self, work: Callable[[], None]) -> None:
        """Do something in the outbox's thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def deliver(self) -> None:
        """Start delivering to origins."""
        self.running += [self._tasks.create_task(delivery.run()) for delivery in self.handoff.deliveries.values()]

    def has_metric(self, line: str) -> bool:
        """True if the metrics have this line."""
        return line in self._metrics.exposition().decode().splitlines()

    async def until_metric(self, line: str) -> None:
        """Wait until the metrics have this line."""

        async def has_line() -> bool:
            return self.has_metric(line)

        await until(has_line, line)


@asynccontextmanager
async def running(
    state: Path,
    origins: dict[str, ScriptedOrigin],
    bounds: Bounds | None = None,
    *,
    max_queue: int = MAX_QUEUE,
    on_gone: Callable[[bytes], None] = ignore,
    lanes: dict[str, LaneSettings] | None = None,
) -> AsyncIterator[Pop]:
    """A running hand-off, with short waits."""
    tenants = {name: OriginSettings(url="http://x", **FAST) for name in origins if name}  # type: ignore[arg-type]
    config = OriginSection(url="http://x", tenants=tenants, **FAST)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as thread:
        outbox = await asyncio.get_running_loop().run_in_executor(thread, lambda: Outbox(state, bounds=bounds))
        metrics = Metrics()
        handoff = Handoff(
            outbox=outbox,
            thread=thread,
            origins=origins,
            config=config,
            tickets=TicketsSection(lanes=lanes or {}),
            metrics=metrics,
            idle_s=0.01,
            max_queue=max_queue,
            on_gone=on_gone,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                pop = Pop(handoff, metrics, tasks, outbox, thread)
                yield pop
                for task in pop.running:
                    task.cancel()
        finally:
            await handoff.close()


async def test_urgent_lane_leaves_first(tmp_path: Path) -> None:
    """A ticket in an urgent lane leaves before tickets that were put before it."""
    origin = ScriptedOrigin()
    async with running(tmp_path, {"": origin}) as pop:
        for name, lane in (("a", "fast"), ("b", "payments"), ("s", "safety")):
            await pop.handoff.put(ticket(name, lane=lane))
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 3.0')

    assert origin.accepted == ["s", "a", "b"]


async def test_tickets_are_gathered_after_a_small_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket that is put in the pause after a batch waits for its end. A full batch is followed by no pause."""
    monkeypatch.setattr(delivery, "GATHER_S", 3_600.0)
    origin, gone = ScriptedOrigin(), list[bytes]()
    async with running(tmp_path, {"": origin}, on_gone=gone.append) as pop:
        full = OriginSettings(url="http://x").max_parallel
        for number in range(full + 1):
            await pop.handoff.put(ticket(f"{number:02}"))
        pop.deliver()

        async def are_gone() -> bool:
            return len(gone) == full + 1

        await until(are_gone, "the tickets delivered")
        await pop.handoff.put(ticket("later"))
        # A delivery that was not in its pause would have read the outbox by now.
        for _ in range(3):
            await pop.handoff.status("later")

    assert full + 1 == len(origin.tried)


async def test_lane_holds_by_the_time_of_the_outbox(tmp_path: Path) -> None:
    """A clock that was set a moment ago does not fit the stored times yet, so a lane does not live by it either."""
    wall = [1_788_000_000.0]
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.OUT_OF_SCOPE, lane="fast")
    async with running(tmp_path, {}, lanes={"fast": LaneSettings(admit_per_minute=1)}) as pop:
        await pop.in_thread(lambda: pop.outbox.live_by(lambda: wall[0]))
        wall[0] += 365 * 86_400.0
        held_s = [pop.handoff.lanes.hold("acme", decision).due - pop.outbox.now() for _ in range(2)]

    assert [0, 60] == [round(seconds) for seconds in held_s]


async def test_harm_in_an_ordinary_lane_leaves_first(tmp_path: Path) -> None:
    """An author may send safety to a lane of another name; it is as urgent there, and has the same reserve."""
    origin = ScriptedOrigin()
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("a"))
        await pop.handoff.put(ticket("s", lane="crew", kind=TicketKind.SAFETY))
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 2.0')

    assert origin.accepted == ["s", "a"]


async def test_earliest_deadline_leaves_first(tmp_path: Path) -> None:
    """Within its priority; an urgent ticket leaves before all others, even if its deadline is later."""
    origin = ScriptedOrigin()
    async with running(tmp_path, {"": origin}) as pop:
        for name, lane, due_s in (
            ("a", "fast", 900),
            ("b", "callback", 2_000),
            ("c", "fast", 60),
            ("s", "fraud", 9_000),
        ):
            await pop.handoff.put(ticket(name, lane=lane, due_s=due_s))
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 4.0')

    assert origin.accepted == ["s", "c", "a", "b"]


async def test_one_ticket_that_always_fails_does_not_close_an_origin(tmp_path: Path) -> None:
    """It yields to later deadlines, so other tickets are also tried while the origin recovers."""
    down = True
    origin = ScriptedOrigin(lambda name: UnreachableError("status 500") if down or name == "bad" else None)
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("bad", due_s=0))
        for number in range(20):
            await pop.handoff.put(ticket(f"t{number:02}", due_s=200 + number))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="open"} 1.0')
        down = False
        await pop.until_metric('skerry_deliveries_total{result="ok"} 20.0')

    assert sorted(origin.accepted) == [f"t{number:02}" for number in range(20)]


async def test_tenant_with_its_own_origin(tmp_path: Path) -> None:
    """Its tickets go there and others to the default; an origin that is down stops only its own tickets."""
    default, northwind = ScriptedOrigin(), ScriptedOrigin(lambda _: UnreachableError("down"))
    async with running(tmp_path, {"": default, "northwind": northwind}) as pop:
        await pop.handoff.put(ticket("n", tenant="northwind"))
        await pop.handoff.put(ticket("a"))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="open"} 1.0')

    assert (default.accepted, northwind.accepted, set(northwind.tried)) == (["a"], [], {"n"})


async def test_ticket_that_origin_refuses_becomes_a_dead_letter(tmp_path: Path) -> None:
    """After three attempts; other tickets are delivered, and the breaker stays closed."""
    origin = ScriptedOrigin(lambda name: RefusedError("status 422") if name == "poison" else None)
    async with running(tmp_path, {"": origin}) as pop:
        for name in ("poison", "b"):
            await pop.handoff.put(ticket(name))
        pop.deliver()
        await pop.until_metric("skerry_outbox_dead_letters 1.0")
        status = await pop.handoff.status("poison")
        assert pop.handoff.deliveries[""].state is BreakerState.CLOSED

    assert (origin.accepted, origin.tried.count("poison")) == (["b"], 3)
    assert status is not None
    assert status.state is TicketState.DEAD_LETTER


async def test_adapter_that_fails_on_a_ticket(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The other tickets are delivered and this one is tried again; the log has the error's type, not its text."""
    origin = ScriptedOrigin(lambda name: ValueError("a viewer's words") if name == "odd" else None)
    async with running(tmp_path, {"": origin}) as pop:
        for name in ("odd", "a", "b"):
            await pop.handoff.put(ticket(name))
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 2.0')
        await pop.until_metric('skerry_deliveries_total{result="internal"} 2.0')
        assert pop.has_metric("skerry_outbox_dead_letters 0.0")
    output = capfd.readouterr().out

    assert ["a", "b"] == origin.accepted
    assert await asyncio.to_thread(depth, tmp_path) == 1
    assert "ValueError" in output
    assert "words" not in output


async def test_origin_that_is_gone_is_disabled(tmp_path: Path) -> None:
    """It is tried once; earlier and later tickets stay in the outbox, until an operator says to try again."""
    origin = ScriptedOrigin(lambda _: OriginGoneError("status 410"))
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("a"))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="disabled"} 1.0')
        await pop.handoff.put(ticket("b"))
        await pop.until_metric("skerry_outbox_tickets 2.0")
        tried = list(origin.tried)
        origin.fault_of = lambda _: None
        await pop.handoff.commands.retry(OutboxRetry(all_dead_letters=True))
        await pop.until_metric("skerry_outbox_tickets 0.0")

    assert ["a"] == tried
    assert {"a", "b"} == set(origin.accepted)


async def test_pause_that_origin_asks_for_is_kept(tmp_path: Path) -> None:
    """No other ticket is tried meanwhile."""
    origin = ScriptedOrigin(lambda _: UnreachableError("busy", retry_after_s=3_000.0))
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("a"))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="open"} 1.0')
        await pop.handoff.put(ticket("b"))
        await pop.until_metric("skerry_outbox_tickets 2.0")

    assert origin.tried == ["a"]


async def test_origin_that_returns_gets_everything(tmp_path: Path) -> None:
    """Each ticket is delivered once."""
    down = True
    origin = ScriptedOrigin(lambda _: UnreachableError("down") if down else None)
    async with running(tmp_path, {"": origin}) as pop:
        for number in range(20):
            await pop.handoff.put(ticket(str(number)))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="open"} 1.0')
        down = False
        await pop.until_metric('skerry_deliveries_total{result="ok"} 20.0')

    assert sorted(origin.accepted) == sorted(str(number) for number in range(20))


async def test_disk_that_fails_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A ticket that origin has, but whose delivery could not be stored, is only noted later; others go on meanwhile."""
    origin, delivered, failures = ScriptedOrigin(), Outbox.delivered, iter([True] * 3)

    def full(outbox: Outbox, ids: list[str]) -> list[str]:
        if next(failures, False):
            raise StorageError("disk full")
        return delivered(outbox, ids)

    monkeypatch.setattr(Outbox, "delivered", full)
    async with running(tmp_path, {"": origin}) as pop:
        for number in range(30):
            await pop.handoff.put(ticket(str(number)))
        pop.deliver()
        await pop.until_metric("skerry_outbox_tickets 0.0")
    lines = capfd.readouterr().out.count("the outbox failed, trying again")

    assert sorted(str(number) for number in range(30)) == sorted(origin.accepted)
    assert 1 == lines


async def test_full_outbox_refuses_and_keeps(tmp_path: Path) -> None:
    """Of a batch, only the ticket that does not fit is refused."""
    async with running(tmp_path, {"": ScriptedOrigin()}, Bounds(2)) as pop:
        outcomes = await asyncio.gather(*(pop.handoff.put(ticket(name)) for name in "abc"), return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [type(None), type(None), RefusedError]


async def test_disk_that_hangs_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets beyond the queue are refused at once; waiting ones are stored when the disk works again."""
    hangs, stuck, put_many = threading.Event(), threading.Event(), Outbox.put_many

    def hanging(outbox: Outbox, parcels: Sequence[Parcel], *, tenants: int) -> int:
        stuck.set()
        hangs.wait(30)
        return put_many(outbox, parcels, tenants=tenants)

    monkeypatch.setattr(Outbox, "put_many", hanging)
    async with running(tmp_path, {"": ScriptedOrigin()}, max_queue=2) as pop:
        first = asyncio.create_task(pop.handoff.put(ticket("a")))
        await asyncio.to_thread(stuck.wait, 30)
        others = [asyncio.create_task(pop.handoff.put(ticket(name))) for name in "bcd"]
        with pytest.raises(RefusedError, match=r"^2 tickets wait for the disk, expected fewer than 2$") as caught:
            await others[-1]
        hangs.set()
        await asyncio.gather(first, *others[:2])

    assert caught.value.reason is Reason.OVERLOADED
    assert await asyncio.to_thread(depth, tmp_path) == 3


async def test_ticket_put_while_stopping_is_kept(tmp_path: Path) -> None:
    """It is on the disk when `put` returns."""
    async with running(tmp_path, {"": ScriptedOrigin()}) as pop:
        pop.running[0].cancel()
        with suppress(asyncio.CancelledError):
            await pop.running[0]
        put = asyncio.ensure_future(pop.handoff.put(ticket("late")))
        await asyncio.sleep(0)
    await put

    assert await asyncio.to_thread(depth, tmp_path) == 1


async def test_every_state_of_an_origin_is_a_metric(tmp_path: Path) -> None:
    """The labels are a closed set, and their values add up to the number of origins."""
    async with running(tmp_path, {"": ScriptedOrigin(), "northwind": ScriptedOrigin()}) as pop:
        expected = {state: 2.0 if state is BreakerState.CLOSED else 0.0 for state in BreakerState}

        assert all(pop.has_metric(f'skerry_origins{{state="{state}"}} {number}') for state, number in expected.items())
