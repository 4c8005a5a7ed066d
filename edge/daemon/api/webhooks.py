"""A desk's webhook: a signed desk event about one of the tickets that it was given."""

import time
from collections.abc import Callable, Mapping

from aiohttp import web

from edge.config import PopConfig
from edge.daemon.desk import DeskInbox
from edge.daemon.handoff import OriginFiles, settings_by_name
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError
from edge.host import json_response
from edge.wire.desks import read_desk_event

DEFAULT = "default"
"""The default origin's name in the path of its webhooks; the others are named by their tenant."""


class WebhookRoutes:
    """`POST /v1/webhooks/{origin}`."""

    def __init__(
        self,
        *,
        config: PopConfig,
        origins: Mapping[str, OriginFiles],
        inbox: DeskInbox,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._origins = settings_by_name(config), origins
        self._inbox, self._metrics, self._clock = inbox, metrics, clock

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes, for the app."""
        return [web.post("/v1/webhooks/{origin}", self._webhook)]

    async def _webhook(self, request: web.Request) -> web.Response:
        """Accept a desk event once, however often it arrives."""
        origin = request.match_info["origin"]
        name = "" if origin == DEFAULT else origin
        settings = self._settings.get(name)
        if settings is None:
            raise RefusedError("no such origin, expected 'default' or a tenant with its own", reason=Reason.NOT_FOUND)
        body = await request.read()
        try:
            event = read_desk_event(
                settings.kind, self._origins[name].webhook_secrets.value, request.headers, body, now=self._clock()
            )
        except RefusedError:
            self._metrics.webhooks.labels("refused").inc()
            raise
        accepted = await self._inbox.take(event, name) if event is not None else False
        self._metrics.webhooks.labels({True: "accepted", False: "nothing_new", None: "unknown"}[accepted]).inc()
        if accepted is None:
            raise RefusedError("this origin was given no such ticket", reason=Reason.NOT_FOUND)
        return json_response({"accepted": accepted})
