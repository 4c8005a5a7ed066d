"""Which islands may be served now, and in which state?

The shelf is immutable: a change makes a new one, and a request that holds the old one keeps a consistent view.
Freshness is not stored but derived from signed times: an island is fresh while the publisher's metadata is unexpired,
stale until its own `max_stale_s` has passed after that, then stopped. So a restart, or a clock that moved, cannot
lengthen it.

>>> name, now = IslandName("acme", "drop"), datetime(2026, 9, 1)
>>> Shelf().put(Slot(name=name, since=now)).status(name, now=now).state
<IslandState.NEVER_LOADED: 'never_loaded'>
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Generic, Self, TypeVar

from edge.records import Island, IslandName, IslandState, IslandStatus, Rollout, SignedSnippet, SnippetDocument

HeadT_co = TypeVar("HeadT_co", covariant=True)

_EVERYBODY = 100
"""Per cent."""

SERVED = frozenset({IslandState.FRESH, IslandState.STALE})
"""The states in which an island answers."""


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[HeadT_co]):
    """A verified island, ready to serve. `head` is what triage made of it."""

    island: Island
    sha256: str
    head: HeadT_co
    documents: Mapping[str, SnippetDocument]
    snippets: Mapping[str, SignedSnippet]
    key_ids: Mapping[str, str]
    """By snippet: the base64 Ed25519 public key that signed it."""


@dataclass(frozen=True, kw_only=True)
class Slot(Generic[HeadT_co]):
    """All that is known of one island on this PoP."""

    name: IslandName
    since: datetime
    """When this was last changed by something that arrived."""
    entry: Entry[HeadT_co] | None = None
    rollout: Rollout | None = None
    """Who gets `entry`; None: everybody."""
    previous: Entry[HeadT_co] | None = None
    """What the others keep."""
    withdrawn_at: datetime | None = None
    withdrawn_revision: int = 0
    withdrawn_why: str = ""
    """The tenant's words, signed; empty when the island is simply no longer listed."""
    last_error: str = ""
    required: bool = False

    @property
    def highest_revision(self) -> int:
        """The newest revision ever taken here, served or withdrawn; only a higher one may follow."""
        return max(self.withdrawn_revision, self.entry.island.revision if self.entry else 0)

    def seen_by(self, session: str, *, pop: str) -> Self:
        """The slot as one session on one PoP sees it: with the new revision, or with the one before."""
        if self.rollout is None or self.entry is None:
            return self
        if is_in_rollout(self.rollout, self.name, self.entry.island.revision, session=session, pop=pop):
            return replace(self, rollout=None, previous=None)
        return replace(self, entry=self.previous, rollout=None, previous=None)

    def at_revision(self, revision: int) -> Self | None:
        """The slot with that revision alone; None when it is neither the new one nor the one before."""
        for entry in (self.entry, self.previous):
            if entry is not None and entry.island.revision == revision:
                return replace(self, entry=entry, rollout=None, previous=None)
        return None

    def status(self, now: datetime, *, fresh_until: datetime | None) -> IslandStatus:
        """The state at `now`, since when, and until when it will be served if nothing more is heard.

        `fresh_until` is the earliest expiry of the signed metadata that vouches for this island's tenant, None when
        there is none.
        """
        state, since, serve_until = self._state(now, fresh_until)
        island = self.entry.island if self.entry else None
        return IslandStatus(
            island=str(self.name),
            state=state,
            since=since,
            revision=island.revision if island else None,
            title=island.title if island else "",
            phase=phase(island, now) if island else "",
            snippets=len(island.snippets) if island else 0,
            required=self.required,
            serve_until=serve_until,
            previous_revision=self.previous.island.revision if self.previous else None,
            rollout_percent=self.rollout.percent if self.rollout else None,
            withdrawn_why=self.withdrawn_why,
            last_error=self.last_error,
        )

    def _state(self, now: datetime, fresh_until: datetime | None) -> tuple[IslandState, datetime, datetime | None]:
        if self.withdrawn_at is not None:
            return IslandState.WITHDRAWN, self.withdrawn_at, None
        if self.entry is None:
            state = IslandState.REJECTED if self.last_error else IslandState.NEVER_LOADED
            return state, self.since, None
        island = self.entry.island
        if now >= island.expires:
            return IslandState.EXPIRED, island.expires, None
        if fresh_until is None:
            return IslandState.STOPPED, self.since, None
        stop = min(island.expires, fresh_until + timedelta(seconds=island.max_stale_s))
        if now < fresh_until:
            return IslandState.FRESH, self.since, stop
        if now < stop:
            return IslandState.STALE, fresh_until, stop
        return IslandState.STOPPED, stop, None


@dataclass(frozen=True)
class Shelf(Generic[HeadT_co]):
    """Every island this PoP knows of, by name, and until when each tenant's metadata vouches for its islands."""

    slots: MappingProxyType[IslandName, Slot[HeadT_co]] = field(default_factory=lambda: MappingProxyType({}))
    fresh_until: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    _names: Mapping[str, frozenset[IslandName]] = field(default_factory=lambda: MappingProxyType({}))
    """By tenant: which slots there are, so that a change of one tenant does not look at ten thousand."""

    def get(self, name: IslandName) -> Slot[HeadT_co] | None:
        """What is known of `name`, or None when nothing signed or configured ever spoke of it."""
        return self.slots.get(name)

    def put(self, *slots: Slot[HeadT_co]) -> Self:
        """A shelf with these slots in it, instead of earlier ones of the same name."""
        if not slots:
            return self
        changed = {slot.name: slot for slot in slots}
        names: defaultdict[str, set[IslandName]] = defaultdict(set)
        for name in changed.keys() - self.slots.keys():
            names[name.tenant].add(name)
        grown = {tenant: self._names.get(tenant, frozenset()) | new for tenant, new in names.items()}
        # `|` copies the dictionary behind the proxy at once, without asking for each of ten thousand keys.
        return replace(
            self, slots=MappingProxyType(self.slots | changed), _names=MappingProxyType({**self._names, **grown})
        )

    def of(self, tenants: Iterable[str]) -> list[Slot[HeadT_co]]:
        """The slots of these tenants."""
        return [self.slots[name] for tenant in tenants for name in self._names.get(tenant, ())]

    def vouched(self, fresh_until: Mapping[str, datetime]) -> Self:
        """The same islands, vouched for until these moments, by tenant."""
        return replace(self, fresh_until=MappingProxyType(dict(fresh_until)))

    def status(self, name: IslandName, now: datetime) -> IslandStatus | None:
        """The status of `name` at `now`, or None when it is unknown."""
        slot = self.get(name)
        return self.status_of(slot, now) if slot else None

    def status_of(self, slot: Slot[HeadT_co], now: datetime) -> IslandStatus:
        """The status of one of these slots, or of what one session sees of it."""
        return slot.status(now, fresh_until=self.fresh_until.get(slot.name.tenant))

    def statuses(self, now: datetime) -> Iterator[IslandStatus]:
        """The status of every known island, by name."""
        names = sorted(self.slots)
        return (self.status_of(self.slots[name], now) for name in names)

    def not_ready(self, now: datetime) -> list[IslandStatus]:
        """The required islands that are not served at `now`; empty means ready."""
        return [status for status in self.statuses(now) if status.required and status.state not in SERVED]


def is_in_rollout(rollout: Rollout, name: IslandName, revision: int, *, session: str, pop: str) -> bool:
    """Whether a session gets a revision in rollout already.

    The same session always gets the same answer, on every PoP, and keeps it when the percentage is raised; another
    revision picks other sessions. Who names no session is outside, unless everybody is in. A session's id is its own
    choice: a rollout limits how many meet a mistake, it keeps nobody out.
    """
    if pop in rollout.pops:
        return True
    if not session:
        return rollout.percent == _EVERYBODY
    digest = hashlib.sha256(f"{name}\n{revision}\n{session}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _EVERYBODY < rollout.percent


def phase(island: Island, now: datetime) -> str:
    """`before`, `live` or `ended`: where `now` lies between the event's opening and closing."""
    if now < island.opens:
        return "before"
    return "live" if now < island.closes else "ended"
