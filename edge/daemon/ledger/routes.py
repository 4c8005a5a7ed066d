"""The ledger over HTTP: logs as C2SP tlog-tiles, and the proof of one leaf. Public: leaves have no words and no names.

GET /v1/ledger                                       every log
GET /v1/ledger/{tenant}/{event}/checkpoint           the newest signed state of one
GET /v1/ledger/{tenant}/{event}/tile/…               its tiles, rendered when they are asked for
GET /v1/receipts/{leaf}/proof                        that a leaf is in a signed log
"""

import re

from aiohttp import web

from edge.daemon.ledger.ledger import Ledger
from edge.errors import Reason, RefusedError
from edge.host import json_response
from edge.ledger import read_path

_LOG = "/v1/ledger/{tenant}/{event}"
_LEAF = re.compile(r"[0-9a-f]{64}")
_NOTE = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}
_TILE = {"Content-Type": "application/octet-stream", "Cache-Control": "public, max-age=31536000, immutable"}
"""A tile never changes: one that is not full has its width in its name."""

RETRY_S = 1
"""When a leaf that is pending has its proof at the latest."""


class LedgerRoutes:
    """The routes about the ledger."""

    def __init__(self, *, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.get("/v1/ledger", self._logs),
            web.get(_LOG + "/checkpoint", self._checkpoint),
            web.get(_LOG + "/{tile:tile.*}", self._tile),
            web.get("/v1/receipts/{leaf}/proof", self._proof),
        ]

    async def _logs(self, _request: web.Request) -> web.Response:
        return json_response(await self._ledger.logs())

    async def _checkpoint(self, request: web.Request) -> web.Response:
        log = await self._ledger.log(_name(request))
        if log is None:
            raise _no_log()
        return web.Response(body=log.checkpoint.encode(), headers=_NOTE)

    async def _tile(self, request: web.Request) -> web.Response:
        content = await self._ledger.tile(_name(request), read_path(request.match_info["tile"]))
        if content is None:
            raise RefusedError("the log has no such tile, expected one of its checkpoint", reason=Reason.NOT_FOUND)
        return web.Response(body=content, headers=_TILE)

    async def _proof(self, request: web.Request) -> web.Response:
        leaf = request.match_info["leaf"]
        if _LEAF.fullmatch(leaf) is None:
            raise RefusedError("no leaf has this name, expected 64 hexadecimal digits", reason=Reason.NOT_FOUND)
        proof = await self._ledger.proof(bytes.fromhex(leaf))
        if proof.state == "proven":
            return json_response(proof)
        response = json_response(proof, status=202)
        response.headers["Retry-After"] = str(RETRY_S)
        return response


def _name(request: web.Request) -> str:
    return f"{request.match_info['tenant']}/{request.match_info['event']}"


def _no_log() -> RefusedError:
    return RefusedError("no log of this event is here, expected one of GET /v1/ledger", reason=Reason.NOT_FOUND)
