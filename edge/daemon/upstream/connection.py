"""The connection to the publisher: the PoP's token, and the certificate authorities by which it knows the publisher.

The HTTP session is used for the publisher alone. So an origin never gets the token, and a private authority is trusted
for no other host. Files are read in a thread. The token file is read again before every reconnect, so it can be
replaced while the PoP runs.
"""

import asyncio
import ssl

import aiohttp

from edge.config import PopConfig
from edge.daemon.sync import Push
from edge.daemon.upstream.credentials import read_nats_account
from edge.host import read_token, trusted_authorities
from edge.wire.publisher import PushClient

_ADVICE = "write the token that the publisher issued with: skerry publisher token POP"


def _nats_push(config: PopConfig) -> Push | None:
    """The subscription to the publisher's pushes by NATS; None if `[nats]` is not configured.

    Blocking. Raises `ConfigError` when the library or a file of the section is missing.
    """
    section = config.nats
    if section is None:
        return None
    account = read_nats_account(
        config,
        section="[nats]",
        servers=section.servers,
        nkey_file=section.nkey_file,
        ca_file=section.ca_file,
        subject=section.subject,
        stream=section.stream,
        domain=section.domain,
    )
    from edge.wire.nats import NatsPush

    return NatsPush(account, idle_s=config.publisher.push_idle_s)


class Upstream:
    """The HTTP session to the publisher, and `push`, its stream of pushes: by NATS if configured, else by HTTP."""

    def __init__(self, config: PopConfig, tls: ssl.SSLContext, token: str | None, nats: Push | None) -> None:
        self._token_file = config.path(config.publisher.token_file) if config.publisher.token_file else None
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls))
        self._set_token(token)
        section = config.publisher
        stream = PushClient(self.session, f"{section.url.rstrip('/')}/v1/push", idle_s=section.push_idle_s)
        self.push: Push = nats or stream

    @classmethod
    async def open(cls, config: PopConfig) -> "Upstream":
        """Read certificates, token and NATS account, and open the session; close it with `close`.

        Raises `ConfigError` when a file is missing or cannot be used; the operator must act.
        """
        section = config.publisher
        tls = await asyncio.to_thread(trusted_authorities, config.path(section.ca_file) if section.ca_file else None)
        token = None
        if section.token_file:
            token = await asyncio.to_thread(read_token, config.path(section.token_file), advice=_ADVICE)
        return cls(config, tls, token, await asyncio.to_thread(_nats_push, config))

    async def renew(self) -> None:
        """Read the token file again, for a token that was replaced. Raises `ConfigError` and keeps the old token."""
        if self._token_file is not None:
            self._set_token(await asyncio.to_thread(read_token, self._token_file, advice=_ADVICE))

    async def close(self) -> None:
        """Close every connection of the session."""
        await self.session.close()

    def _set_token(self, token: str | None) -> None:
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"
