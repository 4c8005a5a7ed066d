"""Requests to a peer, and words about one that cannot be reached: never the texts of urllib, http.client and ssl.

A request goes through a forward proxy only if the command's options name one, and never to this machine. The
environment's `http_proxy`, `https_proxy` and `no_proxy` are not read, as in a PoP. No redirect is followed: it
would take a token to another host, or through a proxy that can read it.

`http.client` quotes a header that it refuses to send, with the token in it, and bytes that a peer sent.
"""

import base64
import ssl
import urllib.request
from collections.abc import Callable
from functools import wraps
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click

from edge.config import EXPECTED_PROXY, is_proxy_url
from edge.errors import ConfigError
from edge.host import proxy_for

NETWORK_ERRORS = (OSError, ValueError, HTTPException)
"""What urllib and http.client raise when a request fails."""


ProxyFor = Callable[[str], str | None]
"""By the URL of a peer: the forward proxy on the way, with its login. None: none."""


def directly(url: str) -> str | None:
    """A `ProxyFor` without a proxy."""
    del url
    return None


def proxy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--proxy` and `--proxy-login-file`; the command gets both as `proxy_for_url`, a `ProxyFor`."""

    @click.option(
        "--proxy",
        default="",
        envvar="SKERRY_PROXY",
        metavar="URL",
        help="Forward proxy, http://HOST:PORT; not for addresses on this machine. Environment: SKERRY_PROXY.",
    )
    @click.option(
        "--proxy-login-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="With --proxy: file with USER:PASSWORD, if the proxy asks for it.",
    )
    @wraps(command)
    def with_proxy(*arguments: Any, proxy: str, proxy_login_file: Path | None, **options: Any) -> Any:
        # What was found is not shown: it may hold a password.
        if proxy and not is_proxy_url(proxy):
            raise ConfigError(
                f"--proxy is no proxy's address, {EXPECTED_PROXY}; put a login into a file: --proxy-login-file FILE"
            )
        return command(*arguments, proxy_for_url=lambda url: proxy_for(url, proxy, proxy_login_file), **options)

    return with_proxy


def request_to(
    url: str, *, proxy_for_url: ProxyFor, body: bytes | None = None, headers: dict[str, str] | None = None
) -> urllib.request.Request:
    """A request to `url`, an address that begins with `http://` or `https://`; a POST if it has a `body`.

    Raises `ConfigError` if a proxy could read a token in it.
    """
    request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310 - the caller checked it
    proxy = proxy_for_url(url)
    if proxy is not None:
        if request.has_header("Authorization"):
            check_token_is_hidden(url)
        parts = urlsplit(proxy)
        login, _, address = parts.netloc.rpartition("@")
        if login:
            encoded = base64.b64encode(unquote(login).encode()).decode()
            # urllib takes it off what goes through a CONNECT tunnel, and shows it to the proxy alone.
            request.add_unredirected_header("Proxy-Authorization", f"Basic {encoded}")
        request.set_proxy(address, parts.scheme)
    return request


def check_token_is_hidden(url: str) -> None:
    """Raise `ConfigError` if a proxy on the way to `url` could read a token."""
    if url.startswith("http://"):
        raise ConfigError(
            f"the proxy would read the token for {address_of(url)}, expected https://; use an https address, or "
            "leave out --proxy and unset SKERRY_PROXY"
        )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Treats a redirect as any other status that was not expected."""

    def redirect_request(self, *_arguments: Any) -> None:
        """There is no request to follow it with."""


def open_request(
    request: urllib.request.Request, *, timeout_s: float, context: ssl.SSLContext | None = None
) -> HTTPResponse:
    """The response to a request of `request_to`.

    Raises `urllib.error.HTTPError`, also for a redirect, and `NETWORK_ERRORS`.
    """
    opener = urllib.request.build_opener(
        # Empty: the default one reads the environment.
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=context),
        _NoRedirects(),
    )
    response: HTTPResponse = opener.open(request, timeout=timeout_s)
    return response


def cause_of(error: Exception) -> str:
    """Why a request failed, in words of the system or of ours."""
    reason = getattr(error, "reason", None)
    known = reason if isinstance(reason, OSError) else error
    if isinstance(known, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {known.verify_message}"
    if isinstance(known, TimeoutError):
        return "it did not answer in time"
    if isinstance(known, OSError) and known.strerror:
        return known.strerror
    return "the request or its answer is not HTTP"


def address_of(url: str) -> str:
    """The URL without user, password, query and fragment, which may hold a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "what is no address"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
