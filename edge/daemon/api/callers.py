"""Who sent this request: its address, and the session that it may speak for."""

from aiohttp import web

from edge.tokens import Asker


class Callers:
    """Identifies the senders of viewers' requests."""

    def asker(self, request: web.Request, *, session: str) -> Asker:
        """The asker of a request whose body names `session` (empty: none)."""
        return Asker(session=session, address=request.remote or "")
