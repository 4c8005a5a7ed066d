"""Looks at Zammad's tickets.

Source: docs.zammad.org/en/latest/api (REST API v1 of Zammad 6 and 7): ticket, articles by ticket, ticket states,
links, search. Without `query`, a search reads the database; with `expand`, it answers with a list in every version. A
ticket has the id of its state, and each state a type: the type counts, because names are translated and changed by
administrators.

Who merges a ticket moves its articles, with their ids, into another viewer's, and the two are linked. Nothing in an
article says from which ticket it came. So a new reply that is older than the merge is doubtful: nobody gets it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
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
from edge.wire.desks import DeskApi, NothingThereError, PossibleRefusalError, answer_within, reply_text

T = TypeVar("T")

MAX_NEW = 200
"""New articles that one look takes. The next look goes on where it ended."""

MAX_CHANGED_PAGES, _PAGE = 20, 25
"""Pages of tickets that one question for changes reads, and the tickets of a page."""

_NEW, _CLOSED, _MERGED, _REMOVED = 1, 5, 6, 7
_DONE = frozenset({_CLOSED, _MERGED, _REMOVED})
"""Types of states in which nobody works on a ticket. The articles of a merged one are in another ticket."""

_FAMILY = frozenset({"parent", "child"})
"""Types of the links between a merged ticket and the one that has its articles."""


class _Kind(msgspec.Struct):
    id: int
    state_type_id: int


class _Shown(msgspec.Struct):
    state_id: int


class _Link(msgspec.Struct):
    link_type: str
    link_object: str
    link_object_value: int


class _Links(msgspec.Struct):
    links: list[_Link] = []


class _Updated(msgspec.Struct):
    id: int
    updated_at: datetime


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


class _NewArticles:
    """The oldest articles after one, however many and long all are. Texts are cut as they come."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._found: dict[int, str | None] = {}
        """By id: the text of a public one, None for another."""

    def take(self, one: _Wrote) -> None:
        if one.id <= self._after:
            return
        text = reply_text(one.body or "", one.content_type or "")[:MAX_REPLY_CHARACTERS] if one.is_public else None
        self._found[one.id] = text
        if len(self._found) > 2 * MAX_NEW:
            self._found = dict(self.oldest)

    @property
    def oldest(self) -> list[tuple[int, str | None]]:
        return sorted(self._found.items(), key=lambda one: one[0])[:MAX_NEW]


class ZammadLooks:
    """Looks at tickets at `url`, with the `token` of an agent. `timeout_s` is for each request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, token: str, timeout_s: float) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._timeout_s = timeout_s
        self._kinds: dict[int, int] = {}
        self._hidden: dict[tuple[int, int], int] = {}
        """For a link to a ticket that shows us no article of its own: the newest article when it was noticed."""

    async def look(self, conversation: int, after: int) -> ConversationLook | None:
        """As `Looks.look`."""
        kind = await there_or_none(lambda: self._kind(conversation), self.check)
        if kind is None:
            return None
        articles = _NewArticles(after)
        await self._articles(conversation, articles.take)
        new = articles.oldest
        # All that is left in a merged ticket is a public article of Zammad itself: "merged".
        public = [(number, text) for number, text in new if text is not None and kind != _MERGED]
        newest = new[-1][0] if new else after
        # After the articles: those that came by a merge since are not among them.
        # Also before people have replied: a link that is known by then costs no reply.
        merges = await self._merges(conversation, newest) if new else {}
        since = max(merges.values(), default=0)
        return ConversationLook(
            _state(kind, has_answer=bool(public)),
            tuple(PersonReply(number, text) for number, text in public if text and number > since),
            newest,
            tuple(number for number, text in public if text and number <= since),
            tuple(sorted(merges)),
        )

    async def changed(self, since: float) -> Changes:
        """As `Looks.changed`. The search by `condition` reads the database, and no index that lags behind.

        Newest first: where more changed at once than is read here, the next question still begins later.
        """
        if not since:
            newest = await self._updated({"operator": "before (absolute)", "value": "2100-01-01T00:00:00Z"}, 1, size=1)
            return Changes({}, max(newest.values(), default=0.0))
        at: dict[int, float] = {}
        start = datetime.fromtimestamp(since - LATE_S, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for page in range(1, MAX_CHANGED_PAGES + 1):
            found = await self._updated({"operator": "after (absolute)", "value": start}, page, size=_PAGE)
            at |= found
            if len(found) < _PAGE:
                break
        return Changes(at, max(at.values(), default=since))

    async def people(self) -> int | None:
        """As `Looks.people`. Zammad's API does not say who is at work: None."""
        return None

    async def check(self) -> None:
        """As `Looks.check`."""
        self._kinds = {one.id: one.state_type_id for one in await self._get("ticket_states", list[_Kind])}

    async def _kind(self, ticket: int) -> int:
        """The type of a ticket's state."""
        shown = await self._get(f"tickets/{ticket}", _Shown)
        if shown.state_id not in self._kinds:
            await self.check()
        return self._kinds.get(shown.state_id, _NEW)

    async def _merges(self, conversation: int, newest: int) -> dict[int, int]:
        """Tickets that were merged into this one; for each, the last article that may have come from it."""
        async with answer_within(self._timeout_s, self._desk.url):
            query = {"link_object": "Ticket", "link_object_value": str(conversation)}
            links = (await self._desk.get("links", _Links, **query)).links
        linked = {one.link_object_value for one in links if one.link_object == "Ticket" and one.link_type in _FAMILY}
        found: dict[int, int] = {}
        for number in sorted(linked):
            try:
                if await self._kind(number) == _MERGED:
                    last = await self._last_before(number)
                    found[number] = self._noticed(conversation, number, newest) if last is None else last
            except NothingThereError:
                continue
            except PossibleRefusalError:
                await self.check()
                found[number] = self._noticed(conversation, number, newest)
        return found

    def _noticed(self, conversation: int, linked: int, newest: int) -> int:
        """All that was read when the link was first seen may be from before the merge."""
        return self._hidden.setdefault((conversation, linked), newest)

    async def _last_before(self, merged: int) -> int | None:
        """What is left in a merged ticket was written after it: ids grow. None if nothing is left that we may see."""
        left: list[int] = []
        await self._articles(merged, lambda one: left.append(one.id))
        return min(left) - 1 if left else None

    async def _articles(self, ticket: int, take: Callable[[_Wrote], None]) -> None:
        async with answer_within(self._timeout_s, self._desk.url):
            await self._desk.get_each(f"ticket_articles/by_ticket/{ticket}", _Wrote, take)

    async def _updated(self, wanted: dict[str, str], page: int, *, size: int) -> dict[int, float]:
        """When tickets were changed that fit: one page, the newest first."""
        body = {"condition": {"ticket.updated_at": wanted}, "sort_by": "updated_at", "order_by": "desc", "expand": True}
        async with answer_within(self._timeout_s, self._desk.url):
            found = await self._desk.post("tickets/search", list[_Updated], {**body, "page": page, "limit": size})
        return {one.id: one.updated_at.timestamp() for one in found}

    async def _get(self, path: str, answer: type[T]) -> T:
        async with answer_within(self._timeout_s, self._desk.url):
            return await self._desk.get(path, answer)


def _state(kind: int, *, has_answer: bool) -> TicketState | None:
    if kind in _DONE:
        return TicketState.RESOLVED
    return TicketState.ACKNOWLEDGED if has_answer or kind != _NEW else None
