"""What desks report about tickets, and how far a ticket has come: two routes of a PoP."""

import time
from collections.abc import Callable, Mapping

from aiohttp import web

from edge.config import PopConfig
from edge.daemon.handoff import Handoff, OriginSecrets, settings_by_name
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError
from edge.host import get_logger, json_response
from edge.records import TicketState
from edge.wire.desks import read_desk_event

DEFAULT = "default"
"""How the default origin is named in the path of its callbacks; the others by their tenant."""

_MAX_ID_CHARACTERS = 64


class WebhookRoutes:
    """`POST /v1/webhooks/{origin}` and `GET /v1/tickets/{ticket}`; `on_resolved` is told of every ticket resolved."""

    def __init__(
        self,
        *,
        config: PopConfig,
        secrets: Mapping[str, OriginSecrets],
        handoff: Handoff,
        on_resolved: Callable[[str], bool],
        metrics: Metrics,
        tally: Tally,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tally = tally
        self._settings, self._secrets = settings_by_name(config), secrets
        self._handoff, self._metrics, self._clock = handoff, metrics, clock
        self._on_resolved = on_resolved
        self._log = get_logger()

    @property
    def routes(self) -> list[web.RouteDef]:
        """To be added to the app's."""
        return [web.post("/v1/webhooks/{origin}", self._callback), web.get("/v1/tickets/{ticket}", self._ticket)]

    async def _callback(self, request: web.Request) -> web.Response:
        """A desk's event: accepted once, however often it comes; one from anybody else changes nothing."""
        named = request.match_info["origin"]
        name = "" if named == DEFAULT else named
        settings = self._settings.get(name)
        if settings is None:
            raise RefusedError("no such origin, expected 'default' or a tenant with its own", reason=Reason.NOT_FOUND)
        body = await request.read()
        try:
            report = read_desk_event(
                settings.kind, self._secrets[name].callback, request.headers, body, now=self._clock()
            )
        except RefusedError:
            self._metrics.webhooks.labels("refused").inc()
            raise
        accepted = await self._handoff.apply(report, name) if report is not None else False
        self._metrics.webhooks.labels({True: "accepted", False: "nothing_new", None: "unknown"}[accepted]).inc()
        if accepted and report is not None:
            self._tally.reported(report)
        if accepted is None:
            raise RefusedError("this origin was given no such ticket", reason=Reason.NOT_FOUND)
        if accepted and report is not None:
            released = report.state is TicketState.RESOLVED and self._on_resolved(report.ticket)
            self._log.info("ticket progressed", ticket=report.ticket, state=report.state, session_released=released)
        return json_response({"accepted": accepted})

    async def _ticket(self, request: web.Request) -> web.Response:
        """State, since when, and the desk's reply. Anyone who knows the id may ask; it cannot be guessed."""
        ticket = request.match_info["ticket"]
        status = await self._handoff.status(ticket) if len(ticket) <= _MAX_ID_CHARACTERS else None
        if status is None:
            raise RefusedError("no such ticket is known here", reason=Reason.NOT_FOUND)
        return json_response(status)
