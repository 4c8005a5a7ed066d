"""aiohttp's server, without its own words about bad requests.

aiohttp answers what it cannot parse with the bytes that it got, and logs them with a traceback. Both may hold a
viewer's words or a token.
"""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from edge.errors import Reason
from edge.host.door.refusal import NOT_HTTP, problem_refusal

_BROKEN = problem_refusal(500, Reason.INTERNAL, "an unexpected error occurred here")


class QuietHandler(RequestHandler):
    """One connection of aiohttp's, whose errors are fixed texts."""

    __slots__ = ("_is_refused",)

    def __init__(self, manager: web.Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self._is_refused = False

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002 - it quotes the request
        message: str | None = None,  # noqa: ARG002 - likewise
    ) -> web.StreamResponse:
        """Answer with a problem document that quotes nothing; aiohttp then closes the connection."""
        is_ours = status >= web.HTTPInternalServerError.status_code
        # aiohttp comes back with what is raised below, as if it were a fault of ours.
        is_first, self._is_refused = not self._is_refused, True
        if is_first and request.writer.output_size == 0 and request.transport is not None:
            request.transport.write((_BROKEN if is_ours else NOT_HTTP).to_bytes(keep_alive=False))
        raise ConnectionError("the request was refused")


class QuietServer(web.Server):
    """Makes quiet handlers."""

    def __init__(self, server: web.Server, **options: Any) -> None:
        super().__init__(
            server.request_handler,
            request_factory=server.request_factory,
            handler_cancellation=server.handler_cancellation,
            **options,
        )
        self._options = options

    def __call__(self) -> QuietHandler:
        """A handler for one connection."""
        return QuietHandler(self, loop=asyncio.get_running_loop(), **self._options)


class QuietRunner(web.AppRunner):
    """Runs an application behind quiet handlers."""

    async def _make_server(self) -> web.Server:
        options = {name: value for name, value in self._kwargs.items() if name != "handler_cancellation"}
        return QuietServer(await super()._make_server(), **options)
