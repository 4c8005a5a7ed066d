"""Which conversations does a round of looks look at? Pure.

Those that changed, as far as the desk behind says it, and some of the others in turn: a desk does not tell of every
change. So a round is short also where people leave thousands of answered tickets open.
"""

from collections.abc import Iterable

from edge.desk.relay.book import OpenConversation
from edge.wire.conversations import Changes

MAX_LOOKS = 500
"""Conversations of one round that changed, or that were not looked at since the start. Others come in the next."""

MAX_IN_TURN = 100
"""Conversations of one round that were looked at, and did not change as far as the desk behind says it."""


class Rounds:
    """What was looked at when, and what has changed since. `looked` and `read` take seconds that nobody sets."""

    def __init__(self) -> None:
        self.newest = 0.0
        """Ask the desk behind for what changed since then; 0: it has not said a time yet."""
        self._looked: dict[int, float] = {}
        self._changed: dict[int, float] = {}
        self._read: dict[int, float] = {}

    def choose(self, conversations: Iterable[OpenConversation], changes: Changes | None) -> list[OpenConversation]:
        """What to look at, in order. `changes`: None if the desk behind does not say it."""
        known = {one.number: one for one in conversations}
        for times in (self._looked, self._changed, self._read):
            for number in [number for number in times if number not in known]:
                del times[number]
        in_turn = sorted(known, key=lambda number: self._looked.get(number, 0.0))
        if changes is None:
            return [known[number] for number in in_turn[:MAX_LOOKS]]
        self.newest = max(self.newest, changes.newest)
        self._changed |= {number: at for number, at in changes.at.items() if number in known}
        changed = [number for number in in_turn if self._has_news(number)][:MAX_LOOKS]
        quiet = [number for number in in_turn if not self._has_news(number)]
        # What changed before this process asked for the first time is in no list: those come first, and soon.
        unseen = sum(number not in self._looked for number in quiet)
        most = max(MAX_IN_TURN, min(unseen, MAX_LOOKS - len(changed)))
        return [known[number] for number in (*changed, *quiet[:most])]

    def looked(self, number: int, now: float) -> float:
        """A look begins. Give back what it returns to `read` when the look was stored."""
        self._looked[number] = now
        return self._changed.get(number, 0.0)

    def read(self, number: int, change: float) -> None:
        """What changed until then is known."""
        self._read[number] = change

    def _has_news(self, number: int) -> bool:
        return self._changed.get(number, 0.0) > self._read.get(number, 0.0)
