"""`python -m benchmarks threads [--questions 500]`: a question's processor time, by thread of the PoP.

Asked one at a time: the same question again, new ones that are mostly answered, and sample questions of which most
become tickets. What a thread does later for a question counts, too: delivery, ledger, payloads and tally. Other work on
the machine touches these figures less than times, but it empties caches: compare two commits by turns.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.client import Connection, request_bytes
from benchmarks.figures import Figure, print_figures
from benchmarks.path.path import TAILS
from benchmarks.pop import WARM_UP, distinct_questions
from benchmarks.strangers.measured_pop import measured_pop
from tests.pen import DROP

_AFTERWARDS_S = 1.5
"""Until what follows a question is done: leaves and counts are written every second."""

_NAMED = """
import ctypes, runpy, threading
begin = threading.Thread._bootstrap_inner
def named(thread):
    ctypes.CDLL(None).prctl(15, thread.name.encode()[:15], 0, 0, 0)
    begin(thread)
threading.Thread._bootstrap_inner = named
runpy.run_module("edge", run_name="__main__", alter_sys=True)
"""
"""Runs `skerry` with names for its threads in /proc (PR_SET_NAME), which Python 3.11 does not give them."""


async def measure(questions: int) -> list[Figure]:
    """The figures of one PoP with the sample drop."""
    async with measured_pop((sys.executable, "-c", _NAMED)) as (harness, pen):
        examples = [text for texts in pen.prepared.examples.values() for text in texts]
        warm_up, port = distinct_questions(WARM_UP), harness.pop_port
        asked = {
            "the same question again": ["when does it ship?"] * questions,
            "new, mostly answered": [f"{text} {tail}" for tail in TAILS for text in examples][:questions],
            "new, mostly tickets": distinct_questions(WARM_UP + questions)[WARM_UP:],
        }
        await asyncio.to_thread(_ask, port, warm_up)
        figures = []
        for what, texts in asked.items():
            await asyncio.sleep(_AFTERWARDS_S)
            took = await asyncio.to_thread(_processor_s, harness.process_id("pop"), port, texts)
            parts = ", ".join(f"{name} {1e6 * took_s / len(texts):.0f}" for name, took_s in took.most_common(5))
            figures.append(Figure(what, f"{1e6 * took.total() / len(texts):.0f} µs: {parts}", "-"))
    return figures


def _processor_s(process: int, port: int, texts: Sequence[str]) -> Counter[str]:
    """Processor time that the PoP takes for the texts and what follows them, in seconds, by thread."""
    before = _used_s(process)
    _ask(port, texts)
    time.sleep(_AFTERWARDS_S)
    return _used_s(process) - before


def _ask(port: int, texts: Sequence[str]) -> None:
    connection = Connection(port)
    for text in texts:
        connection.ask(request_bytes(str(DROP), text))
    connection.close()


def _used_s(process: int) -> Counter[str]:
    used = Counter[str]()
    for task in Path(f"/proc/{process}/task").iterdir():
        name = (task / "comm").read_text().strip().rstrip("_0123456789")
        used["event loop" if task.name == str(process) else name] += int((task / "schedstat").read_text().split()[0])
    return Counter({name: nanoseconds / 1e9 for name, nanoseconds in used.items()})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=500, help="questions of each kind")
    questions = parser.parse_args().questions
    title = "A question's processor time by thread (`python -m benchmarks threads`)"
    print_figures(title, asyncio.run(measure(questions)))


if __name__ == "__main__":
    main()
