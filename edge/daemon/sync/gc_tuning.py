"""Keeps the garbage collector from looking at every island again and again.

Ten thousand islands are millions of objects, and a full collection stops the process, viewers included, for as long as
it takes to visit them all: measured 0.99 s. Islands hold no cycles, so counting references is enough to free them.
"""

import gc

MANY = 100
"""Islands of which a full collection would take some 10 ms."""


def exempt_islands(count: int) -> None:
    """Exempt all that lives now from collection, if `count` islands that have just come are many. Takes no time.

    Cycles that are garbage already at this moment stay until the process ends: those since the last full collection,
    each time that many islands arrive at once, which is at a start and when somebody signs all of them again.
    """
    if count >= MANY:
        gc.freeze()
