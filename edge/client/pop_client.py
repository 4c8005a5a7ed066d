"""What a program may ask of a PoP, each as one method with the records of `edge.records`."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from urllib.parse import quote

import aiohttp
import msgspec

from edge.client.belief import Belief
from edge.client.exchange import ClientBounds, DocumentT, PopExchange
from edge.client.follow import TicketEvent, TicketFollower
from edge.client.saved import signed_answer_of
from edge.records import (
    AskRequest,
    AskResponse,
    ChoiceRequest,
    FeedbackRequest,
    FeedbackResponse,
    IslandName,
    IslandStatus,
    SessionRequest,
    SessionResponse,
    SnippetDocument,
    TenantKeys,
    TicketStatus,
)
from edge.records.consent import (
    ConsentRequest,
    ConsentResponse,
    FastPathRequest,
    FastPathResponse,
    GivenPurpose,
    PurposeList,
)
from edge.records.trees import TreeList, TreeRequest, TreeResponse
from edge.wire.http import Via, directly


class _Islands(msgspec.Struct):
    islands: tuple[IslandStatus, ...]


class _Tenants(msgspec.Struct):
    tenants: tuple[TenantKeys, ...]


class PopClient:
    """Asks the PoP at `url`. `keys`: by tenant, the raw public keys that may sign its answers.

    Without `keys` the client asks the PoP for them once, and pins them. Every answer is verified before it is given
    back: it is signed, not expired, and for the island that was asked. What no tenant signs is not: options, notices,
    steps of trees and replies of a desk.

    `bearer` is a viewer's session or a desk's token. Questions, choices and steps carry an `Idempotency-Key`, so that
    the second try after a 503 makes no second ticket. All methods raise `UnreachableError` if no PoP answers, or one
    asks for patience for longer than `bounds` allow; `LimitedError` if the viewer asked too often; and `RefusedError`
    with the PoP's reason, or with SIGNATURE_INVALID, HASH_MISMATCH or METADATA_EXPIRED for an answer that is not to be
    believed. Use it from one event loop; calls may run at once.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        *,
        keys: Mapping[str, Collection[bytes]] | None = None,
        via: Via = directly,
        bounds: ClientBounds = ClientBounds(),  # noqa: B008 - a constant
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._exchange = PopExchange(http, url, via=via, bounds=bounds, sleep=sleep)
        self._belief = Belief(keys, self.keys)

    async def ask(self, question: AskRequest, *, bearer: str = "") -> AskResponse:
        """What becomes of a question. With a desk's token, in the desk's form."""
        response = await self._post("/v1/ask", question, AskResponse, bearer=bearer, is_once=True)
        await self._belief.check_response(response, question.island)
        return response

    async def choose(
        self, question: AskRequest, offer: AskResponse, snippet: str | None, *, bearer: str = ""
    ) -> AskResponse:
        """What becomes of the question when the viewer picks `snippet` from `offer`, or None of them."""
        choice = ChoiceRequest(
            receipt=offer.receipt or "",
            snippet=snippet,
            text=question.text,
            session=question.session,
            channel=question.channel,
            locale=question.locale,
            consent=question.consent,
            marks=question.marks,
        )
        response = await self._post("/v1/choice", choice, AskResponse, bearer=bearer, is_once=True)
        await self._belief.check_response(response, question.island)
        return response

    async def session(self, island: str) -> SessionResponse:
        """A session for one viewer of one island: the `bearer` of their questions."""
        return await self._post("/v1/sessions", SessionRequest(island=island), SessionResponse)

    async def purposes(self, island: str, *, locale: str = "") -> PurposeList:
        """What the island asks consent for: each sentence as its tenant signed it, in `locale` if it is there."""
        path = f"/v1/islands/{IslandName.parse(island)}/purposes" + (f"?locale={_part(locale)}" if locale else "")
        found = (await self._exchange.send("GET", path)).read(PurposeList)
        await self._belief.check_purposes(found, island)
        return found

    async def fastpath(
        self, question: AskRequest, gives: Sequence[GivenPurpose], *, bearer: str = ""
    ) -> FastPathResponse:
        """What becomes of a question, and of the consent that is given with it by the same tap. Needs a session."""
        fields = msgspec.structs.asdict(question)
        request = FastPathRequest(**fields, gives=tuple(gives))
        response = await self._post("/v1/fastpath", request, FastPathResponse, bearer=bearer, is_once=True)
        await self._belief.check_response(response, question.island)
        return response

    async def give_consent(
        self, island: str, gives: Sequence[GivenPurpose], *, bearer: str = "", token: str = ""
    ) -> ConsentResponse:
        """Agree to purposes of an island, durably; says what is in force then. `token`: of an earlier response."""
        request = ConsentRequest(island=island, gives=tuple(gives), token=token)
        return await self._post("/v1/consent", request, ConsentResponse, bearer=bearer, is_once=True)

    async def take_back(
        self, island: str, purposes: Sequence[str], *, bearer: str = "", token: str = ""
    ) -> ConsentResponse:
        """Agree to these purposes no more; durable. Says what is in force then."""
        request = ConsentRequest(island=island, takes_back=tuple(purposes), token=token)
        return await self._post("/v1/consent", request, ConsentResponse, bearer=bearer, is_once=True)

    async def consents(self, island: str, *, bearer: str = "", token: str = "") -> ConsentResponse:
        """Which consents of the session are in force. It changes nothing."""
        return await self._post(
            "/v1/consent", ConsentRequest(island=island, token=token), ConsentResponse, bearer=bearer
        )

    async def islands(self) -> tuple[IslandStatus, ...]:
        """The state of every island on the PoP."""
        return (await self._exchange.send("GET", "/v1/islands")).read(_Islands).islands

    async def snippet(self, island: str, snippet: str) -> SnippetDocument:
        """One answer as its tenant signed it."""
        response = await self._exchange.send("GET", f"/v1/islands/{IslandName.parse(island)}/snippets/{_part(snippet)}")
        return await self._belief.open(signed_answer_of(response.headers, response.body), island, snippet)

    async def trees(self, island: str) -> TreeList:
        """The decision trees of an island, each with its first step."""
        return (await self._exchange.send("GET", f"/v1/trees/{IslandName.parse(island)}")).read(TreeList)

    async def tree(self, island: str, tree: str, step: TreeRequest | None = None, *, bearer: str = "") -> TreeResponse:
        """The next step of a tree; the first without `step`."""
        path = f"/v1/trees/{IslandName.parse(island)}/{_part(tree)}"
        response = await self._post(path, step or TreeRequest(), TreeResponse, bearer=bearer, is_once=True)
        await self._belief.check_response(response, island)
        return response

    async def feedback(self, feedback: FeedbackRequest, *, bearer: str = "") -> FeedbackResponse:
        """Which topics were counted. It can be repeated."""
        return await self._post("/v1/feedback", feedback, FeedbackResponse, bearer=bearer)

    async def ticket(self, ticket: str, token: str) -> TicketStatus:
        """How far a ticket has come. `token` is the `ticket_token` of its response."""
        path = f"/v1/tickets/{_part(ticket)}"
        return (await self._exchange.send("GET", path, headers=_authorization(token))).read(TicketStatus)

    def follow(self, ticket: str, token: str, *, last_event_id: str = "") -> AsyncGenerator[TicketEvent, None]:
        """A ticket's events, beginning with the state now, until it is resolved or dropped.

        A broken stream is resumed after the last event, and polled where no stream is to be had. Raises `RefusedError`
        if the PoP refuses the token, and `UnreachableError` after `bounds.max_failures` without a sign of the ticket. A
        ticket has one stream at a PoP: do not follow it twice.
        """
        follower = TicketFollower(self._exchange, _part(ticket), token, read_status=lambda: self.ticket(ticket, token))
        return follower.events(last_event_id)

    async def keys(self) -> tuple[TenantKeys, ...]:
        """The keys that may sign for each tenant, as the PoP names them."""
        return (await self._exchange.send("GET", "/.well-known/skerry-keys")).read(_Tenants).tenants

    async def _post(
        self, path: str, document: msgspec.Struct, kind: type[DocumentT], *, bearer: str = "", is_once: bool = False
    ) -> DocumentT:
        headers = _authorization(bearer) | ({"Idempotency-Key": str(uuid.uuid4())} if is_once else {})
        response = await self._exchange.send("POST", path, body=_body(document), headers=headers)
        return response.read(kind)


def _body(document: msgspec.Struct) -> bytes:
    """The record as JSON, without what is as usual: an older PoP refuses a field that it does not know."""
    fields = msgspec.structs.fields(document)
    found = ((field.encode_name, getattr(document, field.name), field.default) for field in fields)
    return msgspec.json.encode({name: value for name, value, usual in found if value != usual})


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _part(name: str) -> str:
    """A name as one part of a path: no slash in it leads elsewhere."""
    return quote(name, safe="")
