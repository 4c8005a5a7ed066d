"""A desk's webhook: a signed desk event about one of the tickets that it was given."""

import time
from collections.abc import Callable, Mapping

from aiohttp import web

from edge.config import PopConfig
from edge.daemon.handoff import Handoff, OriginFiles, settings_by_name
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError
from edge.host import get_logger, json_response
from edge.records import TicketState
from edge.wire.desks import read_desk_event

DEFAULT = "default"
"""The default origin's name in the path of its webhooks; the others are named by their tenant."""


class WebhookRoutes:
    """`POST /v1/webhooks/{origin}`.

    `on_resolved` is called with every ticket that a desk resolves, and says whether that released a session.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        origins: Mapping[str, OriginFiles],
        handoff: Handoff,
        on_resolved: Callable[[str], bool],
        metrics: Metrics,
        tally: Tally,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tally = tally
        self._settings, self._origins = settings_by_name(config), origins
        self._handoff, self._metrics, self._clock = handoff, metrics, clock
        self._on_resolved = on_resolved
        self._log = get_logger()

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
        # Stored before session and tally follow. If the process dies in between, the desk's repetition counts as
        # nothing new: the session stays with people until its time is over, and one event is missing in the stats.
        accepted = await self._handoff.apply(event, name) if event is not None else False
        self._metrics.webhooks.labels({True: "accepted", False: "nothing_new", None: "unknown"}[accepted]).inc()
        if accepted is None:
            raise RefusedError("this origin was given no such ticket", reason=Reason.NOT_FOUND)
        if accepted and event is not None:
            self._tally.count_desk_event(event)
            released = event.state is TicketState.RESOLVED and self._on_resolved(event.ticket)
            self._log.info("desk event accepted", ticket=event.ticket, state=event.state, session_released=released)
        return json_response({"accepted": accepted})
