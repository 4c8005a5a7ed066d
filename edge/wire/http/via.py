"""How a client's next request reaches its peer: whom its HTTPS trusts, and the forward proxy on the way.

It is asked at each request, so an authority or a proxy's login can be replaced while the process runs. aiohttp keeps
connections apart by both: after a change, requests use new connections, and a response that is still being read goes
on.
"""

import ssl
from collections.abc import Callable
from typing import TypeAlias, TypedDict


class RequestOptions(TypedDict):
    """Arguments of aiohttp for one request."""

    ssl: ssl.SSLContext | bool
    """Whom HTTPS trusts; True: the system's authorities."""
    proxy: str | None
    """The forward proxy, with its login; None: none."""


Via: TypeAlias = Callable[[], RequestOptions]
"""The options of the next request."""


def directly() -> RequestOptions:
    """The `Via` without a proxy, with the system's authorities."""
    return {"ssl": True, "proxy": None}
