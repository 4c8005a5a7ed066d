"""Which leaf does an act get, and how do others see it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ledger.endings import INTERVAL_S, LogEndings, events_served
    from edge.daemon.ledger.ledger import Ledger
    from edge.daemon.ledger.payloads import consent_leaf, decided_payload, log_of, note_step
    from edge.daemon.ledger.routes import LedgerRoutes
    from edge.daemon.ledger.seams import Archive, Payloads, Witnessed
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "endings": "INTERVAL_S LogEndings events_served",
            "ledger": "Ledger",
            "payloads": "consent_leaf decided_payload log_of note_step",
            "routes": "LedgerRoutes",
            "seams": "Archive Payloads Witnessed",
        },
    )

__all__ = [
    "INTERVAL_S",
    "Archive",
    "Ledger",
    "LedgerRoutes",
    "LogEndings",
    "Payloads",
    "Witnessed",
    "consent_leaf",
    "decided_payload",
    "events_served",
    "log_of",
    "note_step",
]
