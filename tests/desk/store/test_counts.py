"""Figures that triggers keep, or that are found in an index: as if everything were counted each time."""

import contextlib
import random

import pytest

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, Scope, lanes_of, queues_of, waiting
from edge.errors import RefusedError
from edge.records.desk import ReplyRequest
from tests.desk.desk import Clock, body, tid

ALL = Scope("northwind")
SEED = 8

COUNTED = (
    "SELECT tenant, SUM(is_callback = 0), SUM(is_callback), MIN(CASE WHEN is_callback = 0 THEN received END)"
    " FROM tickets WHERE queue = 'open' AND claimed_by = '' GROUP BY tenant ORDER BY tenant"
)
LANES = "SELECT lane, COUNT(*), MIN(received) FROM tickets WHERE queue = 'open' AND tenant = ? GROUP BY lane"
OWED = (
    "SELECT e.pop, COUNT(DISTINCT e.ticket) FROM events AS e JOIN tickets AS t ON t.id = e.ticket"
    " WHERE t.tenant = ? GROUP BY e.pop"
)


def act(desk: OpenDesk, chance: random.Random, clock: Clock, number: int) -> None:
    """Something that people or PoPs do."""
    ticket = tid(chance.randrange(number + 1))
    kind = chance.randrange(7)
    if kind == 0:
        desk.actions.claim(ticket, "anna", ALL, row=False)
    elif kind == 1:
        desk.actions.release(ticket, "anna", ALL, row=False)
    elif kind == 2:
        desk.actions.reply(ticket, "anna", ALL, ReplyRequest(text="Tomorrow."))
    elif kind == 3:
        desk.actions.resolve(ticket, "anna", ALL, row=False)
    elif kind == 4:
        pop = chance.choice(["fra-1", "ams-1"])
        stored = desk.events.after(pop, 0)
        if stored:
            desk.events.confirm(pop, chance.choice(stored).seq)
    elif kind == 5:
        clock.move(seconds=20)
    else:
        desk.store.forget_old(keep_days=600 / 86_400)


def test_counts_are_those_of_the_tickets(desk: OpenDesk, clock: Clock) -> None:
    """However many come, are claimed, answered, resolved, confirmed and deleted."""
    chance = random.Random(SEED)
    for number in range(200):
        pop = chance.choice(["fra-1", "ams-1"])
        lane = chance.choice(["support", "billing"])
        desk.intake.put(IncomingTicket.parse(body(number, f"question {number % 9}", pop=pop, lane=lane)))
        # A ticket may be gone, or with nobody.
        with contextlib.suppress(RefusedError):
            act(desk, chance, clock, number)
        now = desk.store.clock()
        with desk.store.reading() as connection:
            queues = {tenant: (*counts, now - at) for tenant, *counts, at in connection.execute(COUNTED)}
            lanes = [(lane, count, now - at) for lane, count, at in connection.execute(LANES, ("northwind",))]
            owed = dict(connection.execute(OWED, ("northwind",)).fetchall())
        shown = {pop: count for pop, (count, _) in desk.events.unconfirmed(ALL).items()}

        assert queues == queues_of(desk.store)[0]
        assert [(lane, count, round(age, 3)) for lane, count, age in lanes] == [
            (one.lane, one.open, one.oldest_s) for one in lanes_of(desk.store, ALL)
        ]
        assert owed == shown


STATEMENTS = ["_OPEN", "_CLAIMED", "_OLDEST", "_NOT_TAKEN", "_LANES", "_FIRST_OF_LANE", "_LATE"]


@pytest.mark.parametrize("name", STATEMENTS)
def test_figures_read_no_ticket(desk: OpenDesk, name: str) -> None:
    """Each statement is answered by a small table or an index, and sorts nothing that grows with the queue."""
    statement = getattr(waiting, name)
    with desk.store.reading() as connection:
        marks = [""] * statement.count("?")
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", marks)]

    assert "INDEX" in plan[0] or "PRIMARY KEY" in plan[0] or "ticket_counts" in plan[0]
    assert not any("SCAN tickets" in step and "tickets_by_claim" not in step for step in plan)
