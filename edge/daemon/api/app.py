"""The PoP's HTTP interface: its routes, each with the request that it reads and the response that it writes.

It decides nothing: other rooms do.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

import edge
from edge.config import PopConfig, notices_of
from edge.daemon.api.snippets import MAX_AGE_S, document_for, find_snippet, snippet_response
from edge.daemon.ask import find_slot
from edge.daemon.browser import let_pages_in
from edge.daemon.callers import Operators
from edge.daemon.contract import openapi_document
from edge.daemon.people import Remembered
from edge.daemon.sync import PopClock, PopEntry, PopShelf, PopSlot
from edge.daemon.telemetry import Metrics
from edge.decide import ChannelClass, unserved_reason
from edge.errors import Reason, RefusedError
from edge.host import json_response, problems_middleware, reasons_route
from edge.host.openapi import openapi_route
from edge.records import Automation, IslandName, TenantKeys
from edge.records.ledger import LedgerState

_ISLAND = "/v1/islands/{tenant}/{island}"
_SESSIONS_HERE = "good on this PoP alone"
_SESSIONS_OF_FLEET = "good on every PoP with the secret of `sessions.key_file`"
_REVISION = re.compile(r"[1-9][0-9]{0,15}")


class HttpApp:
    """One PoP's HTTP interface. `app` is complete and ready to be served."""

    def __init__(
        self,
        *,
        config: PopConfig,
        operators: Operators,
        remembered: Remembered,
        shelf: Callable[[], PopShelf],
        more: Iterable[web.RouteDef],
        on_shutdown: Callable[[], None],
        outbox_status: Callable[[], dict[str, object]],
        ledger_state: Callable[[], LedgerState],
        metrics: Metrics,
        keys: Callable[[], list[TenantKeys]],
        takes_tickets: Callable[[], bool],
        model: str,
        now: PopClock,
        push: Callable[[], str] = str,
        has_begun: Callable[[], bool] = lambda: True,
    ) -> None:
        """`more`: the routes for questions, load, webhooks and tickets, feedback and stats, and trees.

        `push` is a word for how the push stream does. `has_begun` is false while the first islands are awaited.
        `on_shutdown` ends what does not end by itself, before the requests in progress are waited for. `outbox_status`
        is the part of `/statusz` about tickets, `ledger_state` that about the ledger.
        """
        self._operators, self._notices = operators, list(notices_of(config))
        self._config, self._remembered, self._shelf, self._metrics = config, remembered, shelf, metrics
        self._keys, self._push, self._outbox_status = keys, push, outbox_status
        self._takes_tickets, self._has_begun, self._ledger_state = takes_tickets, has_begun, ledger_state
        self._model, self._now, self._started = model, now, now()
        self.app = web.Application(
            client_max_size=config.http.max_body_bytes,
            middlewares=[problems_middleware(lambda reason: metrics.refused.labels(reason).inc())],
        )
        let_pages_in(self.app, config.http.cors_origins)
        self.app.on_shutdown.append(_calling(on_shutdown))
        self.app.add_routes(
            [
                web.get("/v1/islands", self._islands),
                web.get(_ISLAND, self._island),
                web.get(_ISLAND + "/snippets/{snippet}", self._snippet),
                web.get("/.well-known/skerry-keys", self._well_known_keys),
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/statusz", self._statusz),
                web.get("/metrics", self._exposition),
                openapi_route(openapi_document()),
                reasons_route(),
                *more,
            ]
        )

    async def _islands(self, _request: web.Request) -> web.Response:
        return json_response({"islands": list(self._shelf().statuses(self._now()))})

    async def _island(self, request: web.Request) -> web.Response:
        shelf, now = self._shelf(), self._now()
        slot = self._find(shelf, request)
        visible = self._visible(slot, request)
        status = shelf.status_of(visible, now)
        snippets = visible.entry.island.snippets if visible.entry and unserved_reason(status) is None else ()
        served = [snippet.id for snippet in snippets if snippet.automation is Automation.ANSWER]
        thresholds = self._thresholds(slot.entry, now) if slot.entry else {}
        # The status is that of the whole slot, so that an operator sees both revisions of a rollout.
        whole = msgspec.to_builtins(shelf.status_of(slot, now), builtin_types=(datetime,))
        threshold = thresholds[ChannelClass.WIDGET]["threshold"] if thresholds else None
        document = {**whole, "served_snippets": served, "target_precision": threshold, "thresholds": thresholds}
        return json_response(document)

    def _thresholds(self, entry: PopEntry, now: datetime) -> dict[str, dict[str, Any]]:
        """By class of channel: the threshold in force, and how it came about."""
        found = {channel: self._remembered.threshold(entry, now, channel) for channel in ChannelClass}
        return {
            channel: {"threshold": one.confidence, "threshold_why": one.why, "answerable_share": one.share}
            for channel, one in found.items()
        }

    async def _snippet(self, request: web.Request) -> web.Response:
        shelf, now = self._shelf(), self._now()
        visible = self._visible(self._find(shelf, request), request)
        served = find_snippet(shelf, visible, request.match_info["snippet"], now)
        stated = request.query.get("locale", "")
        return snippet_response(
            served,
            document_for(served, stated=stated, accepted=request.headers.get("Accept-Language", "")),
            varies=served.has_locales and not stated,
            cached=request.headers.get("If-None-Match", ""),
            pop=self._config.pop.name,
            now=now,
        )

    async def _well_known_keys(self, _request: web.Request) -> web.Response:
        response = json_response({"tenants": self._keys()})
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
        return response

    async def _livez(self, _request: web.Request) -> web.Response:
        return json_response({"live": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        missing, takes_tickets = self._shelf().not_ready(self._now()), self._takes_tickets()
        has_begun, ledger = self._has_begun(), self._ledger_state()
        ready = has_begun and takes_tickets and not missing
        document = {
            "ready": ready,
            "has_begun": has_begun,
            "not_ready": missing,
            "takes_tickets": takes_tickets,
            # No conditions: viewers are answered without them.
            "ledger": ledger.word,
            "payloads": ledger.payloads,
            "witness": ledger.witness,
        }
        return json_response(document, status=200 if ready else 503)

    async def _statusz(self, _request: web.Request) -> web.Response:
        now = self._now()
        return json_response(
            {
                "pop": self._config.pop.name,
                "version": edge.__version__,
                "model": self._model,
                "started": self._started,
                "now": now,
                "clock": {"ahead_s": round(self._now.ahead_s, 1), "corrected_s": self._now.corrected_s},
                "sessions": _SESSIONS_OF_FLEET if self._config.sessions.key_file else _SESSIONS_HERE,
                "push": self._push(),
                "notices": self._notices,
                "outbox": self._outbox_status(),
                "ledger": self._ledger_state(),
                "islands": list(self._shelf().statuses(now)),
            }
        )

    async def _exposition(self, request: web.Request) -> web.Response:
        self._operators.authorise(request, what="metrics")
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})

    def _find(self, shelf: PopShelf, request: web.Request) -> PopSlot:
        name = IslandName.parse(f"{request.match_info['tenant']}/{request.match_info['island']}")
        return find_slot(shelf, name)

    def _visible(self, slot: PopSlot, request: web.Request) -> PopSlot:
        """The slot with the revision of `?revision=`; without it, with that of requests without a session."""
        revision = request.query.get("revision")
        if revision is None:
            return slot.seen_by("", pop=self._config.pop.name)
        visible = slot.at_revision(int(revision)) if _REVISION.fullmatch(revision) else None
        if visible is None:
            raise RefusedError(
                f"island '{slot.name}' serves no such revision, expected that of a recent answer",
                reason=Reason.NOT_FOUND,
            )
        return visible


def _calling(act: Callable[[], None]) -> Callable[[web.Application], Awaitable[None]]:
    async def on_shutdown(_app: web.Application) -> None:
        act()

    return on_shutdown
