"""One ticket that its desk cannot take: it costs its owner time, and nobody else anything."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from edge.daemon.handoff import delivery
from edge.daemon.handoff.breaker import BreakerState
from edge.errors import RefusedError, StorageError, UnreachableError
from edge.records import TicketState
from edge.store.outbox import Bounds, Outbox, OutboxRetry, OutboxSelection
from edge.wire.desks import OriginFaultError, PossibleRefusalError, StillAtWorkError
from tests.daemon.handoff.test_delivery import ScriptedOrigin, running, ticket
from tests.waiting import until, until_true

MANY = [str(number) for number in range(40)]


async def until_tried(origin: ScriptedOrigin, name: str, times: int) -> None:
    """Wait until a ticket was tried so often."""
    await until_true(lambda: origin.tried.count(name) >= times, f"{name} is tried {times} times")


async def test_ticket_that_a_firewall_refuses_becomes_a_dead_letter(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """After three refusals while others go on; the line names it, and no other ticket waits."""
    origin = ScriptedOrigin(lambda name: PossibleRefusalError("status 403") if name == "odd" else None)
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("odd"))
        pop.deliver()
        for number, name in enumerate(MANY, start=1):
            await pop.handoff.put(ticket(name))
            await pop.until_metric(f'skerry_deliveries_total{{result="ok"}} {number}.0')
        await pop.until_metric("skerry_outbox_dead_letters 1.0")
        status = await pop.handoff.status("odd")
        assert pop.handoff.deliveries[""].state is BreakerState.CLOSED
    output = capfd.readouterr().out

    assert status is not None
    assert (TicketState.DEAD_LETTER, "not_delivered") == (status.state, status.state.value)
    assert "ticket is a dead letter" in output
    assert "origin is unreachable" not in output


async def test_token_that_ran_out_makes_no_dead_letter(tmp_path: Path) -> None:
    """Every ticket is refused, and each is delivered once there is a new token."""
    origin = ScriptedOrigin()
    async with running(tmp_path, {"": origin}) as pop:
        pop.deliver()
        await pop.handoff.put(ticket("before"))
        await pop.until_metric('skerry_deliveries_total{result="ok"} 1.0')
        origin.fault_of = lambda _: PossibleRefusalError("status 401")
        for name in MANY:
            await pop.handoff.put(ticket(name))
        await pop.until_metric('skerry_origins{state="open"} 1.0')
        while len(origin.tried) < 60:
            await pop.handoff.put(ticket(f"later-{len(origin.tried)}"))
        refused = len(origin.tried)
        origin.fault_of = lambda _: None
        await pop.until_metric("skerry_outbox_tickets 0.0")
        assert pop.has_metric("skerry_outbox_dead_letters 0.0")

    assert 60 <= refused
    assert set(MANY) < set(origin.accepted)


@pytest.mark.parametrize("fault", [PossibleRefusalError, OriginFaultError, StillAtWorkError])
async def test_single_ticket_that_fails_opens_no_breaker(tmp_path: Path, fault: type[OriginFaultError]) -> None:
    """However often it is tried. The next ticket, of another tenant, leaves at once."""
    origin = ScriptedOrigin(lambda name: fault("status") if name == "odd" else None)
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("odd"))
        pop.deliver()
        await until_tried(origin, "odd", 12)
        state = pop.handoff.deliveries[""].state
        await pop.handoff.put(ticket("next", tenant="northwind"))
        await pop.until_metric('skerry_deliveries_total{result="ok"} 1.0')

    assert BreakerState.CLOSED is state
    assert ["next"] == origin.accepted


async def test_ticket_that_origin_is_at_work_on_is_no_dead_letter(tmp_path: Path) -> None:
    """However often it says so, and others are taken meanwhile; the pause that it asks for is this ticket's alone."""
    origin = ScriptedOrigin(lambda name: StillAtWorkError("409", retry_after_s=0.01) if name == "slow" else None)
    async with running(tmp_path, {"": origin}) as pop:
        await pop.handoff.put(ticket("slow"))
        pop.deliver()
        for number, name in enumerate(MANY, start=1):
            await pop.handoff.put(ticket(name))
            await pop.until_metric(f'skerry_deliveries_total{{result="ok"}} {number}.0')
        await until_tried(origin, "slow", 8)
        state = pop.handoff.deliveries[""].state
        origin.fault_of = lambda _: None
        await pop.until_metric("skerry_outbox_tickets 0.0")

    assert BreakerState.CLOSED is state
    assert "slow" == origin.accepted[-1]


async def test_ticket_that_hangs_over_a_quiet_day_closes_nothing(tmp_path: Path) -> None:
    """The desk never answers this one, and nobody else asks for longer than the outbox's age."""
    origin = ScriptedOrigin(lambda name: UnreachableError("no answer") if name == "odd" else None)
    bounds = Bounds(100, max_age_s=0.05)
    async with running(tmp_path, {"": origin}, bounds) as pop:
        await pop.handoff.put(ticket("odd"))
        pop.deliver()
        await pop.until_metric('skerry_origins{state="open"} 1.0')
        for number, name in enumerate(MANY, start=1):
            await pop.handoff.put(ticket(name))
            await pop.until_metric(f'skerry_deliveries_total{{result="ok"}} {number}.0')

    assert set(MANY) == set(origin.accepted)


@pytest.mark.parametrize("verb", ["hold", "drop"])
async def test_operator_acts_during_a_delivery(tmp_path: Path, verb: str) -> None:
    """The ticket leaves the queue once, and its viewer is told in the end that origin has it."""
    gone, go_on, is_asked = list[bytes](), asyncio.Event(), asyncio.Event()
    origin = ScriptedOrigin()

    async def deliver(ticket_id: str, payload: bytes) -> None:
        del payload
        is_asked.set()
        await go_on.wait()
        origin.accepted.append(ticket_id)

    origin.deliver = deliver  # type: ignore[method-assign]
    async with running(tmp_path, {"": origin}, on_gone=gone.append) as pop:
        await pop.handoff.put(ticket("a"))
        pop.deliver()
        await is_asked.wait()
        await getattr(pop.handoff.commands, verb)(OutboxSelection(tickets=("a",)))
        go_on.set()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 1.0')

        async def is_delivered() -> bool:
            status = await pop.handoff.status("a")
            return status is not None and status.state is TicketState.DELIVERED

        await until(is_delivered, "the ticket is delivered")

    assert 1 == len(gone)


async def test_disk_that_fails_between_two_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was noted before is settled; what could not be noted is tried again, and no ticket is sent twice."""
    gone, postpone, failures = list[bytes](), Outbox.postpone, iter([True] * 3)

    def failing(outbox: Outbox, ticket_id: str, **arguments: Any) -> None:
        if next(failures, False):
            raise StorageError("disk failed")
        postpone(outbox, ticket_id, **arguments)

    monkeypatch.setattr(Outbox, "postpone", failing)
    origin = ScriptedOrigin(lambda name: OriginFaultError("status 500") if name == "odd" else None)
    async with running(tmp_path, {"": origin}, on_gone=gone.append) as pop:
        for name in ("odd", *MANY):
            await pop.handoff.put(ticket(name))
        pop.deliver()
        await pop.until_metric("skerry_outbox_tickets 1.0")

    assert sorted(MANY) == sorted(origin.accepted)
    assert len(MANY) == len(gone)


async def test_retry_of_a_ticket_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    """All that are named, or none."""
    async with running(tmp_path, {"": ScriptedOrigin()}) as pop:
        for name in MANY:
            await pop.handoff.put(ticket(name))
        await pop.handoff.commands.hold(OutboxSelection(tickets=tuple(MANY)))
        with pytest.raises(RefusedError, match="holds no ticket 'x'"):
            await pop.handoff.commands.retry(OutboxRetry(tickets=(*MANY, "x")))
        await pop.until_metric(f"skerry_outbox_dead_letters {len(MANY)}.0")
        retried = await pop.handoff.commands.retry(OutboxRetry(all_dead_letters=True))
        await pop.until_metric("skerry_outbox_dead_letters 0.0")

    assert set(MANY) == set(retried.tickets)


async def test_tickets_that_fail_do_not_close_the_outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket that waits for longer than the outbox's age, because the desk answers 500 to it alone."""
    # The age is so short here that a pause between deliveries would be silence.
    monkeypatch.setattr(delivery, "GATHER_S", 0.0)
    origin = ScriptedOrigin(lambda name: OriginFaultError("status 500") if name == "odd" else None)
    bounds = Bounds(100, max_age_s=0.05)
    async with running(tmp_path, {"": origin}, bounds) as pop:
        await pop.handoff.put(ticket("odd"))
        pop.deliver()
        await until_tried(origin, "odd", 10)
        for name in MANY:
            await pop.handoff.put(ticket(name))
        await pop.until_metric(f'skerry_deliveries_total{{result="ok"}} {len(MANY)}.0')

    assert set(MANY) == set(origin.accepted)
