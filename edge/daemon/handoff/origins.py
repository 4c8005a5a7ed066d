"""The configured origins: their adapters, and the outbox that they share."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial

from edge.config import OriginSettings, PopConfig
from edge.daemon.handoff.origin_files import OriginFiles, OriginSecrets, settings_by_name
from edge.daemon.handoff.sessions import OriginSessions
from edge.daemon.people import LoadSubscription
from edge.errors import DiskFullError
from edge.host import get_logger
from edge.store.outbox import Bounds, Outbox
from edge.wire.desks import (
    ChatwootOrigin,
    KeepsConnection,
    OnDelivered,
    Origin,
    OriginClient,
    WebhookOrigin,
    ZammadOrigin,
)
from edge.wire.nats import NatsAccount
from edge.wire.own_desk import DeskClient, OwnDeskOrigin

STREAM_IDLE_S = 25.0
"""A stream that brings nothing for this long is held back: Skerry's desk sends a heartbeat every ten seconds."""

OpenDesk = Callable[[], AbstractAsyncContextManager[DeskClient]]
"""Gives a client of Skerry's own desk, with the token and the proxy of now."""


def make_origins(
    config: PopConfig,
    files: Mapping[str, OriginFiles],
    sessions: OriginSessions,
    *,
    on_delivered: OnDelivered,
) -> dict[str, Origin]:
    """An adapter for every origin, by its name. Its secrets follow the files.

    `on_delivered` is called with each ticket that a desk accepted by HTTP or webhook, and the headers of its reply.
    """
    return {
        name: _RenewedOrigin(
            files[name], sessions, partial(_make_origin, settings, sessions=sessions, on_delivered=on_delivered)
        )
        if files[name].account is None
        else _make_origin(settings, files[name].secrets, sessions=sessions, on_delivered=on_delivered)
        for name, settings in settings_by_name(config).items()
    }


class _Adapter:
    """An adapter with the secrets of one time. `users` are its deliveries under way, and the origin while it is new."""

    def __init__(self, origin: Origin, proxy: str | None) -> None:
        self.origin, self.proxy, self.users = origin, proxy, 1


class _RenewedOrigin:
    """An adapter that is replaced when its secrets are. A delivery that is under way ends with the old ones."""

    def __init__(self, files: OriginFiles, sessions: OriginSessions, make: Callable[[OriginSecrets], Origin]) -> None:
        self._sessions, self._make = sessions, make
        self._adapter = _Adapter(make(files.secrets), files.secrets.proxy)
        files.on_change(self._renew)

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Deliver by the adapter of now. Raises as `Origin.deliver`."""
        adapter = self._adapter
        adapter.users += 1
        try:
            await adapter.origin.deliver(ticket_id, payload)
        finally:
            self._leave(adapter)
            # Those that were left without a delivery under way have no open connection, and can wait until here.
            await self._sessions.close_unused()

    def _renew(self, secrets: OriginSecrets) -> None:
        # First the new one: it may use the same session.
        old, self._adapter = self._adapter, _Adapter(self._make(secrets), secrets.proxy)
        self._leave(old)

    def _leave(self, adapter: _Adapter) -> None:
        adapter.users -= 1
        if not adapter.users:
            self._sessions.leave(adapter.proxy)


def load_subscriptions(config: PopConfig, files: Mapping[str, OriginFiles]) -> list[LoadSubscription]:
    """Subscriptions to the load reports of NATS origins that have a `load_subject`."""
    return [
        _make_subscription(account, settings.load_subject)
        for name, settings in settings_by_name(config).items()
        if (account := files[name].account) is not None and settings.load_subject
    ]


def own_desks(config: PopConfig, files: Mapping[str, OriginFiles], sessions: OriginSessions) -> dict[str, OpenDesk]:
    """Clients of the origins that are Skerry's own desk, by the origin's name."""
    return {
        name: partial(_open_desk, settings.url, config.pop.name, files[name], sessions)
        for name, settings in settings_by_name(config).items()
        if settings.kind == "desk"
    }


@asynccontextmanager
async def _open_desk(url: str, pop: str, files: OriginFiles, sessions: OriginSessions) -> AsyncIterator[DeskClient]:
    secrets = files.secrets
    try:
        yield DeskClient(sessions.through(secrets.proxy), url, pop=pop, token=secrets.token, idle_s=STREAM_IDLE_S)
    finally:
        sessions.leave(secrets.proxy)
        await sessions.close_unused()


def _make_subscription(account: NatsAccount, subject: str) -> LoadSubscription:
    from edge.wire.nats import NatsLoadSubscription

    return NatsLoadSubscription(replace(account, subject=subject))


async def close_origins(origins: Iterable[Origin]) -> None:
    """Close the connections that adapters keep themselves. Call it after all deliveries ended."""
    for origin in origins:
        if isinstance(origin, KeepsConnection):
            await origin.close()


def _make_origin(
    settings: OriginSettings, secrets: OriginSecrets, *, sessions: OriginSessions, on_delivered: OnDelivered
) -> Origin:
    url, timeout_s = settings.url, settings.timeout_s
    if secrets.nats is not None:
        from edge.wire.nats import NatsOrigin

        return NatsOrigin(secrets.nats, timeout_s=timeout_s)
    session = sessions.through(secrets.proxy)
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
        case "desk":
            return OwnDeskOrigin(session, url, token=secrets.token, timeout_s=timeout_s, on_delivered=on_delivered)
        case _:
            return OriginClient(session, url, timeout_s=timeout_s, on_delivered=on_delivered)


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
        max_consents=limits.max_consents,
        max_consent_bytes=limits.max_consent_bytes,
    )
    outbox = Outbox(config.state_dir, bounds=bounds)
    # On a full disk they wait for the next start.
    adopted = 0
    with suppress(DiskFullError):
        adopted = outbox.adopt(settings_by_name(config))
    if adopted:
        get_logger().warning("tickets of an origin that is no longer configured go to the default", tickets=adopted)
    return outbox
