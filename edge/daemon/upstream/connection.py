"""The connection to the publisher: the PoP's token, and the certificate authorities by which it knows the publisher.

The HTTP session is used for the publisher alone. So an origin never gets the token, and a private authority is trusted
for no other host. Token, authorities and NATS account can be replaced while the PoP runs. A stream of pushes that is
open goes on with the old ones.
"""

from edge.config import PopConfig
from edge.daemon.follow import Push
from edge.daemon.upstream.credentials import NatsFiles, UpstreamFiles
from edge.host.watched import FileWatch
from edge.wire.http import Via, new_http_session
from edge.wire.nats import NatsAccount
from edge.wire.publisher import PushClient


class Upstream:
    """The HTTP session to the publisher, and `push`, its stream of pushes: by NATS if configured, else by HTTP.

    Close it with `close`.
    """

    def __init__(self, config: PopConfig, files: UpstreamFiles, watch: FileWatch) -> None:
        self._files, self._watch = files, watch
        self.session = new_http_session()
        self.via: Via = lambda: {"ssl": files.authorities.value, "proxy": files.proxy.value}
        """For each request of the session."""
        self._set_token(files.token.value)
        files.token.on_change(self._set_token)
        section = config.publisher
        stream = PushClient(
            self.session, f"{section.url.rstrip('/')}/v1/push", idle_s=section.push_idle_s, via=self.via
        )
        self.push: Push = _nats_push(config, files.nats) or stream

    async def renew(self) -> None:
        """Look for a token or an authority that was replaced, as before a new connection. Raises nothing."""
        await self._watch.look_at(*self._files.watched)

    async def close(self) -> None:
        """Close every connection of the session."""
        await self.session.close()

    def _set_token(self, token: str | None) -> None:
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"


def _nats_push(config: PopConfig, files: NatsFiles | None) -> Push | None:
    """The subscription to the publisher's pushes by NATS; None if `[nats]` is not configured."""
    section = config.nats
    if section is None or files is None:
        return None
    from edge.wire.nats import NatsPush

    account = NatsAccount(
        servers=section.servers,
        name=config.pop.name,
        subject=section.subject,
        stream=section.stream,
        domain=section.domain,
        secrets=files.secrets,
    )
    return NatsPush(account, idle_s=config.publisher.push_idle_s)
