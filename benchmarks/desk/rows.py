"""What a row of very many equal tickets costs: to show it after a change, to read the queue, to take one more."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, percentile
from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, Scope, queues_of
from edge.records.desk import QueueState, ReplyRequest
from tests.desk.desk import body, tid

WORDS = "when does it ship? " + "x" * 300
TRANSCRIPT = [{"role": "viewer", "text": "y" * 400}] * 4
ALL = Scope("northwind")
ROUNDS = 20

_COPY = (
    "INSERT INTO tickets (id, pop, tenant, island, lane, row, queue, state, is_callback, received, due, body)"
    " SELECT ?, pop, tenant, island, lane, row, queue, state, is_callback, received + ?, due + ?, body FROM tickets"
    " WHERE number = 1"
)


def rows(tickets: int) -> list[Figure]:
    """All figures of one row."""
    with tempfile.TemporaryDirectory() as folder:
        desk = OpenDesk.at(Path(folder), time.time, sqlite3.Connection)
        first = IncomingTicket.parse(body(0, WORDS, transcript=TRANSCRIPT))
        desk.intake.put(first)
        with desk.store.transaction() as connection:
            # Deadlines in another order than that of arrival.
            copies = ((tid(number), number / 1000, number * 7919 % tickets / 1000) for number in range(1, tickets))
            connection.executemany(_COPY, copies)
        numbers = iter(range(tickets, 10**9))
        reply = ReplyRequest(text="Tomorrow.", row=True)
        return [
            _timed("to show the row after a change", lambda: desk.queue.open_rows([first.row])),
            _timed("to read the queue", lambda: desk.queue.page(ALL, state=QueueState.OPEN)),
            _timed("to read one of its tickets", lambda: desk.queue.ticket(tid(5), ALL)),
            _timed("to count who waits", lambda: queues_of(desk.store)),
            _timed("to claim one ticket", lambda: desk.actions.claim(tid(5), "anna", ALL, row=False)),
            _timed("to take one more", lambda: desk.intake.put(IncomingTicket.parse(body(next(numbers), WORDS)))),
            _timed("to reply to a thousand", lambda: desk.actions.reply(tid(5), "anna", ALL, reply), rounds=5),
        ]


def _timed(what: str, work: Callable[[], object], *, rounds: int = ROUNDS) -> Figure:
    took_s = list[float]()
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took_s.append(time.perf_counter() - began)
    middle, most = percentile(took_s, 0.5) * 1000, percentile(took_s, 0.95) * 1000
    return Figure(f"{what}, p50 / p95", f"{middle:.2f} / {most:.2f} ms (n = {rounds})", "-")
