"""Who waits for news: one mailbox for each open stream. For one event loop.

A mailbox keeps the newest of each thing and no list of bytes, so a slow reader costs little.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from edge.desk.access import Agent
from edge.desk.store import Scope
from edge.host import is_set_within
from edge.records import LoadReport
from edge.records.desk import QueueRow, RowChange

MAX_ROWS_WAITING = 1_000
"""Rows that may wait for a slow reader. Beyond it, the reader is told to read the whole queue again."""

MAX_STREAMS_OF_ONE = 4
"""Streams of one PoP or agent. For one more, the oldest ends: it is dying, or a forgotten window."""


class _Mailbox:
    """What every mailbox has: it can be woken and closed."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.is_closed = False
        self._changed = asyncio.Event()

    async def has_news_within(self, seconds: float) -> bool:
        """Wait for news. False: there was none."""
        return await is_set_within(self._changed, seconds)

    def wake(self) -> None:
        """Let the stream look at what is new, and at whether its token is still in force."""
        self._changed.set()

    def close(self) -> None:
        """End the stream at once."""
        self.is_closed = True
        self._changed.set()


class PopMailbox(_Mailbox):
    """News for the stream of one PoP."""

    def __init__(self, owner: str, loads: Mapping[str, LoadReport]) -> None:
        super().__init__(owner)
        self._loads = dict(loads)

    def note_loads(self, loads: Mapping[str, LoadReport]) -> None:
        """There are newer loads."""
        self._loads |= loads
        self._changed.set()

    def take_loads(self) -> list[LoadReport]:
        """The newest load of each tenant that was not taken. Events are to be read from the disk after this call."""
        self._changed.clear()
        loads, self._loads = list(self._loads.values()), {}
        return loads


class ChangeMailbox(_Mailbox):
    """News for the stream of one agent's page."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent.name)
        self._agent = agent
        self._rows: dict[str, RowChange] = {}
        # A page that connects has no queue yet, or an old one.
        self._is_stale = True
        self._changed.set()

    def note_row(self, row: str, scope: Scope, now: QueueRow | None) -> None:
        """A row has changed; nothing happens if the agent may not know of it."""
        if not self._agent.sees(*scope):
            return
        self._rows[row] = RowChange(row=row, now=now)
        if len(self._rows) > MAX_ROWS_WAITING:
            self.note_many()
        self._changed.set()

    def note_many(self) -> None:
        """So many rows have changed that the whole queue should be read again."""
        self._rows, self._is_stale = {}, True
        self._changed.set()

    def take(self) -> tuple[bool, list[RowChange]]:
        """Whether to read the whole queue again, and the rows that changed since."""
        self._changed.clear()
        taken = self._is_stale, list(self._rows.values())
        self._is_stale, self._rows = False, {}
        return taken


M = TypeVar("M", bound=_Mailbox)


class News:
    """All mailboxes of a desk."""

    def __init__(self) -> None:
        self._pops: list[PopMailbox] = []
        self._readers: list[ChangeMailbox] = []
        self._is_closed = False

    @property
    def has_readers(self) -> bool:
        """True if an agent's page is open."""
        return bool(self._readers)

    @property
    def pops(self) -> set[str]:
        """The PoPs that have a stream now."""
        return {box.owner for box in self._pops}

    @contextmanager
    def for_pop(self, pop: str, loads: Mapping[str, LoadReport]) -> Iterator[PopMailbox]:
        """A mailbox for a PoP's stream, with the loads of now."""
        with self._opened(self._pops, PopMailbox(pop, loads)) as box:
            yield box

    @contextmanager
    def for_agent(self, agent: Agent) -> Iterator[ChangeMailbox]:
        """A mailbox for the stream of an agent's page."""
        with self._opened(self._readers, ChangeMailbox(agent)) as box:
            yield box

    def wake_pops(self, pops: set[str]) -> None:
        """Tell these PoPs that they have new events."""
        for box in self._pops:
            if box.owner in pops:
                box.wake()

    def publish(self, rows: Mapping[str, Scope], shown: Mapping[str, QueueRow | None] | None) -> None:
        """Tell of rows, as they are `shown` now. None: they are too many, or cannot be shown one by one."""
        for reader in self._readers:
            if shown is None:
                reader.note_many()
                continue
            for row in rows:
                # A page that was opened a moment ago reads the whole queue anyway.
                if row in shown:
                    reader.note_row(row, rows[row], shown[row])

    def publish_loads(self, loads: Mapping[str, LoadReport]) -> None:
        """Give newer loads to every PoP."""
        for box in self._pops:
            box.note_loads(loads)

    def wake_all(self) -> None:
        """Let every stream look whether its token is still in force."""
        for box in (*self._pops, *self._readers):
            box.wake()

    def close(self) -> None:
        """End every stream, and each that is opened later. They do not end by themselves."""
        self._is_closed = True
        for box in (*self._pops, *self._readers):
            box.close()

    @contextmanager
    def _opened(self, boxes: list[M], box: M) -> Iterator[M]:
        own = [one for one in boxes if one.owner == box.owner and not one.is_closed]
        if len(own) >= MAX_STREAMS_OF_ONE:
            own[0].close()
        if self._is_closed:
            box.close()
        boxes.append(box)
        try:
            yield box
        finally:
            boxes.remove(box)
