"""Settings for where islands come from, which of them are served here, and what the publisher hears about this PoP."""

from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from edge.records import Count, Positive


class PublisherSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where islands come from, and the root of trust that their signatures are checked against."""

    url: str
    """Address of the publisher, `https://…` or `http://…`. With `token_file` it must be https, except on loopback."""
    trusted_root: str
    """Root file, copied from the publisher's `root.json`. Everything that this PoP believes begins there."""
    token_file: str = ""
    """File with the token that the publisher issued for this PoP. Empty: the publisher asks for none."""
    ca_file: str = ""
    """PEM file of the authority that signed the publisher's certificate. Empty: the system's authorities."""
    proxy: str = ""
    """Forward proxy on the way to the publisher, `http://HOST:PORT`. An https publisher is reached by CONNECT. Empty:
    none; the environment's `http_proxy`, `https_proxy` and `no_proxy` are not read. A publisher on this machine is
    always reached directly.
    """
    proxy_login_file: str = ""
    """File with `USER:PASSWORD` for the forward proxy. Empty: it asks for none."""
    poll_s: Positive = 300.0
    """Longest time between two looks at the publisher's repository. Each wait is drawn at random up to this.

    The publisher pushes changes, so a poll only finds what a lost push would have brought: at most five minutes late.
    """
    late_poll_s: Positive = 15.0
    """Longest time between two looks while the push connection brings nothing for a third of `push_idle_s`, as behind a
    proxy that buffers. So a withdrawal is then at most 15 s late.
    """
    initial_poll_jitter_s: Positive = 5.0
    """The first poll after a start comes within this time, drawn at random, so that a fleet that starts together does
    not poll at once. Until then, pushes bring the islands.
    """
    request_timeout_s: Positive = 10.0
    """Time for fetching one file from the publisher, from connecting to its last byte."""
    push_idle_s: Positive = 60.0
    """Reconnect when the push connection has been silent for this long: four missed heartbeats at the publisher's
    default of 15 s.
    """
    max_reconnect_delay_s: Positive = 15.0
    """Longest wait before the next try to reach the publisher. The wait doubles with each failure up to this, and is
    then drawn at random, so that a fleet does not return at once.
    """
    max_island_bytes: Count = 4_194_304
    """Larger islands are refused. 4 MiB is also the most that the publisher signs."""
    max_timestamp_lifetime_s: Positive = 900.0
    """Longest time for which the publisher signs a timestamp. This PoP uses it to notice that its own clock is behind.

    The publisher signs for 600 s by default. Raise this only if your publisher signs for longer.
    """


class NatsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes arrive through NATS instead of the publisher's own push stream. Files still come from `publisher.url`.

    NATS cannot go through a forward proxy; without this section, pushes go through that of `[publisher]`.
    """

    servers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Addresses of NATS servers, such as `tls://host:4222`. They are tried in any order."""
    nkey_file: str = ""
    """File with this PoP's NKEY seed. Empty: the server asks for none."""
    ca_file: str = ""
    """PEM file of the authority that signed the servers' certificates. Empty: the system's authorities."""
    subject: str = "skerry"
    """Subject under which the publisher sends its changes: the publisher's `--nats-subject`."""
    stream: str = "SKERRY"
    """JetStream stream that keeps the latest change: the publisher's `--nats-stream`."""
    domain: str = ""
    """JetStream domain of that stream. Behind a leaf node it is the hub's domain; empty at the hub itself."""


class FleetSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The status that this PoP sends to its publisher."""

    enabled: bool = True
    """Send the status. Without it `skerry status` cannot tell what this PoP serves."""
    interval_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 30.0
    """Longest time between two statuses. A PoP that missed three counts as silent. A status takes about 200 bytes for
    each island.
    """
    jitter_s: Annotated[float, msgspec.Meta(ge=0)] = 0.25
    """A change is sent within this time, drawn at random, so that a thousand PoPs do not send at once."""
    timeout_s: Positive = 10.0
    """Time for sending one status, from connecting to the publisher's answer."""


_ALL = "*/*"


class IslandsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which islands this PoP serves, and which of them it needs in order to be ready."""

    serve: tuple[str, ...] = (_ALL,)
    """Islands to serve, as `tenant/island` with `*` and `?` as in a shell. The default is all of them."""
    required: tuple[str, ...] = ()
    """Islands, as `tenant/island`, that are served in any case. `/readyz` answers 503 until all of them can be used."""

    def wants(self, name: str) -> bool:
        """True if the island `tenant/island` is served here."""
        # Each sync asks this of all islands of a tenant, and by default the answer is the same for all.
        if _ALL in self.serve and "/" in name:
            return True
        return name in self.required or any(fnmatchcase(name, pattern) for pattern in self.serve)

    def wants_tenant(self, tenant: str) -> bool:
        """True if any island of `tenant` could be served here."""
        if _ALL in self.serve:
            return True
        heads = (pattern.partition("/")[0] for pattern in (*self.serve, *self.required))
        return any(fnmatchcase(tenant, head) for head in heads)
