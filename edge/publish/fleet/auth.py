"""TLS certificate and PoP tokens of a publisher, read again when their files change.

To renew a certificate or to add a token, replace the file. The next connection uses it; no restart is needed. If a new
file cannot be read, what was read before stays in force.
"""

import ssl
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import ConfigError, Reason, SkerryError
from edge.host import check_private, get_logger, problem_response
from edge.publish.fleet.tokens import Tokens, read_tokens
from edge.reasons import REASONS_PATH

_OPEN_TO_ALL = frozenset({"/livez", REASONS_PATH})

TOKEN_OF = web.RequestKey("token_of", str)
"""The PoP whose token a request carries. Absent if this publisher requires no tokens."""

_log = get_logger()


class PublisherAuth:
    """TLS and tokens of one publisher, each optional.

    The constructor and `reload` block; `middleware` runs on the event loop.
    """

    def __init__(self, *, certificate: Path | None = None, key: Path | None = None, tokens: Path | None = None) -> None:
        """Read the files. Without `key`, the private key must be in the certificate's file.

        Raises `ConfigError` if a file cannot be read or used.
        """
        self._certificate, self._key, self._tokens_file = certificate, key, tokens
        self._tokens: Tokens | None = None
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._load_certificate()
        if tokens is not None:
            self._load_tokens()
        self._stamps = self._file_stamps()

    def reload(self) -> None:
        """Read the files again if one has changed since the last call. A faulty file is logged and not used."""
        stamps = self._file_stamps()
        if stamps == self._stamps:
            return
        # Remembered before loading: a faulty file is logged once, not at every call.
        self._stamps = stamps
        _log.info("certificate and tokens are read again")
        for load in (self._load_certificate, self._load_tokens):
            try:
                load()
            except SkerryError as error:
                _log.error("changed file cannot be used, the one before stays in force", error=error.text)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 401 to a request without a known token (RFC 9110, section 11.6.1)."""
        tokens = self._tokens
        if tokens is None or request.path in _OPEN_TO_ALL:
            return await handler(request)
        pop = tokens.pop_of(request.headers.get("Authorization"))
        if pop is None:
            text = "no valid token of a PoP, expected Authorization: Bearer TOKEN"
            response = problem_response(401, Reason.UNAUTHORISED, text)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        request[TOKEN_OF] = pop
        return await handler(request)

    def _file_stamps(self) -> tuple[object, ...]:
        return tuple(_stamp(path) for path in (self._certificate, self._key, self._tokens_file))

    def _load_certificate(self) -> None:
        if self.tls is None or self._certificate is None:
            return
        key = self._key or self._certificate
        if key.exists():
            check_private(key, what=f"the private key {key}", advice=f"look at it with: ls -l {key}")
        try:
            # If it fails, `load_cert_chain` leaves the new certificate with the old key. So a context of its own tries
            # the files first.
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
    """A value that changes when the file is written or replaced."""
    try:
        stat = path.stat() if path is not None else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_ino) if stat is not None else None
