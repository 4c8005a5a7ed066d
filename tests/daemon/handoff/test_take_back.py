"""`Handoff.take_back`: delivered after its ticket; refused or overtaken by a person, it costs nobody anything."""

import asyncio
from pathlib import Path

import pytest

from edge.daemon.handoff.breaker import BreakerState
from edge.errors import RefusedError, UnreachableError
from edge.records import DeskEvent, Provenance, SolvedByViewer, TicketState
from edge.store.outbox import follow_up_id
from edge.wire.desks import OriginGoneError, PossibleRefusalError
from tests.daemon.handoff.test_delivery import AT, Pop, ScriptedOrigin, running, ticket

OWN = SolvedByViewer.id_of("a")


def solved(name: str = "a") -> SolvedByViewer:
    """The take-back of a ticket."""
    source = Provenance(island="acme/drop", revision=1, snippet="sizes", approved_by="Ana", approved_at=AT, key_id="k")
    return SolvedByViewer(
        id=SolvedByViewer.id_of(name),
        ticket=name,
        created=AT,
        pop="p",
        island="acme/drop",
        lane="fast",
        provenance=source,
    )


async def put(pop: Pop, *names: str) -> None:
    """Hand tickets over."""
    for name in names:
        await pop.handoff.put(ticket(name))


async def test_take_back_comes_after_its_ticket(tmp_path: Path) -> None:
    """Also if the ticket fails first; other tickets do not wait."""
    failing = {"a"}

    def fault_of(name: str) -> Exception | None:
        if name in failing:
            failing.discard(name)
            return UnreachableError("busy")
        return None

    origin = ScriptedOrigin(fault_of)
    async with running(tmp_path, {"": origin}) as pop:
        await put(pop, "a", "b")
        found = [await pop.handoff.take_back(solved()), await pop.handoff.take_back(solved())]
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 3.0')

    assert [True, True] == found
    assert origin.accepted.index("a") < origin.accepted.index(OWN)
    assert ["a", OWN, "b"] == sorted(origin.accepted)


REFUSALS = {
    "an unknown type": PossibleRefusalError("the desk answered 400"),
    "a type that is gone": OriginGoneError("the desk answered 410"),
    "of another form": RefusedError("stored take-back cannot be decoded"),
}


@pytest.mark.parametrize("fault", REFUSALS.values(), ids=REFUSALS)
async def test_refused_take_back_is_final(tmp_path: Path, fault: Exception) -> None:
    """One attempt, no dead letter, and origin is asked for other tickets as before. It is counted."""
    origin = ScriptedOrigin(lambda name: fault if SolvedByViewer.is_id(name) else None)
    async with running(tmp_path, {"": origin}) as pop:
        await put(pop, "a")
        await pop.handoff.take_back(solved())
        pop.deliver()
        await pop.until_metric("skerry_outbox_tickets 0.0")
        await put(pop, "b")
        await pop.until_metric('skerry_deliveries_total{result="ok"} 2.0')
        again = await pop.handoff.take_back(solved())
        counted = pop.has_metric(f'skerry_deliveries_total{{result="{fault.reason}"}} 1.0')  # type: ignore[attr-defined]
        state = pop.handoff.deliveries[""].state

    assert ["a", "b"] == origin.accepted
    assert 1 == origin.tried.count(OWN)
    assert (True, True, BreakerState.CLOSED) == (again, counted, state)


async def test_person_is_faster(tmp_path: Path) -> None:
    """Acknowledged while the take-back waits: it is not sent, and the person stays."""
    origin = ScriptedOrigin()
    async with running(tmp_path, {"": origin}) as pop:
        await put(pop, "a")
        first = await pop.handoff.take_back(solved())
        await pop.handoff.apply(DeskEvent(id="e", ticket="a", state=TicketState.ACKNOWLEDGED), "")
        second = await pop.handoff.take_back(solved())
        pop.deliver()
        await pop.until_metric("skerry_outbox_tickets 0.0")

    assert (True, False, ["a"]) == (first, second, origin.accepted)


async def test_follow_up_that_waits_for_its_commit(tmp_path: Path) -> None:
    """The viewer has written on, so people keep the ticket, and after the commit, too. The next ticket's is taken."""
    async with running(tmp_path, {"": ScriptedOrigin()}) as pop:
        await put(pop, "a", "b")
        follow_up = asyncio.create_task(pop.handoff.put(ticket(follow_up_id("a", "b1"))))
        await asyncio.sleep(0)
        found = [await pop.handoff.take_back(solved(name)) for name in ("a", "b")]
        await follow_up
        found.append(await pop.handoff.take_back(solved()))

    assert [False, True, False] == found


async def test_failing_desk_gets_it_later(tmp_path: Path) -> None:
    """A fault is no refusal."""
    left = [UnreachableError("busy")] * 3
    origin = ScriptedOrigin(lambda name: left.pop() if SolvedByViewer.is_id(name) and left else None)
    async with running(tmp_path, {"": origin}) as pop:
        await put(pop, "a")
        await pop.handoff.take_back(solved())
        pop.deliver()
        await pop.until_metric('skerry_deliveries_total{result="ok"} 2.0')

    assert ["a", OWN] == origin.accepted
    assert 4 == origin.tried.count(OWN)
