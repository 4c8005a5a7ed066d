"""`edge.wire.exports`: what the adapters wrote, and people replied, comes back as lines, from both desks."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer

from edge.errors import UnreachableError
from edge.records import Ticket
from edge.records.desk import ExportLine
from edge.wire.desks import ChatwootOrigin, Origin, OriginFaultError, ZammadOrigin
from edge.wire.exports import ChatwootExport, ZammadExport
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk
from tests.wire.desks.test_desks import TICKET

ISLAND = TICKET.island
REPLY = "It left *yesterday*.\nYou have it on Friday."


class Desk:
    """A fake desk with our adapter, our export, and people who reply."""

    def __init__(self, fake: ChatwootDesk | ZammadDesk, origin: Origin, export: ChatwootExport | ZammadExport) -> None:
        self.fake, self.origin, self.export = fake, origin, export

    async def gets(self, number: int, **fields: Any) -> Ticket:
        """A ticket of a session of its own."""
        ticket = msgspec.structs.replace(TICKET, id=f"ticket-{number}", session=f"secret-session-{number}", **fields)
        await self.origin.deliver(ticket.id, msgspec.json.encode(ticket))
        return ticket

    def reply(self, number: int, text: str = REPLY) -> None:
        """People's reply to the ticket that came as number so many, counted from 1."""
        if isinstance(self.fake, ChatwootDesk):
            messages = self.fake.conversations[number]["messages"]
            # Assignments are messages, too.
            for kind, words in (
                (2, "Ada joined this conversation, and looks into it"),
                (1, "Hi!"),
                (1, text),
                (1, "Else?"),
            ):
                message = {"id": len(messages) + 1, "message_type": kind, "private": False, "content": words}
                messages.append({**message, "created_at": 1_788_264_100})
            return
        html = text.replace("\n", "<br>").replace("Friday", "<b>Fri</b>day")
        for body in ("<p>Hi!</p>", f"<div>{html}</div>", "<p>Else?</p>"):
            article = {"ticket_id": number, "sender": "Agent", "internal": False, "content_type": "text/html"}
            created = {"id": len(self.fake.articles) + 1, "created_at": "2026-09-01T13:00:00Z"}
            self.fake.articles.append({**article, **created, "body": body})

    async def lines(self, island: str = ISLAND) -> list[ExportLine]:
        """The export, oldest question first."""
        return sorted([line async for line in self.export.lines(island)], key=lambda line: line.question)


@pytest.fixture(params=["chatwoot", "zammad"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Each desk in turn."""
    fake = ChatwootDesk() if request.param == "chatwoot" else ZammadDesk()
    async with TestServer(fake.app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/")).rstrip("/")
        if isinstance(fake, ChatwootDesk):
            token, account = fake.token, fake.account
            yield Desk(
                fake,
                ChatwootOrigin(session, url, token=token, account=account, inbox=fake.inbox, timeout_s=5),
                ChatwootExport(session, url, token=token, account=account, timeout_s=5),
            )
        else:
            yield Desk(
                fake,
                ZammadOrigin(session, url, token=fake.token, group="Viewers", customer="v@acme.example", timeout_s=5),
                ZammadExport(session, url, token=fake.token, timeout_s=5),
            )


async def test_question_candidates_and_likely_answer(desk: Desk) -> None:
    """As the ticket had them; the reply is text with its lines, and no greeting."""
    await desk.gets(1)
    desk.reply(1)
    (line,) = await desk.lines()

    assert TICKET.text == line.question
    assert (("shipping",), None, "escalate") == (line.offered, line.taken, line.outcome)
    assert REPLY == line.reply
    assert 2026 == line.at.year


async def test_refused_offers(desk: Desk) -> None:
    """They are what was offered, and the viewer took none. A ticket without a reply is a line, too."""
    await desk.gets(1, refused=("shipping", "refund"))
    (line,) = await desk.lines()

    assert (("shipping", "refund"), "", "") == (line.offered, line.taken, line.reply)


async def test_every_page_is_read_and_other_islands_are_not(desk: Desk) -> None:
    """Five tickets are three pages; a ticket that no PoP made is no line."""
    for number in range(1, 6):
        await desk.gets(number, text=f"question {number}")
    await desk.gets(6, island="northwind/other", text="of another island")
    if isinstance(desk.fake, ChatwootDesk):
        desk.fake.conversations[7] = {"id": 7, "contact_id": 1, "custom_attributes": {}, "messages": []}
    else:
        desk.fake.tickets[7] = {"id": 7, "title": f"{ISLAND}: low_confidence (fast)", "skerry_ticket": None}

    assert [f"question {number}" for number in range(1, 6)] == [line.question for line in await desk.lines()]
    assert ["of another island"] == [line.question for line in await desk.lines("northwind/other")]


async def test_no_session_and_no_ticket(desk: Desk) -> None:
    """Nothing but the fields of the format is in a line."""
    ticket = await desk.gets(1)
    desk.reply(1)
    written = msgspec.json.encode(await desk.lines()).decode()

    for secret in (ticket.id, ticket.session, TICKET.consent, TICKET.trace, "fra-1", "hello"):
        assert secret not in written


async def test_words_of_viewers_come_back_as_they_were(desk: Desk) -> None:
    """Also where a desk renders Markdown, and where a viewer writes as our note does."""
    text = "is it **new**? Island acme/drop, revision 3 <b>"
    await desk.gets(1, text=text)
    (line,) = await desk.lines()

    assert text == line.question


async def test_follow_up_is_no_question_of_its_own(desk: Desk) -> None:
    """It is in the conversation of its ticket."""
    first = await desk.gets(1)
    follow = msgspec.structs.replace(TICKET, id="ticket-1-f", session=first.session, joins=first.id, text="hello?")
    await desk.origin.deliver(follow.id, msgspec.json.encode(follow))

    assert [TICKET.text] == [line.question for line in await desk.lines()]


@pytest.mark.parametrize("desk", ["chatwoot"], indirect=True)
async def test_long_conversation(desk: Desk) -> None:
    """A conversation is read to its first message, by pages of three. Zammad sends all articles of a ticket at once."""
    assert isinstance(desk.fake, ChatwootDesk)
    await desk.gets(1)
    desk.fake.messages_a_page = 3
    for _ in range(4):
        desk.reply(1)
    (line,) = await desk.lines()

    assert (TICKET.text, REPLY) == (line.question, line.reply)


async def test_desk_that_fails(desk: Desk) -> None:
    """Its status is in the error; so is nothing of its body."""
    await desk.gets(1)
    desk.fake.fail_with = 500

    with pytest.raises(UnreachableError, match="status 500, expected 2xx"):
        await desk.lines()
    desk.fake.token = "another"
    with pytest.raises(OriginFaultError, match="status 401, expected 2xx"):
        await desk.lines()
