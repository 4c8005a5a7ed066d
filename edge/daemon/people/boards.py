"""Lines of public chats that people have or might have had, so that one question of many viewers is one question.

A board remembers the lines of an island's streams for some minutes: how many viewers wrote each, and whether people
have a ticket of it. It also counts the tickets that take from the island's budget. All of it is in memory and bounded,
and the words of lines that made no ticket are nowhere else.
"""

import re
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from edge.host import RecentlyUsedByOwner
from edge.records import IslandName

REMEMBERED_S = 600
"""How long a line with a ticket stands for lines like it. After that, what people said may be gone from the chat."""

MAX_LINES = 2_000
"""Lines of all islands that are remembered. A busy chat has written as many in some minutes."""

MAX_CHARACTERS = 300
"""Of a longer line only so many characters are remembered."""

SURE = 0.5
"""The last ticket of a minute's budget is for a line that asks the team with this probability."""

MAX_ASKERS = 100
"""Viewers that are told apart for one line. It is not known more exactly how many wrote it."""

_MINUTE_S = 60
_RUN = re.compile(r"([^\W\d_])\1+")
"""Two of a letter are a run, too: triage's normal form has cut longer ones to two."""

_SIZE_OR_NUMERAL = re.compile(r"x+[sl]|[ivx]+")
"""Not drawn out: size XXL is not XL, and part II is not part I."""

LineKey = frozenset[str]


def line_key(words: str) -> LineKey:
    """What is equal for equal and nearly equal lines: their different words, with runs of a letter cut to one."""
    return frozenset(word if _SIZE_OR_NUMERAL.fullmatch(word) else _RUN.sub(r"\1", word) for word in words.split())


@dataclass(slots=True)
class BoardLine:
    """A line, and who wrote its like."""

    words: str
    """As it was written first, in triage's normal form."""
    first: float
    last: float
    """When it was written first and last, in Unix seconds."""
    count: int = 0
    has_ticket: bool = False
    ticket_at: float = 0.0
    askers: set[Hashable] = field(default_factory=set)


class Boards:
    """The last lines of all islands; each tenant has its share. Not thread-safe."""

    def __init__(self, capacity: int = MAX_LINES) -> None:
        self._lines: RecentlyUsedByOwner[tuple[IslandName, LineKey], BoardLine] = RecentlyUsedByOwner(capacity)
        self._taken: RecentlyUsedByOwner[IslandName, deque[tuple[float, Hashable]]] = RecentlyUsedByOwner(capacity)

    def __len__(self) -> int:
        return len(self._lines)

    def is_with_people(self, name: IslandName, words: str, now: float) -> bool:
        """True if people have a ticket of a line like `words`, which are in triage's normal form."""
        line = self._lines.get((name, line_key(words[:MAX_CHARACTERS])))
        return line is not None and line.has_ticket and 0 <= now - line.ticket_at < REMEMBERED_S

    def is_over_budget(self, name: IslandName, asker: Hashable, now: float, *, limit: int, asks: float = 1.0) -> bool:
        """True if this viewer may make no ticket of the budget now, by a line that asks with the probability `asks`.

        Different viewers come first: one who has made such a ticket makes another only from the first half. So do lines
        that surely ask: the more of the minute's tickets are made, the surer the next one must be.
        """
        taken = self._within_a_minute(name, now)
        if len(taken) >= limit or asks * limit < SURE * len(taken):
            return True
        return any(one == asker for _, one in taken) and 2 * len(taken) >= limit

    def note(self, name: IslandName, words: str, asker: Hashable, now: float, *, is_ticket: bool, pays: bool) -> None:
        """Remember a line. `is_ticket`: people have it. `pays`: its ticket takes from the budget."""
        words = words[:MAX_CHARACTERS]
        key = (name, line_key(words))
        line = self._lines.get(key) or BoardLine(words, first=now, last=now)
        line.last, line.count = now, line.count + 1
        if len(line.askers) < MAX_ASKERS:
            line.askers.add(asker)
        if is_ticket:
            line.has_ticket, line.ticket_at = True, now
        self._lines.put(key, line, owner=name.tenant)
        if pays:
            taken = self._within_a_minute(name, now)
            taken.append((now, asker))
            self._taken.put(name, taken, owner=name.tenant)

    def _within_a_minute(self, name: IslandName, now: float) -> deque[tuple[float, Hashable]]:
        taken = self._taken.get(name) or deque()
        while taken and not 0 <= now - taken[0][0] < _MINUTE_S:
            taken.popleft()
        return taken
