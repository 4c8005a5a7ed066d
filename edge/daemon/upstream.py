"""How this PoP shows the publisher who it is, and knows the publisher: its token, and whose certificates it trusts.

One HTTP session for the publisher alone, so that origin never sees the token and a private authority vouches for
nobody else. Files are read in a thread; a token's file is read again at every reconnect, so it can be replaced while
the PoP runs.
"""

import asyncio
import importlib.util
import ssl
from pathlib import Path

import aiohttp

from edge.config import PopConfig
from edge.daemon.follow import Push
from edge.errors import ConfigError
from edge.wire import PushClient
from edge.wire.nats_account import NatsAccount

_TOKEN_MAX_CHARACTERS = 512


def trusted_authorities(ca_file: Path | None) -> ssl.SSLContext:
    """Trusts the authorities in `ca_file`, those of the system without one. Blocking; raises `ConfigError`."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        why = getattr(error, "reason", None) or error.strerror or "unreadable"
        raise ConfigError(
            f"cannot use the authorities in {ca_file}: {why}; copy the PEM file that signed the publisher's "
            f"certificate, and look at it with: openssl x509 -noout -text -in {ca_file}"
        ) from error


_ASK_FOR_ONE = "write the token that the publisher issued with: skerry publisher token POP"
NKEY_ADVICE = "write the seed that was made with: nk -gen user"


def read_trusted_root(config: PopConfig) -> bytes:
    """The root of trust that the operator handed over. Blocking; raises `ConfigError`."""
    path = config.path(config.publisher.trusted_root)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the trusted root {path}: {error.strerror}; copy it from the publisher, "
            "which writes it with: skerry keys init"
        ) from error


def read_token(path: Path, *, advice: str = _ASK_FOR_ONE) -> str:
    """The token or seed in a file of one line. Blocking; raises `ConfigError`, never with any of the content."""
    advice = f"{advice}, then run: chmod 600 {path}"
    try:
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; {advice}") from error
    except UnicodeDecodeError:
        token = ""
    if not token or len(token) > _TOKEN_MAX_CHARACTERS or not token.isprintable() or " " in token:
        raise ConfigError(f"{path} is not one token in one line; {advice}")
    return token


def read_nats_account(
    config: PopConfig,
    *,
    section: str,
    servers: tuple[str, ...],
    nkey_file: str,
    ca_file: str,
    subject: str,
    stream: str,
    domain: str = "",
) -> NatsAccount:
    """How this PoP connects to NATS as `section` of its configuration says. Blocking; raises `ConfigError`."""
    if importlib.util.find_spec("nats") is None:
        raise ConfigError(f"nats is not installed, {section} needs it; run: pip install 'skerry[nats]'")
    return NatsAccount(
        servers=servers,
        name=config.pop.name,
        subject=subject,
        stream=stream,
        domain=domain,
        tls=trusted_authorities(config.path(ca_file) if ca_file else None),
        seed=read_token(config.path(nkey_file), advice=NKEY_ADVICE) if nkey_file else None,
    )


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
    from edge.wire.nats_push import NatsPush

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
            token = await asyncio.to_thread(read_token, config.path(section.token_file))
        return cls(config, tls, token, await asyncio.to_thread(_nats_push, config))

    async def renew(self) -> None:
        """Take over a token that was replaced; raises `ConfigError` and keeps the one before."""
        if self._token_file is not None:
            self._show(await asyncio.to_thread(read_token, self._token_file))

    async def close(self) -> None:
        """End every connection."""
        await self.session.close()

    def _show(self, token: str | None) -> None:
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"
