"""Does the time of a function grow with the length of its text alone? A ratio of one run, since machines are shared."""

import time
from collections.abc import Callable

TIMES = 8
WORST = 32
"""Eight times the text takes about eight times as long; time that grows with the square takes 64 times as long."""

LEAST_S = 1e-3
"""Below it, hardly more than the machine's noise is measured."""


def grows_with_length(run: Callable[[str], object], text: str) -> bool:
    """True if `run` takes no more than in proportion for a longer text, with a wide margin."""
    return _seconds(run, text * TIMES) < WORST * max(_seconds(run, text), LEAST_S)


def _seconds(run: Callable[[str], object], text: str) -> float:
    """The process's time of the fastest of three tries."""
    tries = []
    for _ in range(3):
        began = time.process_time()
        run(text)
        tries.append(time.process_time() - began)
    return min(tries)
