"""How this PoP shows the publisher who it is, and knows the publisher: its token, and whose certificates it trusts.

One HTTP session for the publisher alone, so that origin never sees the token and a private authority vouches for
nobody else. Files are read in a thread; a token's file is read again at every reconnect, so it can be replaced while
the PoP runs.
"""

import asyncio
import ssl
from pathlib import Path

import aiohttp

from edge.config import PopConfig
from edge.errors import ConfigError

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


def read_token(path: Path) -> str:
    """The token in a file of one line. Blocking; raises `ConfigError`, never with any of the content."""
    advice = f"write the token that the publisher issued with: skerry publisher token POP, then run: chmod 600 {path}"
    try:
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"cannot read the token {path}: {error.strerror}; {advice}") from error
    except UnicodeDecodeError:
        token = ""
    if not token or len(token) > _TOKEN_MAX_CHARACTERS or not token.isprintable() or " " in token:
        raise ConfigError(f"{path} is not one token in one line; {advice}")
    return token


class Upstream:
    """The session to the publisher. Close it when done."""

    def __init__(self, config: PopConfig, tls: ssl.SSLContext, token: str | None) -> None:
        self._token_file = config.path(config.publisher.token_file) if config.publisher.token_file else None
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls))
        self._show(token)

    @classmethod
    async def open(cls, config: PopConfig) -> "Upstream":
        """Everything read that can be wrong; raises `ConfigError`."""
        section = config.publisher
        tls = await asyncio.to_thread(trusted_authorities, config.path(section.ca_file) if section.ca_file else None)
        token = None
        if section.token_file:
            token = await asyncio.to_thread(read_token, config.path(section.token_file))
        return cls(config, tls, token)

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
