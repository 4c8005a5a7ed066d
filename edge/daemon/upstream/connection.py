"""How this PoP shows the publisher who it is, and knows the publisher: its token, and whose certificates it trusts.

One HTTP session for the publisher alone, so that origin never sees the token and a private authority vouches for
nobody else. Files are read in a thread; a token's file is read again at every reconnect, so it can be replaced while
the PoP runs.
"""

import asyncio
import ssl

import aiohttp

from edge.config import PopConfig
from edge.daemon.sync import Push
from edge.daemon.upstream.credentials import read_nats_account
from edge.host import read_token, trusted_authorities
from edge.wire.publisher import PushClient

_ASK_FOR_ONE = "write the token that the publisher issued with: skerry publisher token POP"


def _nats_push(config: PopConfig) -> Push | None:
    """Notices by NATS, None where it is not configured. Blocking; raises `ConfigError`."""
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
    """The session to the publisher, and the way in which its notices come. Close it when done."""

    def __init__(self, config: PopConfig, tls: ssl.SSLContext, token: str | None, nats: Push | None) -> None:
        self._token_file = config.path(config.publisher.token_file) if config.publisher.token_file else None
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls))
        self._show(token)
        section = config.publisher
        stream = PushClient(self.session, f"{section.url.rstrip('/')}/v1/push", idle_s=section.push_idle_s)
        self.push: Push = nats or stream

    @classmethod
    async def open(cls, config: PopConfig) -> "Upstream":
        """Everything read that can be wrong; raises `ConfigError`."""
        section = config.publisher
        tls = await asyncio.to_thread(trusted_authorities, config.path(section.ca_file) if section.ca_file else None)
        token = None
        if section.token_file:
            token = await asyncio.to_thread(read_token, config.path(section.token_file), advice=_ASK_FOR_ONE)
        return cls(config, tls, token, await asyncio.to_thread(_nats_push, config))

    async def renew(self) -> None:
        """Take over a token that was replaced; raises `ConfigError` and keeps the one before."""
        if self._token_file is not None:
            self._show(await asyncio.to_thread(read_token, self._token_file, advice=_ASK_FOR_ONE))

    async def close(self) -> None:
        """End every connection."""
        await self.session.close()

    def _show(self, token: str | None) -> None:
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"
