"""A small HTTP server of this machine, which can be stopped and started again."""

from collections.abc import Iterable

from aiohttp import web


class LocalSite:
    """Serves `routes` at `port`. 0 takes a free port, which it keeps."""

    def __init__(self, port: int, routes: Iterable[web.AbstractRouteDef]) -> None:
        self.port = port
        self._routes = tuple(routes)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Address of its root."""
        return f"http://127.0.0.1:{self.port}"

    def make_app(self) -> web.Application:
        """The application of one start: aiohttp uses none twice."""
        app = web.Application()
        app.add_routes(self._routes)
        return app

    async def start(self) -> None:
        """Listen at `port`."""
        # A handler that never ends, as of a desk that plays dead, holds up no stop for a minute.
        self._runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening. Idempotent."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None
