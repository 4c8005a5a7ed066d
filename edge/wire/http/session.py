"""The HTTP session by which our processes ask others."""

import aiohttp

USER_AGENT = "skerry"


def new_http_session(*, proxy: str | None = None) -> aiohttp.ClientSession:
    """A session that tells no version of anything, and keeps no cookie of a server or of a proxy in front of one.

    `proxy` is a URL: all requests go through it. Belongs to the running event loop; close it.
    """
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": USER_AGENT}, proxy=proxy, trust_env=False
    )
