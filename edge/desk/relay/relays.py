"""All relays of a desk, and `POST /v1/webhooks/{tenant}`: what the desks behind say.

A webhook is verified as a PoP verifies it, and then only says where to look at once: what people did is read from their
desk. So a webhook that is lost, repeated, late or in another order changes nothing but how soon it is known.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from edge.desk.live import DeskThread
from edge.desk.relay.behind import Behind
from edge.desk.relay.relay import Relay
from edge.desk.relay.settings import RelayFiles
from edge.errors import Reason, RefusedError
from edge.host import json_response
from edge.host.watched import WatchedFile
from edge.wire.desks import read_desk_event
from edge.wire.http import new_http_session

WEBHOOKS = "/v1/webhooks/{tenant}"
"""The route. It takes no token: a webhook is signed."""

TICK_S = 1.0
"""How often each relay looks into the queue."""


class Relays:
    """The relays of one desk, by tenant. `now` returns Unix seconds."""

    def __init__(
        self,
        files: Mapping[str, RelayFiles],
        thread: DeskThread,
        *,
        now: Callable[[], float],
        tick_s: float = TICK_S,
    ) -> None:
        self._files, self._thread, self._now, self._tick_s = files, thread, now, tick_s
        self._relays: dict[str, Relay] = {}

    @property
    def tenants(self) -> set[str]:
        """Tenants whose people work at the desk behind."""
        return set(self._files)

    def people(self) -> dict[str, int]:
        """By tenant, how many people are at work at the desk behind. Tenants of which it is not known are left out."""
        known = {tenant: relay.people for tenant, relay in self._relays.items()}
        return {tenant: count for tenant, count in known.items() if count is not None}

    @property
    def watched(self) -> list[WatchedFile[Any]]:
        """The files of secrets."""
        return [file for one in self._files.values() for file in (one.token, one.webhook_secrets)]

    async def keep(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set."""
        if not self._files:
            return
        async with new_http_session() as session, asyncio.TaskGroup() as tasks:
            self._relays = {
                tenant: Relay(
                    tenant,
                    Behind(files, session),
                    self._thread,
                    settings=files.settings,
                    tick_s=self._tick_s,
                )
                for tenant, files in self._files.items()
            }
            running = [tasks.create_task(relay.keep()) for relay in self._relays.values()]
            await stop.wait()
            for task in running:
                task.cancel()

    def add_to(self, app: web.Application) -> None:
        """Serve the route in `app`."""
        app.router.add_post(WEBHOOKS, self._webhook)

    async def _webhook(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        files = self._files.get(tenant)
        if files is None:
            raise RefusedError("no relay of this tenant, expected one of desk.toml", reason=Reason.NOT_FOUND)
        body, secrets = await request.read(), files.webhook_secrets.value
        event = read_desk_event(files.settings.kind, secrets, request.headers, body, now=self._now())
        relay = self._relays.get(tenant)
        if event is not None and relay is not None:
            relay.hint(event.ticket)
        return json_response({"accepted": event is not None})
