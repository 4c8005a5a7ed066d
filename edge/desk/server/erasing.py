"""`POST /v1/erase` of the admin socket: what a session said is deleted while the desk runs."""

from functools import partial

from aiohttp import web

from edge.desk.live import DeskThread, OpenDesk
from edge.errors import RefusedError
from edge.host import get_logger, json_response, read_record
from edge.records.payloads import DeskErasure, EraseRequest, ErasureScope

_log = get_logger()


def erase_route(thread: DeskThread) -> web.RouteDef:
    """The route, for the admin socket."""
    return web.post("/v1/erase", partial(_erase, thread))


async def _erase(thread: DeskThread, request: web.Request) -> web.Response:
    """Each session is deleted for itself. After an error the same call goes on."""
    asked = read_record(await request.read(), EraseRequest, what="what to erase at the desk")
    if asked.scope is not ErasureScope.SESSION:
        raise RefusedError(f"the desk was asked to erase by {asked.scope}, expected session")
    found = [await thread.do(partial(_erase_session, tenant=asked.tenant, session=one)) for one in asked.names]
    await thread.do(lambda desk: desk.store.look_after())
    erased = DeskErasure(tickets=sum(one.tickets for one in found), merges=sum(one.merges for one in found))
    _log.warning("tickets erased on request", tickets=erased.tickets, merges=erased.merges)
    return json_response(erased)


def _erase_session(desk: OpenDesk, *, tenant: str, session: str) -> DeskErasure:
    return desk.store.erase_session(tenant, session)
