"""Looks at Chatwoot's conversations.

Source: developers.chatwoot.com/api-reference, application API v1 of Chatwoot 4: conversation details, and messages with
`after`, which gives a hundred, the oldest first. A conversation has its newest message, so a quiet one is one request.
"""

from typing import TypeVar

import aiohttp
import msgspec

from edge.records import TicketState
from edge.wire.conversations.look import MAX_REPLY_CHARACTERS, ConversationLook, PersonReply
from edge.wire.desks import BOTS, MARKDOWN, DeskApi, NothingThereError, answer_within, reply_text

MAX_PAGES = 20
"""Pages of messages that one look reads. The next look goes on where it ended."""

T = TypeVar("T")

_OUTGOING = 1
_TEXT = "text"
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
        try:
            details = await self._get(f"conversations/{conversation}", _Details)
        except NothingThereError:
            # An account that is not there has no conversations either. Only its owner can tell; this raises.
            await self._get("conversations", dict[str, object], status="all", page="1")
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
