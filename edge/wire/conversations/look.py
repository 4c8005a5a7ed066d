"""What one look at a conversation finds, for every kind of desk."""

from typing import NamedTuple, Protocol

from edge.records import TicketState

MAX_REPLY_CHARACTERS = 4_000
"""Longest reply that is passed on; the rest is cut off."""


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


class Looks(Protocol):
    """Looks at the conversations of one desk."""

    async def look(self, conversation: int, after: int) -> ConversationLook | None:
        """What is new since message `after`; None if the conversation was deleted. Raises as `Origin.deliver`."""
