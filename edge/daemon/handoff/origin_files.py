"""The secrets of the configured origins, in files that an operator may replace while the PoP runs. Blocking.

They are read at the start, before any store is opened, so that a bad one stops the start before anything changes.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from edge.config import OriginSettings, PopConfig
from edge.daemon.upstream import NatsFiles, read_nats_files, read_proxy
from edge.errors import ConfigError, RefusedError
from edge.host import read_line, read_token
from edge.host.watched import WatchedFile, optional_file
from edge.wire.desks import Secret, WebhookPublicKey, read_secret
from edge.wire.nats import NatsAccount

_TOKEN_ADVICE = "write the access token of an agent or a bot there"  # noqa: S105 - what to do


class OriginSecrets(NamedTuple):
    """The secrets of one origin that are in force. Never shown or logged."""

    token: str
    signing: Sequence[Secret]
    """Sign the tickets that are sent to a webhook."""
    webhook_secrets: Sequence[str]
    """Prove that a webhook comes from the desk, in the desk's own form."""
    nats: NatsAccount | None = None
    proxy: str | None = None
    """The forward proxy on the way, with its login."""


class OriginFiles(NamedTuple):
    """The files of one origin's secrets."""

    token: WatchedFile[str]
    signing: WatchedFile[list[Secret]]
    webhook_secrets: WatchedFile[list[str]]
    proxy: WatchedFile[str | None]
    nats: NatsFiles | None
    account: NatsAccount | None
    """Its secrets follow the files."""

    @property
    def secrets(self) -> OriginSecrets:
        """What is in force now."""
        return OriginSecrets(
            self.token.value, self.signing.value, self.webhook_secrets.value, self.account, self.proxy.value
        )

    @property
    def watched(self) -> Iterator[WatchedFile[Any]]:
        """All of them."""
        yield from (self.token, self.signing, self.webhook_secrets, self.proxy, *(self.nats or ()))

    def on_change(self, apply: Callable[[OriginSecrets], object]) -> None:
        """Call `apply` with all secrets after each change. A NATS account needs no call."""
        for file in (self.token, self.signing, self.webhook_secrets, self.proxy):
            file.on_change(lambda _value: apply(self.secrets))


def settings_by_name(config: PopConfig) -> dict[str, OriginSettings]:
    """The settings of every origin, by name: a tenant's, or '' for the default."""
    return {"": config.origin, **config.origin.tenants}


def read_origin_files(config: PopConfig) -> dict[str, OriginFiles]:
    """The files of every origin, by its name.

    Raises `ConfigError` that names the file, never its content, when one is missing or not a secret of its kind.
    """
    return {name: _read_files(name, settings, config) for name, settings in settings_by_name(config).items()}


def _read_files(name: str, settings: OriginSettings, config: PopConfig) -> OriginFiles:
    section = f"origin.tenants.{name}" if name else "origin"
    signing = tuple(map(config.path, settings.secret_files))
    webhook = tuple(map(config.path, settings.webhook_secret_files))
    nats = account = None
    signing_file = WatchedFile(f"{section}.secret_files", *signing, read=lambda: list(map(_signing_secret, signing)))
    # Chatwoot and Zammad have secrets of any form; the others sign as Standard Webhooks, whose secrets can be checked.
    read = _webhook_secret if settings.kind in {"http", "webhook", "nats"} else _read
    webhook_file = WatchedFile(f"{section}.webhook_secret_files", *webhook, read=lambda: list(map(read, webhook)))
    token = config.optional_path(settings.token_file)
    token_file = optional_file(f"{section}.token_file", token, _read_token, without=str)
    if settings.kind == "nats":
        nats = read_nats_files(
            config, section, needed_by=f"[{section}]", nkey_file=settings.nkey_file, ca_file=settings.ca_file
        )
        account = NatsAccount(
            servers=tuple(settings.url.split(",")),
            name=config.pop.name,
            subject=settings.subject,
            stream=settings.stream,
            secrets=nats.secrets,
        )
    proxy_file = read_proxy(config, section, url=settings.url, proxy=settings.proxy, login=settings.proxy_login_file)
    return OriginFiles(token_file, signing_file, webhook_file, proxy_file, nats, account)


def _read_token(path: Path) -> str:
    return read_token(path, advice=_TOKEN_ADVICE)


def _signing_secret(path: Path) -> Secret:
    secret = _parse_secret(path, _read(path))
    if isinstance(secret, WebhookPublicKey):
        raise ConfigError(f"{path} holds a public key, which cannot sign; put a whsec_ or whsk_ there: $EDITOR {path}")
    return secret


def _webhook_secret(path: Path) -> str:
    text = _read(path)
    _parse_secret(path, text)
    return text


def _parse_secret(path: Path, text: str) -> Secret:
    try:
        return read_secret(text)
    except RefusedError as error:
        raise ConfigError(f"{path}: {error.text}; put one there: $EDITOR {path}") from error


def _read(path: Path) -> str:
    look, put = f"look at it with: ls -l {path}", f"put it there: $EDITOR {path}"
    return read_line(path, what=f"the secret {path}", advice=look, if_empty=put)
