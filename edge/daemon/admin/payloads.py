"""`POST /v1/payloads/…` of the admin socket: erase, hold, release and read payloads while the PoP runs."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from aiohttp import web

from edge.daemon.payloads import PayloadKeeper
from edge.host import json_response, read_record
from edge.records.payloads import EraseRequest, HoldRequest, PayloadQuery

_WHAT = "payloads of the ledger"


class PayloadAdmin:
    """Passes an operator's commands on to the payloads' thread.

    `erase_merges` deletes what an erasure names from what is known of merges. It is called when the payloads are gone,
    so a hold refuses both.
    """

    def __init__(self, keeper: PayloadKeeper, erase_merges: Callable[[EraseRequest], Awaitable[int]]) -> None:
        self._keeper, self._erase_merges = keeper, erase_merges

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the admin socket."""
        return [
            web.post("/v1/payloads/erase", self._erase),
            web.post("/v1/payloads/hold", self._hold),
            web.post("/v1/payloads/release", self._release),
            web.post("/v1/payloads/holds", self._holds),
            web.post("/v1/payloads/read", self._read),
        ]

    async def _erase(self, request: web.Request) -> web.Response:
        wanted = read_record(await request.read(), EraseRequest, what=_WHAT)
        erased = await self._keeper.erase(wanted)
        return json_response(msgspec.structs.replace(erased, merges=await self._erase_merges(wanted)))

    async def _hold(self, request: web.Request) -> web.Response:
        return json_response(await self._keeper.hold(read_record(await request.read(), HoldRequest, what=_WHAT)))

    async def _release(self, request: web.Request) -> web.Response:
        return json_response(await self._keeper.release(read_record(await request.read(), HoldRequest, what=_WHAT)))

    async def _holds(self, _request: web.Request) -> web.Response:
        return json_response(await self._keeper.holds())

    async def _read(self, request: web.Request) -> web.Response:
        return json_response(await self._keeper.read(read_record(await request.read(), PayloadQuery, what=_WHAT)))
