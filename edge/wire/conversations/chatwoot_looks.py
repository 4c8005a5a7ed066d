"""Looks at Chatwoot's conversations.

Source: developers.chatwoot.com/api-reference, application API v1 of Chatwoot 4: conversation details, and messages with
`after`, which gives a hundred, the oldest first. A conversation has its newest message, so a quiet one is one request.
"""

from typing import TypeVar

import aiohttp
import msgspec

from edge.records import TicketState
from edge.wire.conversations.look import (
    LATE_S,
    MAX_REPLY_CHARACTERS,
    Changes,
    ConversationLook,
    PersonReply,
    there_or_none,
)
from edge.wire.desks import BOTS, MARKDOWN, DeskApi, answer_within, reply_text

MAX_PAGES = 20
"""Pages of messages that one look reads. The next look goes on where it ended."""

MAX_CHANGED_PAGES = 20
"""Pages of 25 conversations that one question for changes reads."""

T = TypeVar("T")

_OUTGOING = 1
_TEXT = "text"
_OFFLINE = "offline"
_WITH_PEOPLE = frozenset({"snoozed"})


class _LastMessage(msgspec.Struct):
    id: int


class _Meta(msgspec.Struct):
    assignee: dict[str, object] | None = None


class _Details(msgspec.Struct):
    id: int
    status: str
    meta: _Meta = msgspec.field(default_factory=_Meta)
    messages: list[_LastMessage] = []


class _Listed(msgspec.Struct):
    id: int
    last_activity_at: float | None = None


class _Listing(msgspec.Struct):
    payload: list[_Listed] = []


class _ListPage(msgspec.Struct):
    data: _Listing = msgspec.field(default_factory=_Listing)


class _Agent(msgspec.Struct):
    availability_status: str | None = None


class _Sender(msgspec.Struct):
    type: str | None = None


class _Written(msgspec.Struct):
    id: int
    message_type: int
    private: bool = False
    content: str | None = None
    content_type: str | None = _TEXT
    content_attributes: dict[str, object] | None = None
    sender: _Sender | None = None

    @property
    def is_public(self) -> bool:
        """True for what an agent wrote to the viewer. Surveys and forms have another content type, bots a sender."""
        if self.sender is not None and self.sender.type in BOTS:
            return False
        is_deleted = bool((self.content_attributes or {}).get("deleted"))
        return self.message_type == _OUTGOING and not self.private and self.content_type == _TEXT and not is_deleted


class _WrittenPage(msgspec.Struct):
    payload: list[_Written] = []


class ChatwootLooks:
    """Looks at conversations of `account` at `url`, with the `token` of an agent. `timeout_s` is for each request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, token: str, account: int, timeout_s: float) -> None:
        root = f"{url.rstrip('/')}/api/v1/accounts/{account}"
        self._desk = DeskApi(session, root, {"api_access_token": token})
        self._timeout_s = timeout_s

    async def look(self, conversation: int, after: int) -> ConversationLook | None:
        """As `Looks.look`."""
        details = await there_or_none(lambda: self._get(f"conversations/{conversation}", _Details), self.check)
        if details is None:
            return None
        newest = max((one.id for one in details.messages), default=None)
        written = [] if newest is not None and newest <= after else await self._written(conversation, after)
        public = [one for one in written if one.is_public]
        texts = ((one.id, reply_text(one.content or "", MARKDOWN)) for one in public)
        return ConversationLook(
            _state(details, has_answer=bool(public)),
            tuple(PersonReply(message, text[:MAX_REPLY_CHARACTERS]) for message, text in texts if text),
            written[-1].id if written else after,
        )

    async def changed(self, since: float) -> Changes:
        """As `Looks.changed`. Chatwoot lists conversations by their newest message, the newest first."""
        at: dict[int, float] = {}
        for page in range(1, MAX_CHANGED_PAGES + 1):
            query = {"status": "all", "assignee_type": "all", "sort_by": "last_activity_at_desc", "page": str(page)}
            listed = (await self._get("conversations", _ListPage, **query)).data.payload
            at |= {one.id: one.last_activity_at for one in listed if one.last_activity_at is not None}
            if not since or not listed or min(one.last_activity_at or 0.0 for one in listed) < since - LATE_S:
                break
        newest = max(at.values(), default=since)
        return Changes({number: time for number, time in at.items() if since and time >= since - LATE_S}, newest)

    async def people(self) -> int | None:
        """As `Looks.people`: agents of the account who are online or busy."""
        agents = await self._get("agents", list[_Agent])
        return sum(one.availability_status not in {None, _OFFLINE} for one in agents)

    async def check(self) -> None:
        """As `Looks.check`."""
        await self._get("conversations", dict[str, object], status="all", page="1")

    async def _written(self, conversation: int, after: int) -> list[_Written]:
        """Messages after this one, oldest first."""
        found: list[_Written] = []
        for _ in range(MAX_PAGES):
            page = await self._get(f"conversations/{conversation}/messages", _WrittenPage, after=str(after))
            new = sorted((one for one in page.payload if one.id > after), key=lambda one: one.id)
            if not new:
                break
            found += new
            after = new[-1].id
        return found

    async def _get(self, path: str, answer: type[T], **query: str) -> T:
        async with answer_within(self._timeout_s, self._desk.url):
            return await self._desk.get(path, answer, **query)


def _state(details: _Details, *, has_answer: bool) -> TicketState | None:
    if details.status == "resolved":
        return TicketState.RESOLVED
    # We open a conversation ourselves. People have it once it is assigned, or somebody wrote or put it off.
    is_with_people = has_answer or details.status in _WITH_PEOPLE or details.meta.assignee is not None
    return TicketState.ACKNOWLEDGED if is_with_people else None
