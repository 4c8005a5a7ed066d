"""The PoP's door: routes, and what each reads and writes. What is decided is decided elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

import edge
from edge.config import PopConfig
from edge.daemon.ask import Asking
from edge.daemon.desk_door import DeskDoor
from edge.daemon.metrics import Metrics
from edge.daemon.openapi import openapi_document
from edge.daemon.opening import PopEntry, PopShelf
from edge.daemon.problems import harmless, problems_middleware
from edge.daemon.snippets import snippet_response
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, Automation, IslandName, IslandStatus
from edge.shelf import SERVED

_ISLAND = "/v1/islands/{tenant}/{island}"


class Door:
    """One PoP's HTTP interface over what it is handed; `app` is ready to be served."""

    def __init__(
        self,
        *,
        config: PopConfig,
        asking: Asking,
        desk: DeskDoor,
        shelf: Callable[[], PopShelf],
        metrics: Metrics,
        model: str,
        now: Callable[[], datetime],
    ) -> None:
        self._people = desk.people
        self._config, self._asking, self._shelf, self._metrics = config, asking, shelf, metrics
        self._model, self._now, self._started = model, now, now()
        self._read_ask = msgspec.json.Decoder(AskRequest)
        self._openapi = msgspec.json.encode(openapi_document())
        self.app = web.Application(
            client_max_size=config.http.body_max_bytes, middlewares=[problems_middleware(metrics)]
        )
        self.app.add_routes(
            [
                web.post("/v1/ask", self._ask),
                web.get("/v1/islands", self._islands),
                web.get(_ISLAND, self._island),
                web.get(_ISLAND + "/snippets/{snippet}", self._snippet),
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/statusz", self._statusz),
                web.get("/metrics", self._exposition),
                web.get("/openapi.json", self._openapi_json),
                *desk.routes(),
            ]
        )

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            asked = self._read_ask.decode(await request.read())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RefusedError(f"the body is not a question: {harmless(error)}") from error
        response = await self._asking.ask(asked)
        return _json(response, status=202 if response.ticket else 200)

    async def _islands(self, _request: web.Request) -> web.Response:
        return _json({"islands": list(self._shelf().statuses(self._now()))})

    async def _island(self, request: web.Request) -> web.Response:
        entry, status = self._find(request)
        snippets = entry.island.snippets if entry and status.state in SERVED and _is_open(status) else ()
        served = [snippet.id for snippet in snippets if snippet.automation is Automation.ANSWER]
        in_force = self._people.wanted_precision(entry, self._now()) if entry else None
        document = msgspec.to_builtins(status, builtin_types=(datetime,))
        return _json({**document, "served_snippets": served, "wanted_precision": in_force})

    async def _snippet(self, request: web.Request) -> web.Response:
        entry, status = self._find(request)
        if entry is None or status.state not in SERVED:
            raise RefusedError(f"island '{status.island}' is {status.state.value}", reason=_gone_reason(status))
        if not _is_open(status):
            raise RefusedError(f"island '{status.island}' is not open yet", reason=Reason.ISLAND_NOT_OPEN)
        snippet = entry.snippets.get(request.match_info["snippet"])
        if snippet is None or snippet.automation is not Automation.ANSWER:
            raise RefusedError(
                f"island '{status.island}' serves no such snippet, expected one it lists", reason=Reason.NOT_FOUND
            )
        return snippet_response(
            request, entry=entry, snippet=snippet, status=status, config=self._config, now=self._now()
        )

    async def _livez(self, _request: web.Request) -> web.Response:
        return _json({"live": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        missing = self._shelf().not_ready(self._now())
        return _json({"ready": not missing, "not_ready": missing}, status=503 if missing else 200)

    async def _statusz(self, _request: web.Request) -> web.Response:
        now = self._now()
        return _json(
            {
                "pop": self._config.pop.name,
                "version": edge.__version__,
                "model": self._model,
                "started": self._started,
                "now": now,
                "islands": list(self._shelf().statuses(now)),
            }
        )

    async def _exposition(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _openapi_json(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._openapi, content_type="application/json")

    def _find(self, request: web.Request) -> tuple[PopEntry | None, IslandStatus]:
        name = IslandName.parse(f"{request.match_info['tenant']}/{request.match_info['island']}")
        shelf = self._shelf()
        place, status = shelf.get(name), shelf.status(name, self._now())
        if place is None or status is None:
            raise RefusedError(f"island '{name}' is unknown here", reason=Reason.ISLAND_UNKNOWN)
        return place.entry, status


def _is_open(status: IslandStatus) -> bool:
    """What an unopened island says is nobody's to see yet."""
    return status.phase != "before"


def _gone_reason(status: IslandStatus) -> Reason:
    reasons = {
        "withdrawn": Reason.ISLAND_WITHDRAWN,
        "expired": Reason.ISLAND_EXPIRED,
        "stopped": Reason.ISLAND_STALE,
    }
    return reasons.get(status.state.value, Reason.ISLAND_UNKNOWN)


def _json(document: Any, *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")
