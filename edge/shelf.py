"""Which islands may be served now, and in which state?

The shelf is immutable: a change makes a new one, and whoever holds the old one keeps a consistent view. Freshness is
not stored but derived from signed times: an island is fresh while the publisher's metadata is unexpired, stale until
its own `max_stale_s` has passed after that, then stopped. So a restart, or a clock that moved, cannot lengthen it.

>>> shelf = Shelf().put(Place(name=IslandName("acme", "drop"), since=noon))
>>> shelf.status(IslandName("acme", "drop"), now=noon).state
<IslandState.NEVER_LOADED: 'never_loaded'>
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Generic, Self, TypeVar

from edge.records import Island, IslandName, IslandState, IslandStatus, SignedSnippet, SnippetDocument

HeadT_co = TypeVar("HeadT_co", covariant=True)

SERVED = frozenset({IslandState.FRESH, IslandState.STALE})
"""The states in which an island answers."""


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[HeadT_co]):
    """A verified island, ready to serve. `head` is whatever triage made of it."""

    island: Island
    sha256: str
    head: HeadT_co
    documents: Mapping[str, SnippetDocument]
    snippets: Mapping[str, SignedSnippet]
    key_ids: Mapping[str, str]
    """By snippet: the base64 Ed25519 public key that signed it."""


@dataclass(frozen=True, kw_only=True)
class Place(Generic[HeadT_co]):
    """All that is known of one island on this PoP."""

    name: IslandName
    since: datetime
    """When this was last changed by something that arrived."""
    entry: Entry[HeadT_co] | None = None
    withdrawn_at: datetime | None = None
    withdrawn_revision: int = 0
    last_error: str = ""
    required: bool = False

    @property
    def highest_revision(self) -> int:
        """The newest revision ever taken here, served or withdrawn; only a higher one may follow."""
        return max(self.withdrawn_revision, self.entry.island.revision if self.entry else 0)

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

    places: Mapping[IslandName, Place[HeadT_co]] = field(default_factory=lambda: MappingProxyType({}))
    fresh_until: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, name: IslandName) -> Place[HeadT_co] | None:
        """What is known of `name`, or None when nothing signed or configured ever spoke of it."""
        return self.places.get(name)

    def put(self, *places: Place[HeadT_co]) -> Self:
        """A shelf with these places in it, instead of earlier ones of the same name."""
        changed = {place.name: place for place in places}
        return replace(self, places=MappingProxyType({**self.places, **changed}))

    def vouched(self, fresh_until: Mapping[str, datetime]) -> Self:
        """The same islands, vouched for until these moments, by tenant."""
        return replace(self, fresh_until=MappingProxyType(dict(fresh_until)))

    def status(self, name: IslandName, now: datetime) -> IslandStatus | None:
        """The status of `name` at `now`, or None when it is unknown."""
        place = self.get(name)
        return place.status(now, fresh_until=self.fresh_until.get(name.tenant)) if place else None

    def statuses(self, now: datetime) -> Iterator[IslandStatus]:
        """The status of every known island, by name."""
        names = sorted(self.places)
        return (self.places[n].status(now, fresh_until=self.fresh_until.get(n.tenant)) for n in names)

    def not_ready(self, now: datetime) -> list[IslandStatus]:
        """The required islands that are not served at `now`; empty means ready."""
        return [status for status in self.statuses(now) if status.required and status.state not in SERVED]


def phase(island: Island, now: datetime) -> str:
    """`before`, `live` or `ended`: where `now` lies between the event's opening and closing."""
    if now < island.opens:
        return "before"
    return "live" if now < island.closes else "ended"
