"""Zammad: a ticket with the viewer's question, and an internal article for the agent.

Source: docs.zammad.org/en/latest/api/ticket (create, search, articles). Tickets of the desk need a text attribute
`skerry_ticket` (Admin -> Objects -> Ticket). A ticket is searched by it before it is created. The search uses
`condition`, which reads the database; `query` reads an index that lags behind.

A follow-up becomes an article of the ticket that it joins. The article's subject names the follow-up, so that a
repeated delivery finds it. What its words do not say, such as a value that was typed in a tree, becomes an internal
article. A follow-up opens a ticket that was closed meanwhile. A take-back closes the ticket, and then becomes
an internal article. If somebody owns the ticket, an agent has replied, or the viewer has written more than one article,
the article is all. Where it stands, nothing is closed again.

The type of a state counts (docs.zammad.org/en/latest/api/ticket/states): its name can be translated or changed.
"""

from typing import NamedTuple

import aiohttp
import msgspec

from edge.foreign_words import one_line
from edge.records import SolvedByViewer, Ticket
from edge.wire.desks.desk_api import DeskApi, read_take_back, read_ticket
from edge.wire.desks.note_form import is_marked, marker
from edge.wire.desks.origin import TicketPlace, answer_within
from edge.wire.desks.ticket_text import agent_note, follow_up_note, labels, says_more, solved_note, title

ATTRIBUTE = "skerry_ticket"
_OPEN, _CLOSED, _MERGED = 2, 5, 6
"""`state_type_id` of states. In those of the last two, nobody works on a ticket any more."""

_NOBODY = 1
"""`owner_id` of a ticket that nobody has: Zammad's first user stands for that, and cannot log in."""

_NAMES = {_OPEN: "open", _CLOSED: "closed"}
"""What Zammad calls them, if no state of the type is active."""


class _Created(msgspec.Struct):
    id: int


class _Article(msgspec.Struct):
    id: int
    internal: bool = False
    body: str | None = None
    subject: str | None = None
    sender: str | None = None


class _Known(NamedTuple):
    """What counts of an article. A ticket may have many, and long ones."""

    id: int
    internal: bool
    subject: str
    sender: str
    is_marked: bool


class _State(msgspec.Struct):
    id: int
    state_type_id: int
    active: bool = True


class _TicketState(msgspec.Struct):
    state_id: int
    owner_id: int | None = None


class ZammadOrigin:
    """Delivers tickets to the desk at `url`, with the `token` of an agent.

    Tickets go to `group` and belong to `customer` (an e-mail address). `timeout_s` is for one whole delivery.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, token: str, group: str, customer: str, timeout_s: float
    ) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._group, self._customer, self._timeout_s = group, customer, timeout_s

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Create the ticket and its internal article, as far as they are missing. Raises as `Origin.deliver`.

        A follow-up is added to its ticket. If that is gone, it gets one of its own.
        """
        if SolvedByViewer.is_id(ticket_id):
            await self._take_back(read_take_back(ticket_id, payload))
            return
        ticket = read_ticket(ticket_id, payload)
        await self.place(ticket, into=ticket.joins or "")

    async def place(self, ticket: Ticket, *, into: str) -> TicketPlace:
        """As `deliver`, for a ticket; returns where it is. `into`: the ticket to which it is added, if that is there.

        What was merged into another counts as gone. Raises as `Origin.deliver`.
        """
        async with answer_within(self._timeout_s, self._desk.url):
            joined = await self._find(into) if into else None
            state = await self._state_type(joined) if joined is not None else None
            if joined is not None and state != _MERGED:
                return TicketPlace(joined, await self._add(joined, ticket, is_closed=state == _CLOSED))
            number = await self._find(ticket.id) or await self._create(ticket)
            await self._note(number, ticket.id, agent_note(ticket))
            return TicketPlace(number, 0)

    async def _note(self, number: int, ticket_id: str, note: str) -> None:
        articles = await self._articles(number, ticket_id)
        if not any(article.internal and article.is_marked for article in articles):
            await self._desk.post("ticket_articles", _Created, {"ticket_id": number, **_internal(note)})

    async def _take_back(self, solved: SolvedByViewer) -> None:
        """Note that the viewer has solved it, and close. A ticket that is gone needs neither."""
        async with answer_within(self._timeout_s, self._desk.url):
            number = await self._find(solved.ticket)
            if number is not None:
                await self._conclude(number, solved.id, solved_note(solved))

    async def conclude(self, conversation: int, message_id: str, note: str) -> None:
        """Close a ticket as by a take-back with this id, with a `note` for agents. Raises as `Origin.deliver`."""
        async with answer_within(self._timeout_s, self._desk.url):
            await self._conclude(conversation, message_id, f"{note}\n{marker(message_id)}")

    async def _conclude(self, number: int, message_id: str, note: str) -> None:
        articles = await self._articles(number, message_id)
        if any(article.internal and article.is_marked for article in articles):
            return
        written = [article.sender for article in articles if not article.internal]
        # First, so that the article says that it is done: somebody may open the ticket again after it. And not in one
        # request with the article: the client repeats a PUT whose connection broke, and adds two.
        is_untouched = "Agent" not in written and written.count("Customer") == 1
        if is_untouched and not await self._has_owner(number):
            await self._set_state(number, _CLOSED)
        await self._desk.post("ticket_articles", _Created, {"ticket_id": number, **_internal(note)})

    async def _add(self, number: int, ticket: Ticket, *, is_closed: bool) -> int:
        """The id of the added article."""
        articles = await self._articles(number, ticket.id)
        added = next((article.id for article in articles if marker(ticket.id) == article.subject), None)
        if added is None:
            if is_closed:
                await self._set_state(number, _OPEN)
            body = {**_question(ticket), "ticket_id": number, "subject": marker(ticket.id)}
            added = (await self._desk.post("ticket_articles", _Created, body)).id
        if not ticket.joins:
            await self._note(number, ticket.id, agent_note(ticket))
        elif says_more(ticket):
            await self._note(number, ticket.id, follow_up_note(ticket))
        return added

    async def _articles(self, number: int, message_id: str) -> list[_Known]:
        """All articles of a ticket. They are marked with the id of this ticket or take-back, or not."""
        found: list[_Known] = []

        def take(one: _Article) -> None:
            is_own = is_marked(one.body, message_id)
            found.append(_Known(one.id, one.internal, one.subject or "", one.sender or "", is_own))

        await self._desk.get_each(f"ticket_articles/by_ticket/{number}", _Article, take)
        return found

    async def _has_owner(self, number: int) -> bool:
        owner = (await self._desk.get(f"tickets/{number}", _TicketState)).owner_id
        return owner not in {None, _NOBODY}

    async def _state_type(self, number: int) -> int | None:
        state = (await self._desk.get(f"tickets/{number}", _TicketState)).state_id
        states = await self._desk.get("ticket_states", list[_State])
        return next((one.state_type_id for one in states if one.id == state), None)

    async def _set_state(self, number: int, kind: int) -> None:
        """Put a ticket into the first state of a type: by its id, since Zammad refuses a name that it does not have."""
        states = await self._desk.get("ticket_states", list[_State])
        ids = [one.id for one in states if one.state_type_id == kind and one.active]
        state = {"state_id": min(ids)} if ids else {"state": _NAMES[kind]}
        await self._desk.put(f"tickets/{number}", _Created, state)

    async def _find(self, ticket_id: str) -> int | None:
        condition = {f"ticket.{ATTRIBUTE}": {"operator": "is", "value": ticket_id}}
        # Without `expand`, Zammad 6 answers with an object and a later one with a list.
        body = {"condition": condition, "limit": 1, "expand": True}
        found = await self._desk.post("tickets/search", list[_Created], body)
        return found[0].id if found else None

    async def _create(self, ticket: Ticket) -> int:
        body = {
            "title": title(ticket),
            "group": self._group,
            "customer_id": f"guess:{self._customer}",
            "tags": ",".join(labels(ticket)),
            ATTRIBUTE: ticket.id,
            "article": _question(ticket),
        }
        return (await self._desk.post("tickets", _Created, body)).id


def _internal(body: str) -> dict[str, object]:
    """An article that only agents see."""
    return {"subject": "Skerry", "body": body, "type": "note", "content_type": "text/plain", "internal": True}


def _question(ticket: Ticket) -> dict[str, object]:
    """The viewer's words, as an article that the customer has written."""
    return {
        "subject": title(ticket),
        "body": one_line(" ".join(ticket.text.split())),
        "type": "note",
        "sender": "Customer",
        "content_type": "text/plain",
        "internal": False,
    }
