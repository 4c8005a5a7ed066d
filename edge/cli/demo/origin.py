"""A small origin for the demo. It stores each ticket once, by its id, as a real desk should."""

import json
from collections import Counter
from typing import Any

from aiohttp import web


class DemoOrigin:
    """Accepts tickets at `port`. 0 takes a free port, which it keeps. Tickets stay when it is stopped."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.tickets: dict[str, dict[str, Any]] = {}
        self.arrivals: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Address to which a PoP delivers tickets."""
        return f"http://127.0.0.1:{self.port}/tickets"

    async def start(self) -> None:
        """Begin to accept tickets."""
        app = web.Application()
        app.add_routes([web.post("/tickets", self._receive), web.get("/tickets", self._list)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening. Idempotent."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None

    async def _receive(self, request: web.Request) -> web.Response:
        ticket = json.loads(await request.read())
        self.arrivals[request.headers["Idempotency-Key"]] += 1
        self.tickets[request.headers["Idempotency-Key"]] = ticket
        return web.json_response({"accepted": ticket["id"]}, status=202)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(list(self.tickets.values()))
