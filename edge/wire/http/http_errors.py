"""Names of peers in messages, and errors of aiohttp translated to Skerry's."""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from yarl import URL

from edge.errors import Cause, UnreachableError

IDENTITY = {"Accept-Encoding": "identity"}
"""Header that forbids compression: files are counted and hashed as they are sent."""

_TOKEN_REFUSED = frozenset({401, 403})

_PROXY_LOGIN, _CONFLICT = 407, 409

_CAUSES = {
    errno.ECONNREFUSED: Cause.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Cause.NO_ROUTE,
    errno.ENETUNREACH: Cause.NO_ROUTE,
    errno.ETIMEDOUT: Cause.SILENT,
    errno.ECONNRESET: Cause.HUNG_UP,
    errno.EPIPE: Cause.HUNG_UP,
}


def peer_name(url: URL) -> str:
    """The address without the parts that may hold a secret: user, password, query and fragment."""
    return str(url.with_user(None).with_query(None).with_fragment(None))


@contextmanager
def unreachable(url: URL) -> Iterator[None]:
    """Translate errors of the network to `UnreachableError`, which names `url`.

    A `TimeoutError` passes: the caller translates it, because only the caller knows how long it waited.
    """
    try:
        yield
    except TimeoutError:
        raise
    except (aiohttp.ClientError, OSError) as error:
        text, cause = _cause(error)
        raise UnreachableError(f"{peer_name(url)} could not be reached: {text}", cause=cause) from error


def cause_of_status(status: int) -> Cause:
    """The cause for an answer with a status that was not expected."""
    if status == _PROXY_LOGIN:
        return Cause.PROXY
    if status == _CONFLICT:
        return Cause.CONFLICT
    return Cause.TOKEN_REFUSED if status in _TOKEN_REFUSED else Cause.STATUS


def _cause(error: Exception) -> tuple[str, Cause]:
    """In words, and for programs."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"its forward proxy answered with status {error.status}", Cause.PROXY
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"its forward proxy could not be reached: {error.os_error.strerror or 'no connection'}", Cause.PROXY
    certificate = getattr(error, "certificate_error", None)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {certificate.verify_message}", Cause.CERTIFICATE
    system = getattr(error, "os_error", error)
    if isinstance(system, OSError) and system.strerror:
        return system.strerror, system_cause(system)
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer ended early", Cause.HUNG_UP
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it hung up", Cause.HUNG_UP
    # Never the text of aiohttp: it quotes the whole address, which may hold a token, and bytes of the peer.
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP", Cause.STRANGE_ANSWER
    return type(error).__name__, Cause.UNNAMED


def system_cause(error: OSError) -> Cause:
    """The cause for an error of the operating system, or of TLS."""
    if isinstance(error, ssl.SSLError):
        return Cause.CERTIFICATE
    if isinstance(error, socket.gaierror):
        return Cause.NAME_UNKNOWN
    return _CAUSES.get(error.errno or 0, Cause.UNNAMED)
