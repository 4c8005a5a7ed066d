"""`skerry pop serve` with two things that a test may bend: the clock, and the moment at which the process is killed.

SKERRY_TEST_CLOCK_S   seconds that this process's clock is ahead
SKERRY_TEST_DIE_AT    the step of taking an island after which it is killed with SIGKILL
"""

import asyncio
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

import uvloop

from edge.config import read_pop_config
from edge.daemon import run_pop
from edge.host import configure_logging, utc_now

AHEAD = timedelta(seconds=float(os.environ.get("SKERRY_TEST_CLOCK_S", "0")))
DIE_AT = os.environ.get("SKERRY_TEST_DIE_AT", "")


def now() -> datetime:
    """The wall clock, as far ahead as the test says."""
    return utc_now() + AHEAD


def die_at(step: str) -> None:
    """Be gone at the step that the test names, without a chance to tidy up."""
    if step == DIE_AT:
        os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run_pop(read_pop_config(Path(sys.argv[4])), stop=stop, now=now, on_step=die_at)


if __name__ == "__main__":
    configure_logging()
    uvloop.run(main())
