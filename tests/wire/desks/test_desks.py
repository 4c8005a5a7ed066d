"""The contract of every origin's adapter, tested with fake desks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.errors import Reason, RefusedError, UnreachableError
from edge.records import Outcome, Provenance, Ticket, TicketCandidate, TicketContext, Turn
from edge.wire.desks import (
    ChatwootOrigin,
    KeepsConnection,
    NothingThereError,
    Origin,
    OriginFaultError,
    OriginGoneError,
    PossibleRefusalError,
    WebhookOrigin,
    ZammadOrigin,
    read_secret,
)
from edge.wire.nats import NatsOrigin
from tests.wire.desks.fake_desks import ChatwootDesk, FakeDesk, WebhookDesk, ZammadDesk
from tests.wire.nats.nats_desk import NatsDesk

AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
SOURCE = Provenance(
    island="northwind/drop", revision=4, snippet="shipping", approved_by="Ana", approved_at=AT, key_id="k"
)
TICKET = Ticket(
    id="0f8fad5b-d9cb-469f-a165-70867728950e",
    created=AT,
    deadline=AT,
    pop="fra-1",
    island="northwind/drop",
    revision=4,
    text="where is my parcel",
    session="viewer-7",
    reason=Reason.LOW_CONFIDENCE,
    lane="fast",
    candidates=(
        TicketCandidate(confidence=0.61, nearest_example="when does it ship", similarity=0.7, provenance=SOURCE),
    ),
    transcript=(Turn(at=AT, text="hello", outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS),),
    context=TicketContext(order_window="1 to 5 September", fulfilment_partner="Harbour", risk_flags=("presale",)),
    consent="consent-9",
    trace="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)

Make = Callable[[aiohttp.ClientSession, str, float], Origin]


def webhook(session: aiohttp.ClientSession, url: str, timeout_s: float) -> Origin:
    """An adapter that signs with the desk's secret."""
    secrets = [read_secret(WebhookDesk.secret)]
    return WebhookOrigin(session, f"{url}/hook", secrets=secrets, timeout_s=timeout_s)


def chatwoot(session: aiohttp.ClientSession, url: str, timeout_s: float) -> Origin:
    """An adapter for the desk's inbox."""
    desk = ChatwootDesk
    return ChatwootOrigin(session, url, token=desk.token, account=desk.account, inbox=desk.inbox, timeout_s=timeout_s)


def zammad(session: aiohttp.ClientSession, url: str, timeout_s: float) -> Origin:
    """An adapter for the desk's group."""
    return ZammadOrigin(
        session, url, token=ZammadDesk.token, group="Viewers", customer="viewers@northwind.example", timeout_s=timeout_s
    )


DESKS: dict[str, tuple[type[FakeDesk], Make]] = {
    "standard webhooks": (WebhookDesk, webhook),
    "chatwoot": (ChatwootDesk, chatwoot),
    "zammad": (ZammadDesk, zammad),
}


class Contract:
    """One desk, and adapters for it or for another address."""

    def __init__(self, desk: FakeDesk | NatsDesk, make: Callable[[str, float], Origin], url: str) -> None:
        self.desk, self._make, self._url = desk, make, url
        self._origins: list[Origin] = []

    def origin(self, url: str | None = None, timeout_s: float = 5.0) -> Origin:
        """A new adapter, as a restarted PoP would make it."""
        self._origins.append(self._make(url or self._url, timeout_s))
        return self._origins[-1]

    async def deliver(self, ticket: Ticket = TICKET, url: str | None = None, timeout_s: float = 5.0) -> None:
        """Deliver once with a new adapter."""
        await self.origin(url, timeout_s).deliver(ticket.id, msgspec.json.encode(ticket))

    async def seen(self) -> list[tuple[str, str]]:
        """For each ticket that people see: its id and its question."""
        return await self.desk.seen() if isinstance(self.desk, NatsDesk) else self.desk.seen()

    async def close(self) -> None:
        """Close every adapter that has a connection."""
        for origin in self._origins:
            if isinstance(origin, KeepsConnection):
                await origin.close()


@asynccontextmanager
async def http_desk(name: str) -> AsyncIterator[Contract]:
    """A desk with an HTTP API."""
    kind, make = DESKS[name]
    desk = kind()
    async with aiohttp.ClientSession() as session, TestServer(desk.app) as server:
        yield Contract(desk, partial(make, session), str(server.make_url("")).rstrip("/"))


@asynccontextmanager
async def nats_desk(folder: Path) -> AsyncIterator[Contract]:
    """A desk that reads a JetStream stream."""
    async with NatsDesk(folder).running() as desk:
        contract = Contract(desk, lambda url, timeout_s: NatsOrigin(desk.account(url), timeout_s=timeout_s), desk.url)
        yield contract
        await contract.close()


@pytest.fixture(params=[*DESKS, "nats"])
async def contract(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Contract]:
    """Every kind of desk."""
    async with nats_desk(tmp_path) if request.param == "nats" else http_desk(request.param) as contract:
        yield contract


@pytest.fixture(params=list(DESKS))
async def http_contract(request: pytest.FixtureRequest) -> AsyncIterator[Contract]:
    """Every kind of desk with an HTTP API."""
    async with http_desk(request.param) as contract:
        yield contract


async def test_people_see_the_ticket(contract: Contract) -> None:
    """It has its id and the viewer's words."""
    await contract.deliver()

    assert await contract.seen() == [(TICKET.id, TICKET.text)]


async def test_ticket_delivered_twice_is_seen_once(contract: Contract) -> None:
    """Even if the PoP restarted in between."""
    await contract.deliver()
    await contract.deliver()

    assert await contract.seen() == [(TICKET.id, TICKET.text)]


async def test_second_ticket_of_a_session_is_a_new_one(contract: Contract) -> None:
    """Two questions of one viewer are two tickets."""
    other = msgspec.structs.replace(TICKET, id="second", text="and my refund")
    await contract.deliver()
    await contract.deliver(other)

    assert await contract.seen() == [(TICKET.id, TICKET.text), ("second", "and my refund")]


async def test_every_call_may_break_after_it_took_effect(contract: Contract) -> None:
    """The next delivery completes the ticket and repeats nothing."""
    await contract.deliver()
    expected = await contract.seen()
    for number in range(1, contract.desk.calls + 1):
        ticket = msgspec.structs.replace(TICKET, id=f"t{number}", session=f"viewer-of-{number}")
        contract.desk.break_at = contract.desk.calls + number
        with suppress(UnreachableError):  # aiohttp itself repeats a GET whose connection broke
            await contract.deliver(ticket)
        await contract.deliver(ticket)
        expected.append((ticket.id, ticket.text))

        assert expected == await contract.seen(), number


STATUSES: dict[int, type[Exception]] = {
    400: PossibleRefusalError,
    401: PossibleRefusalError,
    404: NothingThereError,
    410: OriginGoneError,
    422: PossibleRefusalError,
    429: OriginFaultError,
    451: PossibleRefusalError,
    500: OriginFaultError,
    503: OriginFaultError,
}


@pytest.mark.parametrize(("status", "error"), STATUSES.items())
async def test_desk_that_refuses(http_contract: Contract, status: int, error: type[Exception]) -> None:
    """The status decides which error is raised, and people see no incomplete ticket."""
    assert isinstance(http_contract.desk, FakeDesk)
    http_contract.desk.fail_with = status

    with pytest.raises(error) as caught:
        await http_contract.deliver()
    assert type(caught.value) is error
    assert await http_contract.seen() == []


async def hang(_: web.Request) -> web.Response:
    """Do not answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def page(_: web.Request) -> web.Response:
    """Answer with a sign-in page."""
    return web.Response(text="<!DOCTYPE html><h1>Sign in</h1>")


async def reset(request: web.Request) -> web.Response:
    """Close the connection."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


BAD: dict[str, tuple[Any, str]] = {
    "hangs": (hang, "did not answer within 0.2 s"),
    "answers a page": (page, "with a web page, expected a desk's answer"),
    "hangs up": (reset, "could not be reached"),
}


@pytest.mark.parametrize(("handler", "text"), BAD.values(), ids=BAD.keys())
async def test_desk_that_misbehaves(http_contract: Contract, handler: Any, text: str) -> None:
    """Delivery raises, so the ticket stays in the outbox."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        with pytest.raises(UnreachableError, match=text):
            await http_contract.deliver(url=str(server.make_url("")), timeout_s=0.2)


async def test_stored_bytes_that_are_not_a_ticket(contract: Contract) -> None:
    """They are refused, because another attempt would not help."""
    with pytest.raises(RefusedError, match=r"^stored ticket t1 cannot be decoded, expected a ticket as JSON$"):
        await contract.origin().deliver("t1", b"\xff torn")


BODIES = {
    "10 MB": (b"[" + b" " * 10_000_000, "answered more than 1048576 bytes, expected a few kilobytes"),
    "no JSON": (b"OK", "answered with text that is not JSON, expected the desk's API"),
    "another form": (b'{"payload": 7, "tickets": 8}', "answered with JSON of another form, expected the desk's API"),
}


@pytest.mark.parametrize(("body", "text"), BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("make", [chatwoot, zammad])
async def test_answer_of_another_form(session: aiohttp.ClientSession, make: Make, body: bytes, text: str) -> None:
    """Answers are limited in size and checked for their form."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        with pytest.raises(UnreachableError, match=text):
            await make(session, str(server.make_url("")), 5.0).deliver(TICKET.id, msgspec.json.encode(TICKET))


async def test_chatwoot_conversation_is_complete(session: aiohttp.ClientSession) -> None:
    """It has contact, question, private note and labels. A conversation that agents resolved is not opened again."""
    desk = ChatwootDesk()
    async with TestServer(desk.app) as server:
        origin = chatwoot(session, str(server.make_url("")), 5.0)
        await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))
        desk.conversations[1]["status"] = "resolved"
        await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))

    conversation = desk.conversations[1]
    question, private_note = conversation["messages"]
    assert (conversation["status"], conversation["labels"]) == (
        "resolved",
        ["skerry", "lane-fast", "reason-low-confidence"],
    )
    assert (question["message_type"], question["private"], question["content"]) == (0, False, TICKET.text)
    assert (private_note["message_type"], private_note["private"]) == (1, True)
    for expected in ("61% shipping", "approved by Ana", "Harbour", "presale", "consent-9", "`hello` -> clarify"):
        assert expected in private_note["content"]


async def test_zammad_ticket_has_an_internal_article(session: aiohttp.ClientSession) -> None:
    """The question is public, and our note is internal."""
    desk = ZammadDesk()
    async with TestServer(desk.app) as server:
        await zammad(session, str(server.make_url("")), 5.0).deliver(TICKET.id, msgspec.json.encode(TICKET))

    assert [(article["internal"], article["type"]) for article in desk.articles] == [(False, "note"), (True, "note")]
    assert "61% shipping" in desk.articles[1]["body"]
    assert desk.tickets[1]["customer_id"] == "guess:viewers@northwind.example"
    assert TICKET.text not in desk.tickets[1]["title"]
