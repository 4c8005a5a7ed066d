"""What does a PoP do with questions, islands and tickets while it runs?

Bottom up: `telemetry` counts, `sync` takes islands, `upstream` is the link to the publisher, `people` knows who is
busy and whose a session is, `handoff` brings tickets to origin, `tally` counts what came of decisions, `ask` carries a
question through, `api` is HTTP. On top, `startup` opens what is on disk, `wiring` puts the parts together, `run` runs
them until it is told to stop, `supervise` restarts what broke, and `status_reporter` tells the publisher.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.run import run_pop
    from edge.daemon.startup import OPENERS
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "run": "run_pop",
            "startup": "OPENERS",
        },
    )

__all__ = [
    "OPENERS",
    "run_pop",
]
