"""Looks at conversations: what is new, page by page; what is no answer is a fault, never a deleted conversation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.errors import UnreachableError
from edge.records import TicketState
from edge.wire.conversations import ChatwootLooks, ConversationLook, Looks, ZammadLooks
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk


@asynccontextmanager
async def looks_at(desk: ChatwootDesk | ZammadDesk) -> AsyncIterator[Looks]:
    """Looks at a double with one conversation."""
    async with aiohttp.ClientSession() as session, TestServer(desk.app) as server:
        url = str(server.make_url("")).rstrip("/")
        if isinstance(desk, ChatwootDesk):
            desk.conversations[1] = {"id": 1, "contact_id": 1, "status": "open", "messages": []}
            yield ChatwootLooks(session, url, token=desk.token, account=desk.account, timeout_s=5.0)
        else:
            desk.tickets[1] = {"id": 1, "skerry_ticket": "t1"}
            yield ZammadLooks(session, url, token=desk.token, timeout_s=5.0)


@pytest.fixture(params=[ChatwootDesk, ZammadDesk])
def desk(request: pytest.FixtureRequest) -> ChatwootDesk | ZammadDesk:
    """Each kind."""
    made: ChatwootDesk | ZammadDesk = request.param()
    return made


async def test_only_what_is_new(desk: ChatwootDesk | ZammadDesk) -> None:
    """A look begins after what the one before has read."""
    async with looks_at(desk) as looks:
        nothing = await looks.look(1, 0)
        desk.say(1, "one")
        desk.say(1, "two")
        first = await looks.look(1, 0)
        desk.say(1, "three")
        assert first is not None
        second = await looks.look(1, first.newest)

    assert nothing is not None
    assert second is not None
    assert ConversationLook(None, (), 0) == nothing
    assert ["one", "two"] == [reply.text for reply in first.replies]
    assert ["three"] == [reply.text for reply in second.replies]


async def test_quiet_conversation_is_one_request() -> None:
    """Chatwoot says which message is the newest."""
    desk = ChatwootDesk()
    async with looks_at(desk) as looks:
        desk.say(1, "one")
        first = await looks.look(1, 0)
        calls = desk.calls
        assert first is not None
        await looks.look(1, first.newest)

    assert 1 == desk.calls - calls


async def test_many_messages_come_in_pages() -> None:
    """All of them, in order."""
    desk = ChatwootDesk()
    desk.messages_after = 3
    async with looks_at(desk) as looks:
        for number in range(10):
            desk.say(1, f"reply {number}")
        found = await looks.look(1, 0)

    assert found is not None
    assert [f"reply {number}" for number in range(10)] == [reply.text for reply in found.replies]


async def test_deleted_conversation(desk: ChatwootDesk | ZammadDesk) -> None:
    """None, if others are there; a desk that has nothing at all is at another address."""
    async with looks_at(desk) as looks:
        gone = await looks.look(2, 0)

        async def nothing(_request: web.Request) -> web.Response:
            return web.json_response({"error": "not found"}, status=404)

        desk.fault = nothing
        with pytest.raises(UnreachableError):
            await looks.look(2, 0)

    assert gone is None


ZAMMAD_STATES = {
    "new": None,
    "open": TicketState.ACKNOWLEDGED,
    "pending reminder": TicketState.ACKNOWLEDGED,
    "pending close": TicketState.ACKNOWLEDGED,
    "wartet auf Ware": TicketState.ACKNOWLEDGED,
    "closed": TicketState.RESOLVED,
    "merged": TicketState.RESOLVED,
}


@pytest.mark.parametrize(("name", "state"), ZAMMAD_STATES.items(), ids=ZAMMAD_STATES)
async def test_state_of_zammad(name: str, state: TicketState | None) -> None:
    """By its type; the names are an administrator's."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        desk.tickets[1]["state"] = name
        found = await looks.look(1, 0)

    assert found is not None
    assert state is found.state


@pytest.mark.parametrize("answer", ["[]", "{}", '{"id": "x"}', "null", "not JSON", '{"id": 1, "status": null}'])
async def test_answer_of_another_form(desk: ChatwootDesk | ZammadDesk, answer: str) -> None:
    """It is a fault that quotes nothing of it."""

    async def other(_request: web.Request) -> web.Response:
        return web.Response(text=answer, content_type="application/json")

    async with looks_at(desk) as looks:
        desk.fault = other
        with pytest.raises(UnreachableError, match="expected the desk's API"):
            await looks.look(1, 0)
