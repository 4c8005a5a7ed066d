"""By which name, and how much, does an asker count among those who ask the same?"""

from edge.limits import AskerName
from edge.tokens import Asker, SessionIssuer

UNVOUCHED_WEIGHT = 0.5
"""An address is easier to get than a viewer is, so two of them count as much as one viewer."""

_ONE_FOR_ALL = AskerName("")
"""Every viewer whom a trusted ingest passes on without a session. They may be one person, so they count as one."""


def is_vouched(asker: Asker) -> bool:
    """True if a trusted ingest says who asks, by sending or by signing the session."""
    return asker.is_trusted or asker.issuer is SessionIssuer.INGEST


def asker_name(asker: Asker) -> AskerName:
    """The name by which an asker is told from others: its session if an ingest vouches for it, else its address.

    Anybody can make as many sessions as he likes, so those count no more than the address that they come from.
    """
    if not is_vouched(asker):
        return AskerName(f"address {asker.address}", UNVOUCHED_WEIGHT)
    return AskerName(f"session {asker.session}") if asker.session else _ONE_FOR_ALL
