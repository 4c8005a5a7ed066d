"""Whose is a record? The drill knows by the ids that its viewers were told, and by what it planted.

A record that names no such id may share an id, a pseudonym or a moment with one that does, or the number by which rows
of one file name each other: it is found in the next round. One that names viewers of several events, and no event, is
taken for a record of each: that is for the thief.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from edge.drill.files import RAW_FIELD, FileRecord
from edge.drill.traces import Trace, Way, traces_of

ROUNDS = 5
CACHED = 65_536
"""Values of which the traces are remembered: most stand in many records."""

_JOINS = frozenset({Way.PSEUDONYM, Way.ID, Way.TIME})
_EVENT = re.compile(r"(?<![\w-])[a-z0-9-]+/[a-z0-9-]+(?![\w-])")


class Attendance(NamedTuple):
    """One viewer at one event."""

    viewer: int
    event: str
    """The island, as `tenant/island`."""


class KnownViewers(NamedTuple):
    """What the drill knows of its viewers."""

    ids: Mapping[Attendance, Iterable[str]]
    """What each was told: ids of tickets, receipts, leaves, records and sessions."""
    planted: Mapping[str, int]
    """Names and addresses that must not be at rest, and whose they are. An address in the form of `traces_of`."""


Traces = dict[Attendance, dict[str, dict[Trace, str]]]
"""By person and store: what may tell who she is, and the field that has it."""


def find_traces(records: Iterable[FileRecord], known: KnownViewers) -> Traces:
    """What every store has of every person. A store that has nothing of her is left out."""
    handles = _handles(known)
    events = frozenset(person.event for person in known.ids)
    left = [_Sorted(record, events) for record in records]
    found: Traces = defaultdict(lambda: defaultdict(dict))
    for _ in range(ROUNDS):
        before = len(left)
        new: dict[str, set[Attendance]] = defaultdict(set)
        left = [one for one in left if not _take(one, handles, found, new)]
        if len(left) == before:
            break
        # What several viewers have tells none of them.
        handles.update({value: people for value, people in new.items() if len({one.viewer for one in people}) == 1})
    return {person: dict(stores) for person, stores in found.items()}


class _Sorted:
    """A record with its traces and its event."""

    def __init__(self, record: FileRecord, events: frozenset[str]) -> None:
        self.store = record.store
        self.is_raw = record.items[:1] != () and record.items[0][0] == RAW_FIELD
        shown = record.items[:1] if self.is_raw else record.items
        self.traces = {trace: field for field, value in reversed(shown) for trace in _traces_of(field, value)}
        self.event = _event_of(record.items, events)
        self.joins = {value for way, value in self.traces if way in _JOINS and not self.is_raw}
        if record.tables:
            self.joins.update(_numbers(record))
        self.values = self.joins.union(value for _, value in self.traces)


def _numbers(record: FileRecord) -> Iterator[str]:
    """The whole numbers in the columns of a row, by which another table may name it."""
    for field, value in record.items:
        if isinstance(value, int) and field.count(".") == 1:
            yield f"{record.tables}: {field.rpartition('.')[2]}={value}"


@lru_cache(maxsize=CACHED)
def _traces_of(field: str, value: str | float) -> tuple[Trace, ...]:
    return tuple(traces_of(field, value))


def _take(one: _Sorted, handles: Mapping[str, set[Attendance]], found: Traces, new: dict[str, set[Attendance]]) -> bool:
    """Put a record to the person whose it is; False if that is not known (yet)."""
    people = {person for value in one.values if value in handles for person in handles[value]}
    if one.event:
        people = {person for person in people if person.event == one.event}
    if len({person.viewer for person in people}) != 1:
        return False
    for person in people:
        kept = found[person][one.store]
        for trace, field in one.traces.items():
            kept.setdefault(trace, field)
        for value in one.joins:
            if value not in handles:
                new[value].add(person)
    return True


def _handles(known: KnownViewers) -> dict[str, set[Attendance]]:
    handles: dict[str, set[Attendance]] = defaultdict(set)
    for person, ids in known.ids.items():
        for value in ids:
            handles[value].add(person)
    of_viewer: dict[int, list[Attendance]] = defaultdict(list)
    for person in known.ids:
        of_viewer[person.viewer].append(person)
    for value, viewer in known.planted.items():
        handles[value].update(of_viewer[viewer])
    return dict(handles)


def _event_of(items: Sequence[tuple[str, object]], events: frozenset[str]) -> str:
    """The one event that a record names, by its full name or in two fields; empty if it names none, or several."""
    texts = [value for _, value in items if isinstance(value, str)]
    named = {one for text in texts if "/" in text for one in _named(text, events)}
    if not named:
        words = set(texts)
        named = {event for event in events if words.issuperset(event.split("/"))}
    return next(iter(named)) if len(named) == 1 else ""


@lru_cache(maxsize=CACHED)
def _named(text: str, events: frozenset[str]) -> frozenset[str]:
    # `POP/TENANT/ISLAND` is the name of a log.
    return frozenset(found for found in _EVENT.findall(text) if found in events).union(
        event for event in events if text.endswith(f"/{event}")
    )
