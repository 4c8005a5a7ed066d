"""The HTTP sessions to origins: one for each forward proxy on the way, and one without."""

from collections import Counter

import aiohttp

from edge.wire.http import new_http_session


class OriginSessions:
    """`directly` is the session without a proxy; its owner closes it. The others are opened when they are first used.

    For example:

        sessions = OriginSessions(session)
        origin = OriginClient(sessions.through("http://proxy.example.com:3128"), url, timeout_s=10.0)
        sessions.leave("http://proxy.example.com:3128")
        await sessions.close()

    The address of a proxy has its login in it. So another login is another session, and the old one ends when it is
    left by all.
    """

    def __init__(self, directly: aiohttp.ClientSession) -> None:
        self._directly = directly
        self._by_proxy: dict[str, aiohttp.ClientSession] = {}
        self._users: Counter[str] = Counter()
        self._unused: list[aiohttp.ClientSession] = []

    def through(self, proxy: str | None) -> aiohttp.ClientSession:
        """The session whose requests go through `proxy`, for one more user; None is no proxy."""
        if proxy is None:
            return self._directly
        if proxy not in self._by_proxy:
            self._by_proxy[proxy] = new_http_session(proxy=proxy)
        self._users[proxy] += 1
        return self._by_proxy[proxy]

    def leave(self, proxy: str | None) -> None:
        """Note that one user of the session has ended. After the last one, `close_unused` closes it."""
        if proxy is None:
            return
        self._users[proxy] -= 1
        if not self._users[proxy]:
            del self._users[proxy]
            self._unused.append(self._by_proxy.pop(proxy))

    async def close_unused(self) -> None:
        """Close the sessions that all their users have left."""
        while self._unused:
            await self._unused.pop().close()

    async def close(self) -> None:
        """Close every session with a proxy."""
        await self.close_unused()
        for session in self._by_proxy.values():
            await session.close()
