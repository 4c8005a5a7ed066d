"""How a peer is named in messages, and what aiohttp reports about it, in Skerry's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from yarl import URL

from edge.errors import UnreachableError

IDENTITY = {"Accept-Encoding": "identity"}
"""Bytes are counted and hashed as they are sent, so nobody may compress them on the way."""


def peer_name(url: URL) -> str:
    """The address without what may be secret in it: user, password, query."""
    return str(url.with_user(None).with_query(None).with_fragment(None))


@contextmanager
def unreachable(url: URL) -> Iterator[None]:
    """Raises `UnreachableError`, naming `url`, in place of what the network raises inside.

    Timeouts are the caller's to translate, who knows how long it waited.
    """
    try:
        yield
    except TimeoutError:
        raise
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(f"{peer_name(url)} could not be reached: {_cause(error)}") from error


def _cause(error: Exception) -> str:
    system = getattr(error, "os_error", error)
    if isinstance(system, OSError) and system.strerror:
        return system.strerror
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer ended early"
    # aiohttp quotes the whole address and the peer's own bytes: the one may hold a token, the others anything.
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return str(error) or type(error).__name__
