"""Lets a request in by its token: PoPs to their own routes, people to theirs, a wall to the board, nobody without one.

What a token may not know of is answered with 404 further in; here, 401 means no valid token, and 403 one of another
kind or another PoP's.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.desk.access.token_file import DeskToken, TokenKind, read_desk_tokens
from edge.desk.access.tokens import Agent, KnownTokens, tokens_path
from edge.errors import Reason, RefusedError
from edge.host import problem_response
from edge.host.openapi import OPENAPI_PATH
from edge.host.watched import WatchedFile
from edge.reasons import REASONS_PATH

AGENT = web.RequestKey("agent", Agent)
"""The person whose token a request carries."""

POP = web.RequestKey("pop", str)
"""The PoP whose token a request carries."""

POP_KEYS = web.RequestKey("pop_keys", tuple)
"""The public keys that the operator named for that PoP, 32 raw bytes each, for its consent records and logs."""

_TOKEN = web.RequestKey("token", DeskToken)
_OPEN_TO_ALL = frozenset({"/livez", OPENAPI_PATH, REASONS_PATH})
_TICKETS = "/v1/tickets"
_POPS = "/v1/pops/"
_BOARD = "/v1/board"
_READS_BOARD = frozenset({TokenKind.WALL, TokenKind.AGENT})
_WEBHOOKS = "/v1/webhooks/"
"""What another desk says. It has no token here: its signature is verified further in."""


class DeskGuard:
    """The tokens of one home, read again when their file changes. The constructor blocks, and raises `ConfigError`."""

    def __init__(
        self,
        home: Path,
        *,
        now: Callable[[], datetime],
        on_use: Callable[[Agent], object],
        open_paths: Collection[str] = (),
    ) -> None:
        """`on_use` is called with the agent of each request that is let in, but for the board.

        `open_paths` need no token.
        """
        self._now, self._on_use = now, on_use
        self._open_paths = _OPEN_TO_ALL | set(open_paths)
        path = tokens_path(home)
        self.file = WatchedFile("--home", path, read=lambda: KnownTokens(read_desk_tokens(path)))

    @property
    def tokens(self) -> KnownTokens:
        """The tokens in force."""
        return self.file.value

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 401 or 403, or pass the request on with `AGENT` or `POP`."""
        # What a path takes is no secret: it is in the description.
        is_other_method = isinstance(request.match_info.http_exception, web.HTTPMethodNotAllowed)
        if is_other_method or request.path in self._open_paths or _route(request).startswith(_WEBHOOKS):
            return await handler(request)
        token = self.tokens.find(request.headers.get("Authorization"), self._now())
        if token is None:
            return _unauthorised()
        if isinstance(request.match_info.http_exception, web.HTTPNotFound):
            raise RefusedError(
                "there is nothing at this path, expected one listed in /openapi.json", reason=Reason.NOT_FOUND
            )
        kind = _kind_for(request)
        if token.kind in _READS_BOARD and _route(request) == _BOARD:
            # A screen asks for the board all day, with whichever token it was given. That is nobody at work.
            request[_TOKEN], request[AGENT] = token, Agent(token.name, token.tenant, token.lane)
            return await handler(request)
        if token.kind is not kind:
            text = f"this is a token of the kind '{token.kind}', expected one of the kind '{kind}' for this route"
            return problem_response(403, Reason.UNAUTHORISED, text)
        request[_TOKEN] = token
        if kind is TokenKind.POP:
            request[POP_KEYS] = tuple(map(bytes.fromhex, token.keys))
            return await self._for_pop(request, handler, token.name)
        request[AGENT] = agent = Agent(token.name, token.tenant, token.lane)
        self._on_use(agent)
        return await handler(request)

    def still_allows(self, request: web.Request) -> bool:
        """True if the token of a request that was let in is still in force: for streams, which last for hours."""
        return self.tokens.has(request[_TOKEN], self._now())

    @staticmethod
    async def _for_pop(request: web.Request, handler: Handler, pop: str) -> web.StreamResponse:
        if request.match_info.get("name", pop) != pop:
            text = f"the token is of PoP '{pop}', expected the token of the PoP in the path"
            return problem_response(403, Reason.UNAUTHORISED, text)
        request[POP] = pop
        return await handler(request)


def _kind_for(request: web.Request) -> TokenKind:
    route = _route(request)
    return TokenKind.POP if route == _TICKETS or route.startswith(_POPS) else TokenKind.AGENT


def _route(request: web.Request) -> str:
    """The route that was found, and not the path: there is more than one way to write that."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _unauthorised() -> web.Response:
    text = "no valid token of this desk, expected Authorization: Bearer TOKEN with one that the desk's operator made"
    response = problem_response(401, Reason.UNAUTHORISED, text)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
