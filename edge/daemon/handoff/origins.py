"""The configured origins: their secrets, their adapters, and the outbox that they share.

Secrets are read at the start, before any store is opened, so that a bad one stops the start before anything changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import aiohttp

from edge.config import OriginSettings, PopConfig
from edge.daemon.people import LoadSubscription
from edge.daemon.upstream import read_nats_account
from edge.errors import ConfigError, RefusedError
from edge.host import get_logger, read_line, read_token
from edge.store.outbox import Bounds, Outbox
from edge.wire.desks import (
    ChatwootOrigin,
    KeepsConnection,
    OnDelivered,
    Origin,
    OriginClient,
    Secret,
    WebhookOrigin,
    WebhookPublicKey,
    ZammadOrigin,
    read_secret,
)
from edge.wire.nats import NatsAccount

_TOKEN_ADVICE = "write the access token of an agent or a bot there"  # noqa: S105 - what to do


class OriginSecrets(NamedTuple):
    """The secrets of one origin, read from its files. Never shown or logged."""

    token: str
    signing: Sequence[Secret]
    """Sign the tickets that are sent to a webhook."""
    webhook_secrets: Sequence[str]
    """Prove that a webhook comes from the desk, in the desk's own form."""
    nats: NatsAccount | None = None


def settings_by_name(config: PopConfig) -> dict[str, OriginSettings]:
    """The settings of every origin, by name: a tenant's, or '' for the default."""
    return {"": config.origin, **config.origin.tenants}


def read_secrets(config: PopConfig) -> dict[str, OriginSecrets]:
    """The secrets of every origin, by its name. Blocking.

    Raises `ConfigError` that names the file, never its content, when one is missing or not a secret of its kind.
    """
    return {name: _read_secrets(name, settings, config) for name, settings in settings_by_name(config).items()}


def make_origins(
    config: PopConfig,
    secrets: Mapping[str, OriginSecrets],
    session: aiohttp.ClientSession,
    *,
    on_delivered: OnDelivered,
) -> dict[str, Origin]:
    """An adapter for every origin, by its name.

    `on_delivered` is called with each ticket that a desk accepted by HTTP or webhook, and the headers of its reply.
    """
    return {
        name: _make_origin(settings, secrets[name], session, on_delivered)
        for name, settings in settings_by_name(config).items()
    }


def load_subscriptions(config: PopConfig, secrets: Mapping[str, OriginSecrets]) -> list[LoadSubscription]:
    """Subscriptions to the load reports of NATS origins that have a `load_subject`."""
    return [
        _make_subscription(account, settings.load_subject)
        for name, settings in settings_by_name(config).items()
        if (account := secrets[name].nats) is not None and settings.load_subject
    ]


def _make_subscription(account: NatsAccount, subject: str) -> LoadSubscription:
    from edge.wire.nats import NatsLoadSubscription

    return NatsLoadSubscription(replace(account, subject=subject))


async def close_origins(origins: Iterable[Origin]) -> None:
    """Close the connections that adapters keep themselves. Call it after all deliveries ended."""
    for origin in origins:
        if isinstance(origin, KeepsConnection):
            await origin.close()


def _make_origin(
    settings: OriginSettings, secrets: OriginSecrets, session: aiohttp.ClientSession, on_delivered: OnDelivered
) -> Origin:
    url, timeout_s = settings.url, settings.timeout_s
    if secrets.nats is not None:
        from edge.wire.nats import NatsOrigin

        return NatsOrigin(secrets.nats, timeout_s=timeout_s)
    match settings.kind:
        case "webhook":
            return WebhookOrigin(session, url, secrets=secrets.signing, timeout_s=timeout_s, on_delivered=on_delivered)
        case "chatwoot":
            return ChatwootOrigin(
                session,
                url,
                token=secrets.token,
                account=settings.account,
                inbox=settings.inbox,
                timeout_s=timeout_s,
            )
        case "zammad":
            return ZammadOrigin(
                session,
                url,
                token=secrets.token,
                group=settings.group,
                customer=settings.customer,
                timeout_s=timeout_s,
            )
        case _:
            return OriginClient(session, url, timeout_s=timeout_s, on_delivered=on_delivered)


def _read_secrets(name: str, settings: OriginSettings, config: PopConfig) -> OriginSecrets:
    signing = [_signing_secret(config.path(file)) for file in settings.secret_files]
    webhook_secrets = [_read(config.path(file)) for file in settings.webhook_secret_files]
    # Chatwoot and Zammad have secrets of any form; the others sign as Standard Webhooks, whose secrets can be checked.
    if settings.kind in {"http", "webhook", "nats"}:
        for file, text in zip(settings.webhook_secret_files, webhook_secrets, strict=True):
            _parse_secret(config.path(file), text)
    token = read_token(config.path(settings.token_file), advice=_TOKEN_ADVICE) if settings.token_file else ""
    nats = _nats_account(name, settings, config) if settings.kind == "nats" else None
    return OriginSecrets(token, signing, webhook_secrets, nats)


def _nats_account(name: str, settings: OriginSettings, config: PopConfig) -> NatsAccount:
    return read_nats_account(
        config,
        section=f"[origin.tenants.{name}]" if name else "[origin]",
        servers=tuple(settings.url.split(",")),
        nkey_file=settings.nkey_file,
        ca_file=settings.ca_file,
        subject=settings.subject,
        stream=settings.stream,
    )


def _signing_secret(path: Path) -> Secret:
    secret = _parse_secret(path, _read(path))
    if isinstance(secret, WebhookPublicKey):
        raise ConfigError(f"{path} holds a public key, which cannot sign; put a whsec_ or whsk_ there: $EDITOR {path}")
    return secret


def _parse_secret(path: Path, text: str) -> Secret:
    try:
        return read_secret(text)
    except RefusedError as error:
        raise ConfigError(f"{path}: {error.text}; put one there: $EDITOR {path}") from error


def _read(path: Path) -> str:
    look, put = f"look at it with: ls -l {path}", f"put it there: $EDITOR {path}"
    return read_line(path, what=f"the secret {path}", advice=look, if_empty=put)


def open_outbox(config: PopConfig) -> Outbox:
    """Open the PoP's outbox with its configured bounds. Blocking; the calling thread owns it from then on.

    Tickets of an origin that is no longer configured go to the default one. Raises `ConfigError` when the operator must
    act, `StorageError` when the disk cannot be used.
    """
    limits = config.outbox
    bounds = Bounds(
        max_tickets=limits.max_tickets,
        max_bytes=limits.max_bytes,
        max_age_s=limits.max_age_s,
        max_telemetry_bytes=limits.max_telemetry_bytes,
        max_telemetry_age_s=limits.max_telemetry_age_s,
        tenant_share=limits.tenant_share,
        urgent_share=limits.urgent_share,
    )
    outbox = Outbox(config.state_dir, bounds=bounds)
    adopted = outbox.adopt(settings_by_name(config))
    if adopted:
        get_logger().warning("tickets of an origin that is no longer configured go to the default", tickets=adopted)
    return outbox
