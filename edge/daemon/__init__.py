"""What does a PoP do with questions, islands and tickets while it runs?

Bottom up: `telemetry` has the metrics, `sync` accepts islands, `upstream` connects to the publisher, `people` remembers
load and sessions, `handoff` delivers tickets to origins, `tally` counts outcomes, `ask` answers a question, and `api`
is HTTP. On top, `operator_files` reads what the operator
put there, `startup` opens the stores, `wiring` connects the parts, `run` runs them until it is told to stop,
`supervise` restarts tasks that failed, and `status_reporter` posts the PoP's status to the publisher.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.callers import read_caller_files
    from edge.daemon.consents import consent_parcel
    from edge.daemon.operator_files import read_operator_files
    from edge.daemon.run import run_pop
    from edge.daemon.startup import OPENERS
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "callers": "read_caller_files",
            "consents": "consent_parcel",
            "operator_files": "read_operator_files",
            "run": "run_pop",
            "startup": "OPENERS",
        },
    )

__all__ = [
    "OPENERS",
    "consent_parcel",
    "read_caller_files",
    "read_operator_files",
    "run_pop",
]
