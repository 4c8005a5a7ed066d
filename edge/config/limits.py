"""Settings for how often one session, one address, one island or one tenant may be heard."""

from typing import Annotated

import msgspec

from edge.records import Count

PerTime = Annotated[float, msgspec.Meta(ge=0)]
"""How often something may happen; 0: as often as it comes."""


class LimitsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often one asker may ask. What is beyond is refused with 429, and says when to try again.

    Each limit is a rate in the long run, and a burst that may come at once. A rate of 0 turns a limit off. Limits of an
    address hold for viewers without a session and for those with a session that a PoP made for them. They do not hold
    for trusted ingests (`http.trusted_ingests`) or for sessions that an ingest signed: a whole arena has one address.
    """

    session_per_s: PerTime = 1.0
    """Questions and steps of trees a second, for one session. A person does not type faster for long."""
    session_burst: Count = 10
    """Questions that a session may ask at once."""
    tickets_per_min: PerTime = 6.0
    """Tickets a minute for one session, and as many again that are urgent. Further questions join its open ticket."""
    tickets_burst: Count = 6
    """Tickets that a session may make at once."""
    address_per_s: PerTime = 20.0
    """Questions and steps of trees a second, for one address: an IPv4 address, or an IPv6 network of 64 bits."""
    address_burst: Count = 200
    """Questions that may come from an address at once: the viewers of one household or office."""
    address_tickets_per_min: PerTime = 6.0
    """Tickets a minute for one address, and as many again that are urgent. Raise it if many viewers share an address
    and their sessions are not signed by an ingest.
    """
    address_tickets_burst: Count = 20
    """Tickets that an address may make at once."""
    address_feedback_per_min: PerTime = 6.0
    """Posts of feedback a minute for one address, on outcomes of sessions that no ingest signed or sent."""
    address_feedback_burst: Count = 20
    """Posts of feedback that may come from an address at once."""
    new_sessions_per_s: PerTime = 5.0
    """Sessions a second that `POST /v1/sessions` makes for one address."""
    new_sessions_burst: Count = 200
    """Sessions that an address may get at once."""
    refused_per_s: PerTime = 20.0
    """Requests a second from one address, or of one session that an ingest signed, that are refused for what they
    contain (4xx), on any path. Beyond it, further requests are refused unread. From an address, they are not if a
    session, a ticket token or a desk's token proves who sends them.
    """
    refused_burst: Count = 200
    """Refused requests that may come at once."""
    island_per_s: PerTime = 0.0
    """Questions and steps of trees a second about one island, from all askers together. Off by default."""
    island_burst: Count = 1_000
    """Questions about one island that may come at once."""
    tenant_per_s: PerTime = 0.0
    """Questions and steps of trees a second about one tenant's islands, from all askers together. Off by default."""
    tenant_burst: Count = 1_000
    """Questions about one tenant's islands that may come at once."""
    posted_per_s: PerTime = 5.0
    """Messages a second that one tenant's own systems may post (`POST /v1/tickets`), apart from viewers' questions."""
    posted_burst: Count = 100
    """Such messages that may come at once."""
    max_cells: Count = 100_000
    """Names remembered for each limit, about 0.2 KiB each. A name is forgotten when all of its burst is there again; if
    there are too many others, one that is nearest to that goes first.
    """
