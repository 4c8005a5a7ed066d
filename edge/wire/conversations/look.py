"""What one look at a conversation finds, for every kind of desk."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol, TypeVar

from edge.records import TicketState
from edge.wire.desks import NothingThereError

T = TypeVar("T")

MAX_REPLY_CHARACTERS = 4_000
"""Longest reply that is passed on; the rest is cut off."""


LATE_S = 60.0
"""How far back each question for changes goes: a desk stores some changes later than others that are newer."""


class PersonReply(NamedTuple):
    """What a person wrote to the viewer."""

    message: int
    """Id of the message at the desk. Ids of one desk grow."""
    text: str
    """Without markup, signature and quoted history; never empty."""


class ConversationLook(NamedTuple):
    """What is new in a conversation."""

    state: TicketState | None
    """Acknowledged: a person has taken it up. Resolved: people are done. None: nobody has taken it up."""
    replies: tuple[PersonReply, ...]
    """Oldest first."""
    newest: int
    """Id of the newest message that was read."""
    doubtful: tuple[int, ...] = ()
    """Ids of replies that were perhaps written to another viewer. Their texts are not given to anybody."""
    merged: tuple[int, ...] = ()
    """Numbers of the conversations whose messages are now in this one, where replies are doubtful."""


class Changes(NamedTuple):
    """What changed at a desk. Times are its own, in Unix seconds."""

    at: dict[int, float]
    """When each conversation changed."""
    newest: float
    """Ask for what is new since then; 0 if nothing is known."""


class Looks(Protocol):
    """Looks at the conversations of one desk."""

    async def look(self, conversation: int, after: int) -> ConversationLook | None:
        """What is new since message `after`; None if the conversation was deleted. Raises as `Origin.deliver`."""

    async def changed(self, since: float) -> Changes:
        """Conversations that changed since then, as far as the desk says it; 0: only until when. Bounded.

        What changed in a way that the desk does not count, or was stored late, is not among them. Raises as
        `Origin.deliver`.
        """

    async def people(self) -> int | None:
        """How many people are at work at the desk; None if it does not say it. Raises as `Origin.deliver`."""

    async def check(self) -> None:
        """Return if the desk takes our token. Raises as `Origin.deliver`."""


async def there_or_none(ask: Callable[[], Awaitable[T]], check: Callable[[], Awaitable[None]]) -> T | None:
    """What `ask` gives; None if the desk has nothing there.

    At a wrong address there is nothing either, and `check` raises. A desk that is just coming back says so once.
    """
    try:
        return await ask()
    except NothingThereError:
        await check()
    try:
        return await ask()
    except NothingThereError:
        return None
