"""Names of peers in messages, and errors of aiohttp translated to Skerry's."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from yarl import URL

from edge.errors import UnreachableError

IDENTITY = {"Accept-Encoding": "identity"}
"""Header that forbids compression: files are counted and hashed as they are sent."""


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
        raise UnreachableError(f"{peer_name(url)} could not be reached: {_cause(error)}") from error


def _cause(error: Exception) -> str:
    certificate = getattr(error, "certificate_error", None)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {certificate.verify_message}"
    system = getattr(error, "os_error", error)
    if isinstance(system, OSError) and system.strerror:
        return system.strerror
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer ended early"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it hung up"
    # Never the text of aiohttp: it quotes the whole address, which may hold a token, and bytes of the peer.
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return type(error).__name__
