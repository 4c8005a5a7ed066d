"""Chatwoot: a contact for the session, a conversation for the ticket, a private note for the agent.

Source: developers.chatwoot.com/api-reference (application API): contacts filter and create, conversations of a contact,
create conversation, messages, labels, toggle status. The inbox must be of the type "API": only such an inbox lets an
API client write a viewer's message.

Chatwoot has no idempotency key. So a conversation has the ticket's id as custom attribute `skerry_ticket`, and is
searched before it is created. It stays `pending`, which agents do not see, until all messages are in it. Only then it
becomes `open`.

A follow-up goes into the conversation of the ticket that it joins: first a private note that names the follow-up, then
the viewer's message. A message that stands after that note is the follow-up's, so a repeated delivery adds none.

A follow-up opens a conversation that was resolved meanwhile. A take-back resolves the conversation, and then becomes a
private note. If it is assigned to a person, an agent has replied, or the viewer has written more than one message, the
note is all. Where it stands, nothing is resolved again.

Agents' browsers render messages and notes as Markdown, and mentions in a note page people, so a viewer's words are
made inert (`edge.foreign_words`).
"""

import aiohttp
import msgspec

from edge.foreign_words import as_markdown
from edge.records import SolvedByViewer, Ticket
from edge.wire.desks.answers import OriginFaultError
from edge.wire.desks.desk_api import DeskApi, read_take_back, read_ticket
from edge.wire.desks.note_form import is_marked, marker
from edge.wire.desks.origin import TicketPlace, answer_within
from edge.wire.desks.ticket_text import agent_note, contact_of, follow_up_note, labels, solved_note

ATTRIBUTE = "skerry_ticket"
MAX_PAGES = 50
"""Pages of a conversation that are read: 5,000 messages."""

_PAGE = 100
"""Messages in a page with `after`."""

_INCOMING, _OUTGOING, _BOT = 0, 1, "AgentBot"


class _Inbox(msgspec.Struct):
    id: int


class _ContactInbox(msgspec.Struct):
    source_id: str
    inbox: _Inbox


class _Contact(msgspec.Struct):
    id: int
    identifier: str | None = None
    contact_inboxes: list[_ContactInbox] = []


class _Contacts(msgspec.Struct):
    payload: list[_Contact]


class _NewContact(msgspec.Struct):
    contact: _Contact


class _Created(msgspec.Struct):
    payload: _NewContact


class _Assignment(msgspec.Struct):
    assignee: dict[str, object] | None = None
    assignee_type: str | None = None


class _Conversation(msgspec.Struct):
    id: int
    status: str = "pending"
    custom_attributes: dict[str, object] = {}
    meta: _Assignment = msgspec.field(default_factory=_Assignment)

    @property
    def has_person(self) -> bool:
        """True if it is assigned to a person and no bot."""
        return self.meta.assignee is not None and self.meta.assignee_type != _BOT


class _Conversations(msgspec.Struct):
    payload: list[_Conversation]


class _Message(msgspec.Struct):
    id: int
    message_type: int
    private: bool = False
    content: str | None = None


class _Messages(msgspec.Struct):
    payload: list[_Message]


class ChatwootOrigin:
    """Delivers tickets to `inbox` of `account` at `url`, with the `token` of an agent or a bot.

    `timeout_s` is for one whole delivery.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, token: str, account: int, inbox: int, timeout_s: float
    ) -> None:
        root = f"{url.rstrip('/')}/api/v1/accounts/{account}"
        self._desk = DeskApi(session, root, {"api_access_token": token})
        self._inbox, self._timeout_s = inbox, timeout_s

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Create what is missing of contact, conversation, question, note and labels; then open the conversation.

        A follow-up is added to its ticket's conversation. If that is gone, it gets one of its own. Raises as
        `Origin.deliver`.
        """
        if SolvedByViewer.is_id(ticket_id):
            await self._take_back(read_take_back(ticket_id, payload))
            return
        ticket = read_ticket(ticket_id, payload)
        await self.place(ticket, into=ticket.joins or "")

    async def place(self, ticket: Ticket, *, into: str) -> TicketPlace:
        """As `deliver`, for a ticket; returns where it is. `into`: the ticket into whose conversation it goes, if any.

        Raises as `Origin.deliver`.
        """
        async with answer_within(self._timeout_s, self._desk.url):
            contact = await self._contact(contact_of(ticket))
            joined = await self._find(contact, into) if into else None
            if joined is not None:
                return TicketPlace(joined.id, await self._add(joined, ticket))
            conversation = await self._find(contact, ticket.id) or await self._create(contact, ticket)
            if conversation.status == "pending":
                await self._fill(conversation.id, ticket)
            return TicketPlace(conversation.id, 0)

    async def _take_back(self, solved: SolvedByViewer) -> None:
        """Note that the viewer has solved it, and resolve. A conversation that is gone needs neither."""
        async with answer_within(self._timeout_s, self._desk.url):
            contact = await self._known_contact(contact_of(solved))
            conversation = await self._find(contact, solved.ticket) if contact else None
            if conversation is not None:
                await self._conclude(conversation, solved.id, solved_note(solved))

    async def conclude(self, conversation: int, message_id: str, note: str) -> None:
        """Resolve a conversation as by a take-back with this id, with a `note`. Raises as `Origin.deliver`."""
        async with answer_within(self._timeout_s, self._desk.url):
            found = await self._desk.get(f"conversations/{conversation}", _Conversation)
            await self._conclude(found, message_id, f"{note}\n{marker(message_id)}")

    async def _conclude(self, conversation: _Conversation, message_id: str, note: str) -> None:
        messages, existing = await self._messages(conversation.id)
        if not any(message.private and is_marked(message.content, message_id) for message in existing):
            written = [message.message_type for message in existing if not message.private]
            has_people = conversation.has_person or _OUTGOING in written or written.count(_INCOMING) != 1
            # First, so that the note says that it is done: somebody may open the conversation again after it.
            if not has_people and conversation.status != "resolved":
                await self._toggle(conversation.id, "resolved")
            body = {"content": note, "message_type": "outgoing", "private": True}
            await self._desk.post(messages, _Message, body)

    async def _known_contact(self, identifier: str) -> _Contact | None:
        wanted = {"attribute_key": "identifier", "filter_operator": "equal_to", "values": [identifier]}
        contacts = await self._desk.post("contacts/filter", _Contacts, {"payload": [wanted]})
        return next((contact for contact in contacts.payload if contact.identifier == identifier), None)

    async def _contact(self, identifier: str) -> _Contact:
        if (known := await self._known_contact(identifier)) is not None:
            return known
        body = {
            "inbox_id": self._inbox,
            "identifier": identifier,
            "name": f"Viewer {identifier.rpartition(':')[2][:12]}",
        }
        return (await self._desk.post("contacts", _Created, body)).payload.contact

    async def _find(self, contact: _Contact, ticket_id: str) -> _Conversation | None:
        conversations = await self._desk.get(f"contacts/{contact.id}/conversations", _Conversations)
        own = (one for one in conversations.payload if one.custom_attributes.get(ATTRIBUTE) == ticket_id)
        return next(own, None)

    async def _create(self, contact: _Contact, ticket: Ticket) -> _Conversation:
        body = {
            "source_id": self._source(contact),
            "inbox_id": self._inbox,
            "contact_id": contact.id,
            "status": "pending",
            "custom_attributes": {ATTRIBUTE: ticket.id, "skerry_island": ticket.island, "skerry_lane": ticket.lane},
        }
        created = await self._desk.post("conversations", _Conversation, body)
        return _Conversation(id=created.id)

    def _source(self, contact: _Contact) -> str:
        for entry in contact.contact_inboxes:
            if entry.inbox.id == self._inbox:
                return entry.source_id
        raise OriginFaultError(
            f"Chatwoot's contact {contact.id} is not in inbox {self._inbox}, expected an inbox of type API"
        )

    async def _add(self, conversation: _Conversation, ticket: Ticket) -> int:
        """The id of the note before what is added."""
        messages, existing = await self._messages(conversation.id)
        own = [message.id for message in existing if message.private and is_marked(message.content, ticket.id)]
        if not own:
            note = follow_up_note(ticket) if ticket.joins else agent_note(ticket)
            body = {"content": note, "message_type": "outgoing", "private": True}
            own = [(await self._desk.post(messages, _Message, body)).id]
        # Follow-ups of one ticket are delivered one after another, so no other message of theirs comes in between.
        if not any(message.message_type == _INCOMING and message.id > own[0] for message in existing):
            if conversation.status == "resolved":
                await self._toggle(conversation.id, "open")
            await self._desk.post(messages, _Message, _question(ticket))
        return own[0]

    async def _messages(self, conversation: int) -> tuple[str, list[_Message]]:
        """The path of a conversation's messages, and all of them, oldest first."""
        path, after = f"conversations/{conversation}/messages", 0
        found: list[_Message] = []
        for _ in range(MAX_PAGES):
            page = (await self._desk.get(path, _Messages, after=str(after))).payload
            new = sorted((message for message in page if message.id > after), key=lambda message: message.id)
            found += new
            if len(new) < _PAGE:
                break
            after = new[-1].id
        return path, found

    async def _fill(self, conversation: int, ticket: Ticket) -> None:
        messages, existing = await self._messages(conversation)
        if not any(message.message_type == _INCOMING for message in existing):
            await self._desk.post(messages, _Message, _question(ticket))
        if not any(message.private and is_marked(message.content, ticket.id) for message in existing):
            body = {"content": agent_note(ticket), "message_type": "outgoing", "private": True}
            await self._desk.post(messages, _Message, body)
        await self._desk.post(f"conversations/{conversation}/labels", dict, {"labels": labels(ticket)})
        await self._toggle(conversation, "open")

    async def _toggle(self, conversation: int, status: str) -> None:
        await self._desk.post(f"conversations/{conversation}/toggle_status", dict, {"status": status})


def _question(ticket: Ticket) -> dict[str, str]:
    """The viewer's words, as a message that the viewer has written. Chatwoot renders messages as Markdown."""
    return {"content": as_markdown(ticket.text), "message_type": "incoming"}
