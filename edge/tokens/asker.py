"""Who asks: what a PoP knows of the sender of a request, apart from what was asked."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

NO_CLAIMS: Mapping[str, str] = MappingProxyType({})


class SessionIssuer(StrEnum):
    """Who signed a session."""

    POP = "pop"
    """A PoP of this fleet, for anybody who asked for one."""
    INGEST = "ingest"
    """A stream's ingest or a shop, which knows its viewer."""


class Asker(NamedTuple):
    """The sender of one request, as far as it is proven. The default is an anonymous one."""

    session: str = ""
    """Pseudonym of the viewer in this event, as in memory and in tickets; empty for an anonymous asker."""
    issuer: SessionIssuer | None = None
    """Who signed the session. None: nobody did, it is a trusted ingest's own word, or there is no session."""
    is_trusted: bool = False
    """True if the request came from a trusted ingest (`http.trusted_ingests`)."""
    claims: Mapping[str, str] = NO_CLAIMS
    """Named claims of a signed session. They are in no log."""
    address: str = ""
    """Where the request came from: an IPv4 address or an IPv6 /64. Empty for a unix socket."""


ANONYMOUS = Asker()
"""An asker without a session, from an unknown address."""
