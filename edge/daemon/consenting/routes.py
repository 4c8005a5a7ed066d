"""Requests about consent.

POST /v1/consent                               give, take back, or ask what is in force; durable before the response
POST /v1/fastpath                              a question and the consent to what it needs, by one tap
GET  /v1/islands/{tenant}/{island}/purposes    the signed sentences to show
"""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import msgspec
from aiohttp import web

from edge.consent import check_given, permission
from edge.daemon.ask import Answerer, find_served, find_slot, viewers_form
from edge.daemon.browser import Repeats
from edge.daemon.callers import Callers, trace_of
from edge.daemon.consenting.purposes import list_purposes
from edge.daemon.consents import Consents, TakenConsent
from edge.daemon.limits import Limiter
from edge.daemon.sync import PopShelf
from edge.decide import wanted_locales
from edge.errors import BrokenRuleError, DiskFullError, LimitedError, Reason, RefusedError
from edge.host import RepeatedLines, get_logger, json_response, read_record
from edge.records import AskRequest, AskResponse, Island, IslandName
from edge.records.consent import (
    ConsentInForce,
    ConsentRequest,
    ConsentResponse,
    FastPathRequest,
    FastPathResponse,
    GivenPurpose,
    PersonalStep,
)
from edge.tokens import Asker

ACCEPT = "Accept-Language"

_log = get_logger()


class ConsentRoutes:
    """The three routes."""

    def __init__(
        self,
        *,
        pop: str,
        callers: Callers,
        limiter: Limiter,
        consents: Consents,
        answerer: Answerer,
        repeats: Repeats,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
    ) -> None:
        self._pop, self._callers, self._limiter, self._consents = pop, callers, limiter, consents
        self._answerer, self._repeats, self._shelf, self._now = answerer, repeats, shelf, now
        self._repeated = RepeatedLines()

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.post("/v1/consent", self._consent),
            web.post("/v1/fastpath", self._fast_path),
            web.get("/v1/islands/{tenant}/{island}/purposes", self._purposes),
        ]

    async def _consent(self, request: web.Request) -> web.Response:
        body = await request.read()
        wanted = read_record(body, ConsentRequest, what="a request about consent")
        name = IslandName.parse(wanted.island)
        asker = self._callers.asker(request, island=str(name), session=wanted.session)
        self._limiter.count_question(asker, str(name))
        session = _session_of(asker)
        if {one.purpose for one in wanted.gives} & set(wanted.takes_back):
            raise BrokenRuleError("a purpose is given and taken back at once, expected one of the two")

        async def respond(ticket_id: str) -> web.Response:
            # A shown token must be good: a page that shows a foreign one has mixed up its viewers.
            shown = self._consents.read_token(name, session, wanted.token) if wanted.token else ()
            taken = None
            if wanted.takes_back:
                # First, and also where the island is gone or not served: a withdrawal is always taken.
                island = self._island(name, session)
                revision = island.revision if island else 0
                taken = await self._consents.take_back(name, revision, session, wanted.takes_back, more=shown)
                await self._store_withdrawal(taken)
            record = _record_of(ticket_id)
            if wanted.gives and not (record and await self._consents.has(name, session, record)):
                taken = self._consents.give(name, self._served(name, session), session, wanted.gives, record_id=record)
                await self._consents.store(taken)
            return json_response(await self._in_force(name, session, shown=wanted.token, taken=taken))

        return await self._repeats.respond_once(request, body, asker=asker, form="consent", respond=respond)

    async def _store_withdrawal(self, taken: TakenConsent) -> None:
        try:
            await self._consents.store(taken)
        except LimitedError as error:
            left_out = self._repeated.left_out("withdrawals")
            if left_out is not None:
                _log.warning("withdrawals that end no known consent are refused", error=error.text, left_out=left_out)
            raise

    async def _fast_path(self, request: web.Request) -> web.Response:
        body = await request.read()
        asked = read_record(body, FastPathRequest, what="a question with consent")
        name = IslandName.parse(asked.island)
        asker = self._callers.asker(request, island=str(name), session=asked.session)
        self._limiter.count_question(asker, str(name))
        session = _session_of(asker)
        trace, accepted = trace_of(request.headers.get("traceparent", "")), request.headers.get(ACCEPT, "")

        async def respond(ticket_id: str) -> web.Response:
            taken = await self._taken(name, session, asked.gives, record=_record_of(ticket_id))
            fields = msgspec.structs.asdict(asked) | {"session": session}
            question = AskRequest(**{field: fields[field] for field in AskRequest.__struct_fields__})

            async def ask(consent: TakenConsent | None) -> AskResponse:
                return await self._answerer.ask(
                    question, asker=asker, trace=trace, ticket_id=ticket_id, accepted=accepted, consent=consent
                )

            answered, taken = await _with_or_without(taken, ask)
            in_force = await self._in_force(name, session, shown=asked.consent, taken=taken)
            response = FastPathResponse(**msgspec.structs.asdict(viewers_form(answered)), consent=in_force)
            return json_response(response, status=202 if response.ticket else 200)

        form = " ".join(("fastpath", *wanted_locales("", "", accepted)))
        return await self._repeats.respond_once(request, body, asker=asker, form=form, respond=respond)

    async def _purposes(self, request: web.Request) -> web.Response:
        match = request.match_info
        name = IslandName.parse(f"{match['tenant']}/{match['island']}")
        shelf = self._shelf()
        slot = find_slot(shelf, name).seen_by("", pop=self._pop)
        entry, _ = find_served(shelf, slot, self._now())
        stated = request.query.get("locale", "")
        wanted = wanted_locales(stated, "", "" if stated else request.headers.get(ACCEPT, ""))
        response = json_response(list_purposes(entry, wanted))
        # A copy of an older sentence would have its consent refused, again and again.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Vary"] = ACCEPT
        return response

    async def _taken(
        self, name: IslandName, session: str, gives: Sequence[GivenPurpose], *, record: str
    ) -> TakenConsent | None:
        """The consent that goes with a question, as `record`; None if there is no room for it, or if it is here.

        The question is asked all the same.

        Raises `RefusedError` as `check_given`: the page must show the sentence of now before anything is asked.
        """
        island = self._served(name, session)
        check_given(island, gives)
        if record and await self._consents.has(name, session, record):
            return None
        if not await self._consents.has_room():
            return None
        return self._consents.give(name, island, session, gives, record_id=record)

    async def _in_force(
        self, name: IslandName, session: str, *, shown: str, taken: TakenConsent | None
    ) -> ConsentResponse:
        consents = await self._consents.in_force(name, session, shown=shown)
        allowed = permission(self._island(name, session), consents)
        return ConsentResponse(
            island=str(name),
            in_force=tuple(
                ConsentInForce(
                    purpose=one.purpose,
                    version=one.version,
                    record=one.record,
                    expires=datetime.fromtimestamp(one.expires, UTC),
                )
                for one in consents
            ),
            allows=tuple(step for step in PersonalStep if allowed.is_asked and allowed.may(step)),
            record=taken.record if taken else None,
            leaf=taken.leaf if taken else msgspec.UNSET,
            token=self._consents.token(name, session, consents),
        )

    def _island(self, name: IslandName, session: str) -> Island | None:
        """The island as this session sees it; None if this PoP does not have it."""
        slot = self._shelf().get(name)
        entry = slot.seen_by(session, pop=self._pop).entry if slot is not None else None
        return entry.island if entry is not None else None

    def _served(self, name: IslandName, session: str) -> Island:
        """The island, if it is served. Raises `RefusedError` with the reason why it is not."""
        shelf = self._shelf()
        entry, _ = find_served(shelf, find_slot(shelf, name).seen_by(session, pop=self._pop), self._now())
        return entry.island


def _record_of(ticket_id: str) -> str:
    """The id of a keyed request's record; empty without a key. A repetition after a restart gives nothing once more."""
    return str(uuid.uuid5(uuid.UUID(ticket_id), "consent")) if ticket_id else ""


async def _with_or_without(
    taken: TakenConsent | None, ask: Callable[[TakenConsent | None], Awaitable[AskResponse]]
) -> tuple[AskResponse, TakenConsent | None]:
    """The response, and the consent that was stored with it; None if there was no room for it.

    Nothing was stored then, and an answer needs no room. A ticket needs room as well: that raises once more.
    """
    try:
        return await ask(taken), taken
    except (RefusedError, DiskFullError) as error:
        if taken is None or error.reason is not Reason.STORAGE:
            raise
    return await ask(None), None


def _session_of(asker: Asker) -> str:
    """The asker's session. Raises `RefusedError` (`SESSION_INVALID`) without one: a consent is somebody's."""
    if not asker.session:
        text = "consent needs a session, expected one from POST /v1/sessions in Authorization"
        raise RefusedError(text, reason=Reason.SESSION_INVALID)
    return asker.session
