"""Looks at Zammad's tickets.

Source: docs.zammad.org/en/latest/api (REST API v1 of Zammad 6): ticket, articles by ticket, ticket states. A ticket has
the id of its state, and each state a type: the type counts, because names are translated and changed by administrators.
"""

from typing import TypeVar

import aiohttp
import msgspec

from edge.records import TicketState
from edge.wire.conversations.look import MAX_REPLY_CHARACTERS, ConversationLook, PersonReply
from edge.wire.desks import DeskApi, NothingThereError, answer_within, reply_text

T = TypeVar("T")

_NEW, _CLOSED, _MERGED, _REMOVED = 1, 5, 6, 7
_DONE = frozenset({_CLOSED, _MERGED, _REMOVED})
"""Types of states in which nobody works on a ticket. The articles of a merged one are in another ticket."""


class _Kind(msgspec.Struct):
    id: int
    state_type_id: int


class _Shown(msgspec.Struct):
    state_id: int


class _Wrote(msgspec.Struct):
    id: int
    internal: bool = False
    sender: str | None = None
    body: str | None = None
    content_type: str | None = None

    @property
    def is_public(self) -> bool:
        """True for what an agent wrote to the viewer."""
        return self.sender == "Agent" and not self.internal


class ZammadLooks:
    """Looks at tickets at `url`, with the `token` of an agent. `timeout_s` is for each request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, token: str, timeout_s: float) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._timeout_s = timeout_s
        self._kinds: dict[int, int] = {}

    async def look(self, conversation: int, after: int) -> ConversationLook | None:
        """As `Looks.look`."""
        try:
            shown = await self._get(f"tickets/{conversation}", _Shown)
        except NothingThereError:
            # At a wrong address there are no tickets either; this raises.
            await self._learn_states()
            return None
        if shown.state_id not in self._kinds:
            await self._learn_states()
        articles = await self._get(f"ticket_articles/by_ticket/{conversation}", list[_Wrote])
        new = sorted((one for one in articles if one.id > after), key=lambda one: one.id)
        kind = self._kinds.get(shown.state_id, _NEW)
        # All that is left in a merged ticket is a public article of Zammad itself: "merged".
        public = [one for one in new if one.is_public and kind != _MERGED]
        texts = ((one.id, reply_text(one.body or "", one.content_type or "")) for one in public)
        return ConversationLook(
            _state(kind, has_answer=bool(public)),
            tuple(PersonReply(message, text[:MAX_REPLY_CHARACTERS]) for message, text in texts if text),
            new[-1].id if new else after,
        )

    async def _learn_states(self) -> None:
        self._kinds = {one.id: one.state_type_id for one in await self._get("ticket_states", list[_Kind])}

    async def _get(self, path: str, answer: type[T]) -> T:
        async with answer_within(self._timeout_s, self._desk.url):
            return await self._desk.get(path, answer)


def _state(kind: int, *, has_answer: bool) -> TicketState | None:
    if kind in _DONE:
        return TicketState.RESOLVED
    return TicketState.ACKNOWLEDGED if has_answer or kind != _NEW else None
