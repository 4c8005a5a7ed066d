"""An account on NATS. It does not need `skerry[nats]`, so a configuration can be read without that extra."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class NatsSecrets:
    """How a connection is made secret, and how we prove who we are."""

    tls: ssl.SSLContext | None = None
    """TLS settings; None: the defaults."""
    seed: str | None = field(default=None, repr=False)
    """The NKEY seed. It never appears in a text or a log."""


@dataclass(frozen=True, kw_only=True)
class NatsAccount:
    """The servers of NATS, and our name, subject and key there."""

    servers: tuple[str, ...]
    """Addresses, such as `nats://host:4222` or `tls://host:4222`."""
    name: str
    """Name of the connection, and of the only inbox that it may read: `_INBOX.<name>`."""
    subject: str
    """First part of all subjects, such as `skerry.tickets`."""
    stream: str
    """Name of the JetStream stream."""
    domain: str = ""
    """JetStream domain of the stream; needed if there are leaf nodes in between."""
    secrets: Callable[[], NatsSecrets] = field(default=NatsSecrets, repr=False)
    """Called at each new connection, so that both can be replaced. A connection that is open goes on."""

    @property
    def label(self) -> str:
        """`NATS at …` for messages, without user and password."""
        return f"NATS at {', '.join(_without_user(server) for server in self.servers)}"

    @property
    def wants_tls(self) -> bool:
        """True if an address is `tls://`. Then nothing may be sent in the clear."""
        return any(server.startswith("tls://") for server in self.servers)

    @property
    def state_subject(self) -> str:
        """Subject of changed states: whole bundles."""
        return f"{self.subject}.state"

    @property
    def beat_subject(self) -> str:
        """Subject of new timestamps, which are also the heartbeat."""
        return f"{self.subject}.beat"


def _without_user(server: str) -> str:
    scheme, separator, rest = server.rpartition("://")
    return scheme + separator + rest.rpartition("@")[2]
