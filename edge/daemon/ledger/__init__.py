"""Which leaf does an act get, and how do others see it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ledger.endings import LogEndings, events_served
    from edge.daemon.ledger.ledger import Ledger
    from edge.daemon.ledger.payloads import UNLISTED, consent_leaf, decided_payload, log_of, note_step
    from edge.daemon.ledger.room import LedgerState
    from edge.daemon.ledger.routes import LedgerRoutes
    from edge.daemon.ledger.seams import Payloads, Witnessed
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "endings": "LogEndings events_served",
            "ledger": "Ledger",
            "payloads": "UNLISTED consent_leaf decided_payload log_of note_step",
            "room": "LedgerState",
            "routes": "LedgerRoutes",
            "seams": "Payloads Witnessed",
        },
    )

__all__ = [
    "UNLISTED",
    "Ledger",
    "LedgerRoutes",
    "LedgerState",
    "LogEndings",
    "Payloads",
    "Witnessed",
    "consent_leaf",
    "decided_payload",
    "events_served",
    "log_of",
    "note_step",
]
