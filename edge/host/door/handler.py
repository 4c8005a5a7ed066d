"""aiohttp's server, without its own words about bad requests.

aiohttp answers what it cannot parse with the bytes that it got, and logs them with a traceback. Both may hold a
viewer's words or a token.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from aiohttp import web
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from edge.errors import Reason
from edge.host.door.refusal import NOT_HTTP, problem_refusal

Trim: TypeAlias = Callable[[RawRequestMessage], RawRequestMessage]
"""Gives a request's head without what its handler does not need. Called for every request that passes: it is fast."""

_BROKEN = problem_refusal(500, Reason.INTERNAL, "an unexpected error occurred here")


class QuietHandler(RequestHandler):
    """One connection of aiohttp's, whose errors are fixed texts."""

    __slots__ = ("_is_refused",)

    def __init__(self, manager: web.Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self._is_refused = False

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, and trim the heads of the requests that they complete."""
        # Here, and not in a handler: aiohttp keeps the head for as long as the response goes on, which may be hours.
        known = len(self._messages)
        super().data_received(data)
        for place in range(known, len(self._messages)):
            message, payload = self._messages[place]
            if isinstance(message, RawRequestMessage):
                self._messages[place] = cast(QuietServer, self._manager).trim(message), payload

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002 - aiohttp's own signature
        """Read on after a pause. Without one, nothing: aiohttp asks for it with each body that it reads."""
        if self._reading_paused or self._buffer_paused:
            super().resume_reading(resume_parser)

    def read_no_more(self) -> None:
        """End after the response in progress, and give back what was read of further requests."""
        self.close()
        self._messages.clear()
        # It keeps the last head.
        self._parser = None
        # aiohttp stops reading when many requests wait; then nobody would see that the peer has gone.
        if self._buffer_paused:
            self._resume_reading_for_buffer()

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

    def __init__(self, server: web.Server, *, trim: Trim, **options: Any) -> None:
        super().__init__(
            server.request_handler,
            request_factory=server.request_factory,
            handler_cancellation=server.handler_cancellation,
            **options,
        )
        self._options, self.trim = options, trim

    def __call__(self) -> QuietHandler:
        """A handler for one connection."""
        return QuietHandler(self, loop=asyncio.get_running_loop(), **self._options)


class QuietRunner(web.AppRunner):
    """Runs an application behind quiet handlers."""

    def __init__(self, app: web.Application, *, trim: Trim, **options: Any) -> None:
        super().__init__(app, **options)
        self._trim = trim

    async def _make_server(self) -> web.Server:
        options = {name: value for name, value in self._kwargs.items() if name != "handler_cancellation"}
        return QuietServer(await super()._make_server(), trim=self._trim, **options)
