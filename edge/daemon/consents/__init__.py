"""What did the viewers of this PoP agree to, and how is that recorded?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.consents.consents import Consents
    from edge.daemon.consents.parcels import MakeLeaf, TakenConsent, consent_parcel, takes_records
    from edge.daemon.consents.within import conclude_within
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "consents": "Consents",
            "parcels": "MakeLeaf TakenConsent consent_parcel takes_records",
            "within": "conclude_within",
        },
    )

__all__ = [
    "Consents",
    "MakeLeaf",
    "TakenConsent",
    "conclude_within",
    "consent_parcel",
    "takes_records",
]
