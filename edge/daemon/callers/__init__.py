"""Who sent this request, and what may they do? Their address, their session, and whether an operator or ingest asks."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.callers.address import client_address
    from edge.daemon.callers.caller_keys import CallerFiles, CallerKeys, read_caller_files, with_own_secret
    from edge.daemon.callers.callers import INGEST_TOKEN_HEADER, Callers
    from edge.daemon.callers.head_limits import HeadLimits
    from edge.daemon.callers.operators import Operators
    from edge.daemon.callers.pseudonyms import Event, EventNames, Pseudonyms
    from edge.daemon.callers.trace_context import trace_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "address": "client_address",
            "caller_keys": "CallerFiles CallerKeys read_caller_files with_own_secret",
            "callers": "Callers INGEST_TOKEN_HEADER",
            "head_limits": "HeadLimits",
            "operators": "Operators",
            "pseudonyms": "Event EventNames Pseudonyms",
            "trace_context": "trace_of",
        },
    )

__all__ = [
    "INGEST_TOKEN_HEADER",
    "CallerFiles",
    "CallerKeys",
    "Callers",
    "Event",
    "EventNames",
    "HeadLimits",
    "Operators",
    "Pseudonyms",
    "client_address",
    "read_caller_files",
    "trace_of",
    "with_own_secret",
]
