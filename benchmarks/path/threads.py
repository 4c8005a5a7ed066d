"""`python -m benchmarks threads [--questions 500] [--against FOLDER]`: a question's processor time, thread by thread.

Asked one at a time: the same question again, new ones that are mostly answered, and sample questions of which most
become tickets. What a thread does later for a question counts, too: delivery, ledger, payloads and tally. Other work on
the machine touches these figures less than times, but it empties caches. So two commits are compared by turns:
`python -m benchmarks threads --against FOLDER`, with another checkout, prints medians of both and of their ratios.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median

from benchmarks.client import Connection, request_bytes
from benchmarks.figures import Figure, print_figures
from benchmarks.path.path import TAILS
from benchmarks.pop import WARM_UP, distinct_questions
from benchmarks.strangers.measured_pop import measured_pop
from tests.pen import DROP, Pen

TURNS = 15
AT_ONCE = 40
"""Questions in a turn of each checkout."""

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
        warm_up, port = distinct_questions(WARM_UP), harness.pop_port
        await asyncio.to_thread(_ask, port, warm_up)
        figures = []
        for what, texts in _asked(pen, questions).items():
            await asyncio.sleep(_AFTERWARDS_S)
            took = await asyncio.to_thread(_processor_s, harness.process_id("pop"), port, texts)
            parts = ", ".join(f"{name} {1e6 * took_s / len(texts):.0f}" for name, took_s in took.most_common(5))
            figures.append(Figure(what, f"{1e6 * took.total() / len(texts):.0f} µs: {parts}", "-"))
    return figures


async def compare(other: Path) -> list[Figure]:
    """The figures of this checkout and of `other`: two PoPs at once, which are asked the same by turns."""
    theirs = (sys.executable, "-c", f"import sys; sys.path.insert(0, {str(other)!r})\n{_NAMED}")
    async with measured_pop((sys.executable, "-c", _NAMED)) as (here, pen), measured_pop(theirs) as (there, _):
        pops = [(there.process_id("pop"), there.pop_port), (here.process_id("pop"), here.pop_port)]
        for _, port in pops:
            await asyncio.to_thread(_ask, port, distinct_questions(WARM_UP))
        figures = []
        for what, texts in _asked(pen, TURNS * AT_ONCE).items():
            turns = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
            took = [await asyncio.to_thread(_both, pops, turn, number) for number, turn in enumerate(turns)]
            threads = Counter[str]()
            for before, _ in took:
                threads.update(before)
            for thread, _ in threads.most_common(3):
                medians = [median(pair[place][thread] for pair in took) for place in (0, 1)]
                ratio = median(pair[1][thread] / pair[0][thread] for pair in took if pair[0][thread])
                value = f"{ratio:.2f} x ({medians[0]:.0f} to {medians[1]:.0f} µs)"
                figures.append(Figure(f"{what}: {thread}", value, "-"))
        return figures


def _both(pops: Sequence[tuple[int, int]], texts: Sequence[str], number: int) -> tuple[Counter[str], Counter[str]]:
    """What each of two PoPs takes for a question, in microseconds by thread. Who is first changes with `number`."""
    order = (0, 1) if number % 2 else (1, 0)
    used = {place: _processor_s(*pops[place], texts) for place in order}
    before, after = (Counter({name: 1e6 * s / len(texts) for name, s in used[place].items()}) for place in (0, 1))
    return before, after


def _asked(pen: Pen, questions: int) -> dict[str, list[str]]:
    examples = [text for texts in pen.prepared.examples.values() for text in texts]
    return {
        "the same question again": ["when does it ship?"] * questions,
        "new, mostly answered": [f"{text} {tail}" for tail in TAILS for text in examples][:questions],
        "new, mostly tickets": distinct_questions(WARM_UP + questions)[WARM_UP:],
    }


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
        # A thread may end meanwhile.
        with suppress(OSError):
            name = (task / "comm").read_text().strip().rstrip("_0123456789")
            taken = int((task / "schedstat").read_text().split()[0])
            used["event loop" if task.name == str(process) else name] += taken
    return Counter({name: nanoseconds / 1e9 for name, nanoseconds in used.items()})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=500, help="questions of each kind")
    parser.add_argument("--against", type=Path, help="the folder of another checkout, to compare with")
    arguments = parser.parse_args()
    title = "A question's processor time by thread (`python -m benchmarks threads`)"
    other: Path | None = arguments.against
    work = measure(arguments.questions) if other is None else compare(other.resolve())
    print_figures(title, asyncio.run(work))


if __name__ == "__main__":
    main()
