"""Exempts islands from Python's garbage collector.

Ten thousand islands are millions of objects. A full collection visits all of them and stops the process meanwhile:
0.99 s, measured. Islands hold no reference cycles, so reference counting is enough to free them.
"""

import gc

MANY = 100
"""With so many islands, a full collection takes about 10 ms."""


def exempt_islands(count: int) -> None:
    """Exempt all objects that live now from garbage collection, if `count` new islands are `MANY` or more.

    Takes no time. Price: cycles that are garbage at this moment are never freed. These are the cycles since the last
    full collection, each time that many islands arrive at once: at a start, or when all of them are signed again.
    """
    if count >= MANY:
        gc.freeze()
