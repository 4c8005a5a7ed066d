"""`python -m benchmarks tally`: the cost of counting: for a question, for a second of a busy PoP, and for stats."""

import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.figures import Figure, machine, print_figures
from edge.daemon.tally import TallyWriter
from edge.errors import Reason
from edge.records import IslandName, Outcome
from edge.store.tally import TallyStore
from edge.tally import CounterName, CountKey, Decided, hour_of
from edge.tokens import NUMBER_BYTES, Receipt, contact_of, make_receipt

NAME = IslandName("acme", "drop")
TOKEN_KEY = b"k" * 32
RECEIPTS = 10_000
QUESTIONS = 600
"""Questions that a PoP decides in a second on two cores."""

ROUNDS = 20
ROWS = 500_000
"""`[stats] max_counts`."""


def receipt_us() -> float:
    """Microseconds for the contact's name and the receipt. Every response waits for them."""
    began = time.perf_counter()
    for number in range(RECEIPTS):
        contact = contact_of(NAME, f"session-{number}", key=TOKEN_KEY)
        make_receipt(Receipt(os.urandom(NUMBER_BYTES), str(NAME), "ship-date", contact, began), key=TOKEN_KEY)
    return (time.perf_counter() - began) / RECEIPTS * 1e6


def second_ms(store: TallyStore) -> float:
    """Milliseconds of the tally's thread for the questions of one second, each of another session; the median."""
    writer, took = TallyWriter(store, texts=lambda _: (), contact_window_s=14_400), []
    for _ in range(ROUNDS):
        now = time.time()
        events = [_event(number, now) for number in range(QUESTIONS)]
        began = time.perf_counter()
        writer.write(events, now)
        took.append(time.perf_counter() - began)
    return sorted(took)[ROUNDS // 2] * 1e3


def stats_s(store: TallyStore) -> float:
    """Seconds to add up a full tally, by snippet and by hour."""
    now, names = hour_of(time.time()), list(CounterName)[:10]
    hours, snippets = 500, ROWS // len(names) // 500
    with store.transaction():
        for hour in range(hours):
            keys = (
                CountKey(now - hour * 3_600, f"acme/drop-{number % 4}", f"snippet-{number}", name)
                for number in range(snippets)
                for name in names
            )
            store.add(Counter(dict.fromkeys(keys, 1)))
    began = time.perf_counter()
    store.cells(0, "*")
    store.hours(0, "*")
    return time.perf_counter() - began


def _event(number: int, now: float) -> Decided:
    """The event of one question. Every third goes to people."""
    if number % 3:
        return Decided(now, str(NAME), f"s-{number % 50}", Outcome.ANSWER, Reason.EXACT, os.urandom(12))
    ticket = os.urandom(16).hex()
    suggested = ("ship-date", "refund")
    contact = os.urandom(12)
    return Decided(now, str(NAME), "", Outcome.ESCALATE, Reason.LOW_CONFIDENCE, contact, ticket, 1, suggested)


def main() -> None:
    """Print the figures."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder, TallyStore(Path(folder)) as store:
        rows = [
            Figure("a receipt, in every response", f"{receipt_us():.0f} us", "-"),
            Figure(f"{QUESTIONS} questions counted, durable, off the event loop", f"{second_ms(store):.0f} ms", "-"),
            Figure(f"stats over {ROWS:,} counts", f"{stats_s(store):.2f} s", "-"),
        ]
    print_figures("The tally (`python -m benchmarks.stores.tally`)", rows)


if __name__ == "__main__":
    main()
