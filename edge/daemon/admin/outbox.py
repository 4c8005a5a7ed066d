"""`POST /v1/outbox/…` of the admin socket: list, read, hold, drop and retry tickets while the PoP runs."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from aiohttp import web

from edge.daemon.handoff import OutboxCommands
from edge.host import json_response, read_record
from edge.store.outbox import OutboxQuery, OutboxRetry, OutboxSelection

T = TypeVar("T", OutboxQuery, OutboxRetry, OutboxSelection)

Handler = Callable[[web.Request], Awaitable[web.Response]]


class OutboxAdmin:
    """Passes an operator's commands on to the outbox's thread."""

    def __init__(self, commands: OutboxCommands) -> None:
        self._commands = commands

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the admin socket."""
        commands = self._commands
        return [
            web.post("/v1/outbox/list", _handler(commands.page, OutboxQuery)),
            web.post("/v1/outbox/read", _handler(commands.payloads, OutboxQuery)),
            web.post("/v1/outbox/hold", _handler(commands.hold, OutboxSelection)),
            web.post("/v1/outbox/drop", _handler(commands.drop, OutboxSelection)),
            web.post("/v1/outbox/retry", _handler(commands.retry, OutboxRetry)),
        ]


def _handler(command: Callable[[T], Awaitable[object]], kind: type[T]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return json_response(await command(read_record(await request.read(), kind, what="tickets of the outbox")))

    return handle
