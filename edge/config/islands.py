"""Where islands come from, which of them are served here, and what the publisher is told."""

from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records import Count, Positive


class PublisherSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where islands come from, and the root of trust that decides whether they are believed."""

    url: str
    trusted_root: str
    token_file: str = ""
    """A file with the token that the publisher issued for this PoP; empty: the publisher wants none."""
    ca_file: str = ""
    """PEM file of the authority that signed the publisher's certificate; empty: those that the system trusts."""
    poll_s: Positive = 300.0
    """A lost notice costs at most this long; waits are fully jittered over it."""
    initial_poll_jitter_s: Positive = 5.0
    """The same for the first poll: a fleet that starts together asks one by one. Until then there is the push."""
    request_timeout_s: Positive = 10.0
    push_idle_s: Positive = 60.0
    """Four missed heartbeats at the publisher's default of 15 s."""
    max_reconnect_delay_s: Positive = 15.0
    max_island_bytes: Count = 4_194_304
    max_timestamp_lifetime_s: Positive = 900.0
    """For how long a publisher signs a timestamp, at most; its own default is 600. Bounds a clock that is behind."""


class NatsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Notices by NATS in place of the publisher's own stream; files still come from `publisher.url`."""

    servers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """`tls://host:4222`, tried in any order."""
    nkey_file: str = ""
    """A file with this PoP's NKEY seed; empty: the server asks for none."""
    ca_file: str = ""
    """PEM file of the authority behind the servers' certificates; empty: those that the system trusts."""
    subject: str = "skerry"
    stream: str = "SKERRY"
    domain: str = ""
    """The JetStream domain that keeps the stream; behind a leaf node, the hub's."""


class FleetSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this PoP tells its publisher of itself."""

    enabled: bool = True
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 30.0
    """A PoP is called silent after three times this; each post is about 200 bytes an island."""
    jitter_s: Annotated[float, msgspec.Meta(ge=0)] = 0.25
    """A change is posted within this long, jittered, so that a thousand PoPs do not post at once."""
    timeout_s: Positive = 10.0


class IslandsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which islands this PoP serves, and without which it is not ready."""

    serve: tuple[str, ...] = ("*/*",)
    required: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        """Whether `tenant/island` is to be served here."""
        return name in self.required or any(fnmatchcase(name, pattern) for pattern in self.serve)

    def wants_tenant(self, tenant: str) -> bool:
        """Whether any island of `tenant` could be served here."""
        heads = (pattern.partition("/")[0] for pattern in (*self.serve, *self.required))
        return any(fnmatchcase(tenant, head) for head in heads)
