"""Where NATS is and who we are there. Needs nothing of `skerry[nats]`, so a configuration can be read without it."""

import ssl
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class NatsAccount:
    """Where NATS is and who we are there."""

    servers: tuple[str, ...]
    name: str
    """Names the connection, and the inbox that it alone may read: `_INBOX.<name>`."""
    subject: str
    stream: str
    domain: str = ""
    """The JetStream domain in which the stream is kept; needed where leaf nodes lie between."""
    tls: ssl.SSLContext | None = None
    seed: str | None = field(default=None, repr=False)
    """The NKEY seed; never shown."""

    @property
    def shown(self) -> str:
        """Where NATS is, without what may be secret in an address."""
        return f"NATS at {', '.join(_shown(server) for server in self.servers)}"

    @property
    def wants_tls(self) -> bool:
        """Whether nothing may be said in the clear."""
        return any(server.startswith("tls://") for server in self.servers)

    @property
    def state_subject(self) -> str:
        """Changed states: whole bundles."""
        return f"{self.subject}.state"

    @property
    def beat_subject(self) -> str:
        """New timestamps, which are also the heartbeat."""
        return f"{self.subject}.beat"


def _shown(server: str) -> str:
    scheme, separator, rest = server.rpartition("://")
    return scheme + separator + rest.rpartition("@")[2]
