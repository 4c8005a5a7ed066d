"""Whether a request for an operator's figures may be answered: by a desk's token, or because it is from this machine.

This machine alone is trusted only while nothing else is configured. With a file of desk tokens everybody needs one,
also while the file has none yet. With trusted proxies a connection from this machine may be anybody's.
"""

from aiohttp import web

from edge.config import PopConfig, is_loopback_host
from edge.daemon.callers.address import parse_address
from edge.daemon.people import EVERY_TENANT, DeskTokens
from edge.errors import Reason, RefusedError

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers that a front server adds to the requests that it passes on."""


class Operators:
    """Authorises requests for `GET /v1/stats` and `GET /metrics`."""

    def __init__(self, *, config: PopConfig, tokens: DeskTokens) -> None:
        self._tokens = tokens
        self._needs_token = bool(config.people.desk_tokens_file or config.http.trusted_proxies)

    def authorise(self, request: web.Request, tenant: str = EVERY_TENANT, *, what: str, hint: str = "") -> None:
        """Return if the sender may know `what` of `tenant`. Raises `RefusedError` (`UNAUTHORISED`) otherwise.

        `hint` ends the text for somebody without a token for all tenants.
        """
        if not self._needs_token:
            if not _is_from_here(request):
                raise RefusedError(
                    f"{what} are for this machine only; for others, set people.desk_tokens_file and send a desk token",
                    reason=Reason.UNAUTHORISED,
                )
            return
        try:
            self._tokens.authorise(request.headers.get("Authorization", ""), tenant)
        except RefusedError as error:
            if tenant != EVERY_TENANT:
                raise
            raise RefusedError(f"{what} of every island need a token for '*'{hint}", reason=error.reason) from error


def _is_from_here(request: web.Request) -> bool:
    address = parse_address(request.remote or "")
    # A front server on this machine connects from loopback, too, but passes on requests of others. A page in a browser
    # on this machine may do the same by a name of its own that leads here, so the name in `Host` counts as well.
    return (
        address is not None
        and address.is_loopback
        and is_loopback_host(_host(request.headers.get("Host", "")))
        and not any(name in request.headers for name in _FORWARDED)
    )


def _host(header: str) -> str:
    """The host in a `Host` header, without its port."""
    return header[1:].partition("]")[0] if header.startswith("[") else header.partition(":")[0]
