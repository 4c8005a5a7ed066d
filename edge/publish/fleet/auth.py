"""TLS certificate and PoP tokens of a publisher, read again when their files change.

To renew a certificate or to add a token, replace the file. The next connection uses it; no restart is needed. If a new
file cannot be used, what was read before stays in force.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import Reason
from edge.host import problem_response
from edge.host.openapi import OPENAPI_PATH
from edge.host.watched import ServerCertificate, WatchedFile, optional_file
from edge.publish.fleet.tokens import Tokens, read_tokens
from edge.reasons import REASONS_PATH

_OPEN_TO_ALL = frozenset({"/livez", OPENAPI_PATH, REASONS_PATH})

TOKEN_OF = web.RequestKey("token_of", str)
"""The PoP whose token a request carries. Absent if this publisher requires no tokens."""


class PublisherAuth:
    """TLS and tokens of one publisher, each optional.

    The constructor blocks; `middleware` runs on the event loop.
    """

    def __init__(self, *, certificate: Path | None = None, key: Path | None = None, tokens: Path | None = None) -> None:
        """Read the files. Without `key`, the private key must be in the certificate's file.

        Raises `ConfigError` if a file cannot be read or used.
        """
        chain = ServerCertificate(certificate, key)
        self.tls, self._chain = chain.tls, chain.file
        self._tokens = optional_file("--tokens", tokens, _read_tokens, without=lambda: None)

    @property
    def watched(self) -> Iterator[WatchedFile[Any]]:
        """The files, for the watch that reads them again."""
        yield from (self._chain, self._tokens)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 401 to a request without a known token (RFC 9110, section 11.6.1)."""
        tokens = self._tokens.value
        # What a path takes is no secret: it is in the description.
        is_other_method = isinstance(request.match_info.http_exception, web.HTTPMethodNotAllowed)
        if tokens is None or is_other_method or request.path in _OPEN_TO_ALL:
            return await handler(request)
        pop = tokens.pop_of(request.headers.get("Authorization"))
        if pop is None:
            text = "no valid token of a PoP, expected Authorization: Bearer TOKEN"
            response = problem_response(401, Reason.UNAUTHORISED, text)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        request[TOKEN_OF] = pop
        return await handler(request)

    def on_new_tokens(self, apply: Callable[[], object]) -> None:
        """Call `apply` on the event loop when other tokens are in force. It must not raise."""
        self._tokens.on_change(lambda _tokens: apply())

    def still_allows(self, request: web.Request) -> bool:
        """True if a request that was let in has a token that is in force."""
        tokens, pop = self._tokens.value, request.get(TOKEN_OF)
        return tokens is None or pop is None or tokens.is_still_of(pop, request.headers.get("Authorization"))


def _read_tokens(path: Path) -> Tokens | None:
    return Tokens(read_tokens(path))
