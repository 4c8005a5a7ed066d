"""The publisher's own secrets on disk, followed while it runs: its certificate and key, and the PoPs' tokens.

To renew a certificate or add a PoP, replace the file; the next connection sees it. A file that cannot be read
leaves in force what was read before.
"""

import ssl
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import ConfigError, Reason, SkerryError
from edge.host import get_logger, problem_response
from edge.publish.fleet.tokens import Tokens, read_tokens
from edge.reasons import REASONS_PATH

_OPEN_TO_ALL = frozenset({"/livez", REASONS_PATH})

TOKEN_OF = web.RequestKey("token_of", str)
"""The PoP whose token a request showed, where tokens are wanted."""

_log = get_logger()


class PublisherAuth:
    """TLS and tokens of one publisher, each optional. `reload` blocks; the middleware belongs to the loop."""

    def __init__(self, *, certificate: Path | None = None, key: Path | None = None, tokens: Path | None = None) -> None:
        """Reads everything; raises `ConfigError`. `key` may be in the certificate's file."""
        self._certificate, self._key, self._tokens_file = certificate, key, tokens
        self._tokens: Tokens | None = None
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._load_certificate()
        if tokens is not None:
            self._load_tokens()
        self._seen = self._file_stamps()

    def reload(self) -> None:
        """Take over files that have changed since the last look; what is wrong with them is logged."""
        seen = self._file_stamps()
        if seen == self._seen:
            return
        self._seen = seen
        _log.info("certificate and tokens are read again")
        for load in (self._load_certificate, self._load_tokens):
            try:
                load()
            except SkerryError as error:
                _log.error("file not taken, the one before stays in force", error=error.text)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answers 401 to requests without a known token (RFC 9110, section 11.6.1)."""
        tokens = self._tokens
        if tokens is None or request.path in _OPEN_TO_ALL:
            return await handler(request)
        pop = tokens.who(request.headers.get("Authorization"))
        if pop is None:
            response = problem_response(401, Reason.UNAUTHORISED, "no token of a PoP was shown, expected one")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        request[TOKEN_OF] = pop
        return await handler(request)

    def _file_stamps(self) -> tuple[object, ...]:
        return tuple(_stamp(path) for path in (self._certificate, self._key, self._tokens_file))

    def _load_certificate(self) -> None:
        if self.tls is None or self._certificate is None:
            return
        try:
            # A failed load leaves a context with the new certificate and the old key, so another one tries first.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._certificate, self._key)
            self.tls.load_cert_chain(self._certificate, self._key)
        except (OSError, ssl.SSLError) as error:
            why = getattr(error, "reason", None) or error.strerror or "unreadable"
            text = f"cannot use the certificate {self._certificate} with key {self._key or self._certificate}: {why}"
            raise ConfigError(f"{text}, look at it with: openssl x509 -noout -text -in {self._certificate}") from error

    def _load_tokens(self) -> None:
        if self._tokens_file is not None:
            self._tokens = Tokens(read_tokens(self._tokens_file))


def _stamp(path: Path | None) -> object:
    try:
        stat = path.stat() if path is not None else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_ino) if stat is not None else None
