"""The routes for PoPs. `edge.records.desk` has their documents, and the guard has let in PoPs only.

POST /v1/tickets             201 if the ticket is new, 200 if it was here; durable then; take-back, consent, merge
GET  /v1/pops/{name}/events  events after `Last-Event-ID`, which also confirms them (`stream.py`)
POST /v1/pops/{name}/status  the PoP's figures for the wall, and which events it has stored
"""

from aiohttp import web

from edge.desk.access import POP, POP_KEYS
from edge.desk.consents import key_of
from edge.desk.live import DeskThread, PostedFigures
from edge.desk.pops.stream import EventStream
from edge.desk.store import IncomingTicket, moment
from edge.errors import Reason, RefusedError
from edge.host import RepeatedLines, get_logger, json_response, problem_of, problem_response, read_record
from edge.records import SolvedByViewer
from edge.records.consent import ConsentMessage
from edge.records.desk import MAX_FIGURES_BYTES, PopFigures, TicketReceived
from edge.records.merges import MergeMessage

_KEY_HEADER = "Idempotency-Key"

_log = get_logger()


class PopRoutes:
    """The routes of one desk."""

    def __init__(self, thread: DeskThread, figures: PostedFigures, stream: EventStream) -> None:
        self._thread, self._figures, self._stream = thread, figures, stream
        self._repeats = RepeatedLines()

    def add_to(self, app: web.Application) -> None:
        """Serve the routes in `app`."""
        app.router.add_post("/v1/tickets", self._post_ticket)
        app.router.add_get("/v1/pops/{name}/events", self._stream.handle, allow_head=False)
        app.router.add_post("/v1/pops/{name}/status", self._post_status)

    async def _post_ticket(self, request: web.Request) -> web.Response:
        body = await request.read()
        if SolvedByViewer.is_id(request.headers.get(_KEY_HEADER, "")):
            return await self._take_back(request[POP], body)
        if ConsentMessage.is_id(request.headers.get(_KEY_HEADER, "")):
            return await self._consent(request[POP], body, request[POP_KEYS])
        if MergeMessage.is_id(request.headers.get(_KEY_HEADER, "")):
            return await self._merge(request[POP], body)
        try:
            ticket = IncomingTicket.parse(body)
        except RefusedError as error:
            return _refused(error)
        if ticket.pop != request[POP]:
            text = f"the token is of PoP '{request[POP]}', expected a ticket that this PoP made"
            return problem_response(403, Reason.UNAUTHORISED, text)
        if request.headers.get(_KEY_HEADER, ticket.id) != ticket.id:
            text = f"{_KEY_HEADER} is not the ticket's id, expected that or no such header"
            return problem_response(422, Reason.KEY_REUSED, text)
        try:
            received, is_new = await self._thread.do(lambda desk: desk.intake.put(ticket))
        except RefusedError as error:
            # Too many are open: the PoP keeps it, and comes again.
            return problem_of(error) if error.reason is Reason.OVERLOADED else _refused(error)
        if is_new:
            _log.info("ticket came in", ticket=ticket.id, pop=ticket.pop, island=str(ticket.island), lane=ticket.lane)
        document = TicketReceived(ticket=ticket.id, received=moment(received))
        return json_response(document, status=201 if is_new else 200)

    async def _take_back(self, pop: str, body: bytes) -> web.Response:
        """The viewer has solved a ticket: 200 whether or not people have it, so that it is not sent again."""
        try:
            solved = read_record(body, SolvedByViewer, what="a take-back")
        except RefusedError as error:
            return _refused(error)
        is_resolved = await self._thread.do(lambda desk: desk.actions.take_back(solved.ticket, pop))
        _log.info("ticket is taken back", ticket=solved.ticket, pop=pop, is_resolved=is_resolved)
        return json_response({"ticket": solved.ticket, "resolved": is_resolved})

    async def _consent(self, pop: str, body: bytes, keys: tuple[bytes, ...]) -> web.Response:
        """A consent record: stored once, and kept when its ticket is deleted."""
        try:
            message = read_record(body, ConsentMessage, what="a consent record")
            if message.pop != pop:
                text = f"the token is of PoP '{pop}', expected a consent record that this PoP took"
                return problem_response(403, Reason.UNAUTHORISED, text)
            put, left_out = await self._thread.do(lambda desk: desk.intake.put_consent(message, keys=keys))
        except RefusedError as error:
            return _refused(error)
        _log.info("consent record came in", consent=message.id, pop=pop, is_new=put.is_new)
        if put.is_new and not put.is_verified:
            self._tell_unverified(message)
        if left_out:
            _log.warning("pages may still show transcripts that were taken back", consent=message.id, rows=left_out)
        return json_response({"consent": message.id, "new": put.is_new})

    def _tell_unverified(self, message: ConsentMessage) -> None:
        left_out = self._repeats.left_out(message.pop)
        if left_out is not None:
            text = "consent record is signed by another key than its PoP's, it is not verified"
            _log.warning(text, consent=message.id, pop=message.pop, key=key_of(message).hex(), left_out=left_out)

    async def _merge(self, pop: str, body: bytes) -> web.Response:
        """A merge of sessions, or its undoing: stored once."""
        try:
            message = read_record(body, MergeMessage, what="a merge of sessions")
            if message.pop != pop:
                text = f"the token is of PoP '{pop}', expected a merge that this PoP took"
                return problem_response(403, Reason.UNAUTHORISED, text)
            is_new = await self._thread.do(lambda desk: desk.intake.put_merge(message))
        except RefusedError as error:
            # Also if there are too many: they end with tickets, and a PoP that tried again would keep back others.
            return _refused(error)
        _log.info("merge of sessions came in", merge=message.id, pop=pop, is_new=is_new)
        return json_response({"merge": message.id, "new": is_new})

    async def _post_status(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > MAX_FIGURES_BYTES:
            text = f"the figures are {request.content_length} bytes, expected at most {MAX_FIGURES_BYTES}"
            raise RefusedError(text, reason=Reason.TOO_LARGE)
        body, pop = await request.read(), request[POP]
        if len(body) > MAX_FIGURES_BYTES:
            text = f"the figures are {len(body)} bytes, expected at most {MAX_FIGURES_BYTES}"
            raise RefusedError(text, reason=Reason.TOO_LARGE)
        figures = read_record(body, PopFigures, what="a PoP's figures")
        # First: figures are good for the wall, also if the desk does not know the number.
        self._figures.post(pop, figures)
        if figures.confirmed:
            await self._thread.do(lambda desk: desk.events.confirm(pop, figures.confirmed))
        return web.Response(status=204)


def _refused(error: RefusedError) -> web.Response:
    """The answer to what is no ticket, however it is wrong: its PoP must not send it again."""
    return problem_response(422, error.reason, error.text)
