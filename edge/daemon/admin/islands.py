"""`POST /v1/evict` and `POST /v1/restore` of the admin socket: take an island off this PoP, or put it back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from edge.daemon.sync import Syncer, evicted, restored
from edge.errors import SkerryError
from edge.host import get_logger, json_response, read_record
from edge.records import EvictionRequest, IslandName


class IslandAdmin:
    """Evicts and restores islands through the syncer, so that no sync is under way meanwhile."""

    def __init__(self, *, syncer: Syncer, now: Callable[[], datetime]) -> None:
        self._syncer, self._now = syncer, now
        self._log = get_logger()

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the admin socket."""
        return [web.post("/v1/evict", self._evict), web.post("/v1/restore", self._restore)]

    async def _evict(self, request: web.Request) -> web.Response:
        name = await _name(request)
        slot = await self._syncer.replace_slot(lambda shelf, trust, now: evicted(name, shelf, trust, now=now))
        self._log.warning("island evicted", island=str(name), revision=slot.highest_revision)
        return self._status(name)

    async def _restore(self, request: web.Request) -> web.Response:
        name = await _name(request)
        await self._syncer.replace_slot(lambda shelf, _, now: restored(name, shelf, now=now))
        self._log.info("island restored", island=str(name))
        try:
            await self._syncer.sync("poll")
        except SkerryError as error:
            # Restored all the same: the next push or poll tries again. The status says whether the island is here.
            self._log.warning("sync after a restore failed", reason=error.reason, error=error.text)
        return self._status(name)

    def _status(self, name: IslandName) -> web.Response:
        return json_response(self._syncer.shelf.status(name, self._now()))


async def _name(request: web.Request) -> IslandName:
    body = read_record(await request.read(), EvictionRequest, what="an island to evict or restore")
    return IslandName.parse(body.island)
