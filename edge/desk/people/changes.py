"""`GET /v1/changes`: the rows that change, as a stream (SSE) for one agent's page.

event: all   read the queue again: the page has just connected, or very many rows have changed
event: row   a `RowChange`
"""

import msgspec
from aiohttp import web

from edge.desk.access import AGENT, DeskGuard
from edge.desk.live import HEARTBEAT, HEARTBEAT_S, News, Presence, event_bytes, open_stream, write

_ALL = event_bytes("all", b"{}")


class ChangeStream:
    """Serves the stream. While it is open, its agent is at work."""

    def __init__(self, news: News, presence: Presence, guard: DeskGuard, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._news, self._presence, self._guard, self._heartbeat_s = news, presence, guard, heartbeat_s

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Send until the reader is gone, the desk stops, or the token is no longer in force."""
        agent = request[AGENT]
        with self._news.for_agent(agent) as mailbox:
            response = await open_stream(request)
            while not mailbox.is_closed and self._guard.still_allows(request):
                self._presence.note(agent)
                is_stale, rows = mailbox.take()
                pieces = [_ALL] if is_stale else []
                pieces += [event_bytes("row", msgspec.json.encode(row)) for row in rows]
                if not await write(request, response, b"".join(pieces) or HEARTBEAT):
                    break
                await mailbox.has_news_within(self._heartbeat_s)
            return response
