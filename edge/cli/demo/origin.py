"""A small origin for the demo. It stores each ticket once, by its id, as a real desk should."""

import json
from collections import Counter
from typing import Any

from aiohttp import web

from edge.cli.demo.local_site import LocalSite


class DemoOrigin(LocalSite):
    """Accepts tickets at `port`. 0 takes a free port, which it keeps. Tickets stay when it is stopped."""

    def __init__(self, port: int) -> None:
        super().__init__(port, [web.post("/tickets", self._receive), web.get("/tickets", self._list)])
        self.tickets: dict[str, dict[str, Any]] = {}
        self.arrivals: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """Address to which a PoP delivers tickets."""
        return f"{super().url}/tickets"

    async def _receive(self, request: web.Request) -> web.Response:
        ticket = json.loads(await request.read())
        self.arrivals[request.headers["Idempotency-Key"]] += 1
        self.tickets[request.headers["Idempotency-Key"]] = ticket
        return web.json_response({"accepted": ticket["id"]}, status=202)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(list(self.tickets.values()))
