"""Which logs are open, and how many answers each should have leaves of."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from edge.store.leaves import NewLeaf
from edge.store.ledger import GivenCounts, LedgerStore, LogBatch, LogState, StoredLog


@dataclass
class OpenLog:
    """The log of an event that is added to now."""

    slot: int
    name: str
    """As in the store: that of the event, or with `~2`, `~3` … behind it after an earlier one was closed."""
    given: int = 0
    """How many answers have happened."""
    counted: int = 0
    """How many of them the log has, or says to be missing."""


class OpenLogs:
    """The open log of each event, by `TENANT/EVENT`. Belongs to the event loop."""

    def __init__(self) -> None:
        self._open: dict[str, OpenLog] = {}
        self._closed: Counter[str] = Counter()
        self._before: Counter[str] = Counter()
        """Answers before the store was open."""
        self._next, self._given = 1, None
        self.lost = 0
        """How many answers the last process lost."""

    _given: GivenCounts | None

    def __contains__(self, event: object) -> bool:
        return event in self._open

    def begin(self, stored: Iterable[StoredLog], given: GivenCounts) -> int:
        """Take over what the store has. Returns how many answers the last process lost."""
        lost, slots = 0, set[int]()
        for log in stored:
            slots.add(log.slot)
            event = event_of(log.name)
            self._next = max(self._next, log.slot + 1)
            if log.state is not LogState.OPEN:
                self._closed[event] += 1
                continue
            number = max(given.read(log.slot), log.counted)
            self._open[event] = OpenLog(log.slot, log.name, number, log.counted)
            lost += number - log.counted
        self._given = given
        # A log that was never written may have a slot below one that was: while the ledger is full, for example.
        lost += sum(given.take(slot) for slot in range(1, self._next) if slot not in slots)
        lost += given.take_beyond(self._next)
        for event, number in self._before.items():
            self._raise(event, number)
        self._before.clear()
        self.lost = lost
        return lost

    def count(self, event: str) -> None:
        """Count an answer, before it is known whether it gets a leaf."""
        if self._given is None:
            self._before[event] += 1
        else:
            self._raise(event, 1)

    def of(self, event: str) -> OpenLog:
        """The open log of an event; a new one if it has none."""
        log = self._open.get(event)
        if log is None:
            number = self._closed[event] + 1
            log = self._open[event] = OpenLog(self._next, event if number == 1 else f"{event}~{number}")
            self._next += 1
        return log

    def batch(
        self,
        event: str,
        answers: Iterable[NewLeaf],
        durable: Iterable[NewLeaf],
        *,
        gap: Callable[[int], NewLeaf] | None,
        last: NewLeaf | None,
    ) -> LogBatch:
        """What is written to the open log of an event, of leaves for all logs. `gap` and `last` as in `LogBatch`."""
        log = self.of(event)
        return LogBatch(
            log.slot,
            log.name,
            [leaf for leaf in answers if leaf.log == event],
            [leaf for leaf in durable if leaf.log == event],
            log.given,
            gap,
            last,
        )

    def wrote(self, events: Collection[str], stored: Iterable[StoredLog]) -> None:
        """Note what the store has after a write to the logs of `events`."""
        by_slot = {log.slot: log for log in stored}
        for event in events:
            log = self._open[event]
            log.counted = by_slot[log.slot].counted
            if by_slot[log.slot].state is not LogState.OPEN:
                del self._open[event]
                self._closed[event] += 1
                # Answers during the write: their leaves go to the next log.
                if (later := log.given - log.counted) > 0:
                    self._raise(event, later)

    def with_gap(self, waiting: Mapping[str, int]) -> set[str]:
        """Events whose logs should tell that leaves are missing."""
        return {event for event, log in self._open.items() if log.given - log.counted - waiting.get(event, 0) > 0}

    def missing(self, waiting: Mapping[str, int]) -> dict[str, int]:
        """By the names of logs: answers that have no leaf, neither in the log nor among those that wait."""
        gaps = {log.name: log.given - log.counted - waiting.get(event, 0) for event, log in self._open.items()}
        return {name: gap for name, gap in gaps.items() if gap > 0}

    def _raise(self, event: str, number: int) -> None:
        log = self.of(event)
        log.given += number
        if self._given is not None:
            self._given.write(log.slot, log.given)


def open_with_logs(open_store: Callable[[], LedgerStore]) -> tuple[LedgerStore, list[StoredLog]]:
    """A store and its logs. A store that cannot be read is closed: its lock would keep the next attempt out."""
    store = open_store()
    try:
        return store, store.logs()
    except BaseException:
        store.close()
        raise


def event_of(name: str) -> str:
    """The event of a log, as `TENANT/EVENT`."""
    return name.partition("~")[0]
