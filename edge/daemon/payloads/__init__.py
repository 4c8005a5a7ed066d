"""Who may read what a leaf is about, and until when?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.payloads.keeper import PayloadKeeper
    from edge.daemon.payloads.sealing import SealingKeys
    from edge.daemon.payloads.with_ledger import ledger_with_payloads
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "keeper": "PayloadKeeper",
            "sealing": "SealingKeys",
            "with_ledger": "ledger_with_payloads",
        },
    )

__all__ = [
    "PayloadKeeper",
    "SealingKeys",
    "ledger_with_payloads",
]
