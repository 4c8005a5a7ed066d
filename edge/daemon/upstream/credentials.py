"""Files that the operator puts on a PoP for its publisher and for NATS. Blocking, except for their values."""

import importlib.util
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from edge.config import PopConfig, library_missing
from edge.errors import ConfigError, RefusedError
from edge.host import NKEY_ADVICE, proxy_for, read_content, read_token, trusted_authorities
from edge.host.watched import WatchedFile, optional_file
from edge.trust import TrustedMetadata
from edge.wire.nats import NatsSecrets

_ADVICE = "write the token that the publisher issued with: skerry publisher token POP"


class NatsFiles(NamedTuple):
    """The secrets of one NATS account."""

    authorities: WatchedFile[ssl.SSLContext]
    seed: WatchedFile[str | None]

    def secrets(self) -> NatsSecrets:
        """What is in force now."""
        return NatsSecrets(tls=self.authorities.value, seed=self.seed.value)


class UpstreamFiles(NamedTuple):
    """What a PoP needs to follow its publisher."""

    authorities: WatchedFile[ssl.SSLContext]
    token: WatchedFile[str | None]
    proxy: WatchedFile[str | None]
    nats: NatsFiles | None
    """None: `[nats]` is not configured."""

    @property
    def watched(self) -> Iterator[WatchedFile[Any]]:
        """All of them."""
        yield from (self.authorities, self.token, self.proxy, *(self.nats or ()))


def read_upstream_files(config: PopConfig) -> UpstreamFiles:
    """The files of `[publisher]`, except the root of trust, and of `[nats]`. Raises `ConfigError`."""
    section = config.publisher
    nats = config.nats
    return UpstreamFiles(
        _authorities(config, "publisher.ca_file", section.ca_file),
        _token(config, "publisher.token_file", section.token_file, advice=_ADVICE),
        read_proxy(config, "publisher", url=section.url, proxy=section.proxy, login=section.proxy_login_file),
        None
        if nats is None
        else read_nats_files(config, "nats", needed_by="[nats]", nkey_file=nats.nkey_file, ca_file=nats.ca_file),
    )


def read_proxy(config: PopConfig, section: str, *, url: str, proxy: str, login: str) -> WatchedFile[str | None]:
    """The forward proxy by which `section` reaches `url`, with what is in the file `login`. Raises `ConfigError`."""
    path = config.optional_path(login)
    read = partial(proxy_for, url, proxy)
    return optional_file(f"{section}.proxy_login_file", path, read, without=lambda: read(None))


def read_nats_files(config: PopConfig, section: str, *, needed_by: str, nkey_file: str, ca_file: str) -> NatsFiles:
    """The secrets of the NATS account in `section` of the configuration; `needed_by` names it in an error.

    Raises `ConfigError` when the library `nats` or a file is missing.
    """
    if importlib.util.find_spec("nats") is None:
        raise library_missing("nats", extra="nats", needed_by=needed_by)
    return NatsFiles(
        _authorities(config, f"{section}.ca_file", ca_file),
        _token(config, f"{section}.nkey_file", nkey_file, advice=NKEY_ADVICE),
    )


def read_trusted_root(config: PopConfig) -> WatchedFile[bytes]:
    """The root of trust: a file that is signed as a root by its own keys. Raises `ConfigError`."""
    path = config.path(config.publisher.trusted_root)
    advice = "copy it from the publisher, which writes it with: skerry keys init --home DIR"

    def read() -> bytes:
        root = read_content(path, what=f"the trusted root {path}", advice=advice)
        try:
            TrustedMetadata.start({}, root)
        except RefusedError as error:
            raise ConfigError(
                f"trusted root {path} is not a root: {error.text}; copy the publisher's root.json there again",
                reason=error.reason,
            ) from error
        return root

    return WatchedFile("publisher.trusted_root", path, read=read)


def _authorities(config: PopConfig, name: str, file: str) -> WatchedFile[ssl.SSLContext]:
    """The TLS context of an authority's file, or of the system's authorities, which are read at the start only."""
    path = config.optional_path(file)
    return optional_file(name, path, trusted_authorities, without=lambda: trusted_authorities(None))


def _token(config: PopConfig, name: str, file: str, *, advice: str) -> WatchedFile[str | None]:
    return optional_file(name, config.optional_path(file), partial(_read_token, advice), without=lambda: None)


def _read_token(advice: str, path: Path) -> str | None:
    return read_token(path, advice=advice)
