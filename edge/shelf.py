"""Which islands may be served now, and in which state?

The shelf is immutable. A change makes a new shelf; a request that began with the old one keeps a consistent view.

Freshness is not stored. It is computed from signed times: an island is fresh until the publisher's metadata expires,
then stale for the island's own `max_stale_s`, then stopped. So neither a restart nor a clock that moved can prolong it.

>>> name, now = IslandName("acme", "drop"), datetime(2026, 9, 1)
>>> Shelf().put(Slot(name=name, since=now)).status(name, now=now).state
<IslandState.NEVER_LOADED: 'never_loaded'>
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Generic, Self, TypeVar

from edge.records import Island, IslandName, IslandState, IslandStatus, Rollout, SignedSnippet, SnippetDocument

HeadT_co = TypeVar("HeadT_co", covariant=True)

_EVERYBODY = 100
"""Rollout percentage that includes all sessions."""

SERVED = frozenset({IslandState.FRESH, IslandState.STALE})
"""The states in which an island answers."""


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[HeadT_co]):
    """A verified island, ready to serve. `head` is its classifier, as loaded by triage."""

    island: Island
    sha256: str
    head: HeadT_co
    documents: Mapping[str, SnippetDocument]
    snippets: Mapping[str, SignedSnippet]
    key_ids: Mapping[str, str]
    """Ed25519 public key (base64) that signed each snippet, by snippet."""


@dataclass(frozen=True, kw_only=True)
class Eviction:
    """An operator's word that this PoP shall not serve an island. It ends with `restore`, or with a higher revision."""

    at: datetime
    """When the island was evicted."""
    revision: int
    """The highest revision that was known then. A higher one ends the eviction."""


@dataclass(frozen=True, kw_only=True)
class Slot(Generic[HeadT_co]):
    """Everything that this PoP knows of one island."""

    name: IslandName
    since: datetime
    """When metadata or an island last changed this slot."""
    entry: Entry[HeadT_co] | None = None
    rollout: Rollout | None = None
    """Sessions and PoPs that get `entry`. None: all of them."""
    previous: Entry[HeadT_co] | None = None
    """The revision before, for sessions outside the rollout."""
    withdrawn_at: datetime | None = None
    withdrawn_revision: int = 0
    withdrawn_why: str = ""
    """The tenant's signed reason. Empty if the island is merely no longer listed."""
    eviction: Eviction | None = None
    """Set while an operator keeps the island off this PoP. Then there is no `entry`."""
    last_error: str = ""
    required: bool = False

    @property
    def highest_revision(self) -> int:
        """Highest revision that this slot has had, served, withdrawn or evicted. No lower one may follow."""
        evicted = self.eviction.revision if self.eviction else 0
        return max(self.withdrawn_revision, evicted, self.entry.island.revision if self.entry else 0)

    def seen_by(self, session: str, *, pop: str) -> Self:
        """The slot for one session on one PoP: with the new revision, or with the one before."""
        if self.rollout is None or self.entry is None:
            return self
        if is_in_rollout(self.rollout, self.name, self.entry.island.revision, session=session, pop=pop):
            return replace(self, rollout=None, previous=None)
        return replace(self, entry=self.previous, rollout=None, previous=None)

    def at_revision(self, revision: int) -> Self | None:
        """The slot with `revision` only, or None if that is neither the new revision nor the one before."""
        for entry in (self.entry, self.previous):
            if entry is not None and entry.island.revision == revision:
                return replace(self, entry=entry, rollout=None, previous=None)
        return None

    def status(self, now: datetime, *, fresh_until: datetime | None) -> IslandStatus:
        """The state at `now`, its beginning, and until when the island is served if no newer metadata arrives.

        `fresh_until`: earliest expiry of the signed metadata that vouches for this island's tenant, None without any.
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
        # The order is the rule: a withdrawal is in force even if the entry is still on disk or an operator evicted it,
        # and an island that has expired is never served, however fresh its metadata is.
        if self.withdrawn_at is not None:
            return IslandState.WITHDRAWN, self.withdrawn_at, None
        if self.eviction is not None:
            return IslandState.EVICTED, self.eviction.at, None
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


class Slots(Mapping[IslandName, Slot[HeadT_co]]):
    """Slots by name. Immutable. A change copies the slots of its tenants, and not those of ten thousand islands."""

    __slots__ = ("_tenants",)

    def __init__(self, tenants: Mapping[str, Mapping[IslandName, Slot[HeadT_co]]] = MappingProxyType({})) -> None:
        self._tenants = tenants

    def __getitem__(self, name: IslandName) -> Slot[HeadT_co]:
        return self._tenants[name.tenant][name]

    def __iter__(self) -> Iterator[IslandName]:
        return chain.from_iterable(self._tenants.values())

    def __len__(self) -> int:
        return sum(map(len, self._tenants.values()))

    def find(self, name: IslandName) -> Slot[HeadT_co] | None:
        """The slot of `name`, or None: as `get`, which takes two calls more for each question."""
        of_tenant = self._tenants.get(name.tenant)
        return of_tenant.get(name) if of_tenant is not None else None

    def of(self, tenant: str) -> Iterable[Slot[HeadT_co]]:
        """The slots of one tenant."""
        return self._tenants.get(tenant, {}).values()

    def put(self, slots: Iterable[Slot[HeadT_co]]) -> "Slots[HeadT_co]":
        """Slots with these. They replace earlier ones of the same names."""
        changed: dict[str, dict[IslandName, Slot[HeadT_co]]] = {}
        for slot in slots:
            tenant = slot.name.tenant
            if tenant not in changed:
                changed[tenant] = dict(self._tenants.get(tenant, {}))
            changed[tenant][slot.name] = slot
        return Slots({**self._tenants, **changed})


@dataclass(frozen=True)
class Shelf(Generic[HeadT_co]):
    """All islands that this PoP knows, by name, and until when each tenant's metadata vouches for its islands."""

    slots: Slots[HeadT_co] = field(default_factory=Slots)
    fresh_until: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    tenants: frozenset[str] = frozenset()
    """Tenants that verified metadata names, also those whose islands are not served here."""

    def get(self, name: IslandName) -> Slot[HeadT_co] | None:
        """The slot of `name`, or None if neither signed metadata nor the configuration names it."""
        return self.slots.find(name)

    def put(self, *slots: Slot[HeadT_co]) -> Self:
        """A shelf with these slots. They replace earlier slots of the same names."""
        return replace(self, slots=self.slots.put(slots)) if slots else self

    def of(self, tenants: Iterable[str]) -> list[Slot[HeadT_co]]:
        """The slots of these tenants."""
        return [slot for tenant in tenants for slot in self.slots.of(tenant)]

    def vouched(self, fresh_until: Mapping[str, datetime], *, tenants: Iterable[str] = ()) -> Self:
        """A shelf with the same slots, new times until which each tenant's metadata vouches, and the named tenants."""
        return replace(self, fresh_until=MappingProxyType(dict(fresh_until)), tenants=frozenset(tenants))

    def status(self, name: IslandName, now: datetime) -> IslandStatus | None:
        """The status of `name` at `now`, or None if it is unknown."""
        slot = self.get(name)
        return self.status_of(slot, now) if slot else None

    def status_of(self, slot: Slot[HeadT_co], now: datetime) -> IslandStatus:
        """The status of a slot of this shelf, or of that slot `seen_by` one session."""
        return slot.status(now, fresh_until=self.fresh_until.get(slot.name.tenant))

    def statuses(self, now: datetime) -> Iterator[IslandStatus]:
        """The status of each known island, in the order of names."""
        names = sorted(self.slots)
        return (self.status_of(self.slots[name], now) for name in names)

    def not_ready(self, now: datetime) -> list[IslandStatus]:
        """Required islands that are not served at `now`. The PoP is ready if there are none."""
        return [status for status in self.statuses(now) if status.required and status.state not in SERVED]


def is_in_rollout(rollout: Rollout, name: IslandName, revision: int, *, session: str, pop: str) -> bool:
    """True if a session gets the new revision.

    The result for a session is the same on every PoP, and stays when the percentage is raised. Another revision selects
    other sessions. A question without a session is outside, unless the percentage is 100. A viewer can choose any
    session id: a rollout limits how many viewers meet a mistake, but keeps no one out.
    """
    if pop in rollout.pops:
        return True
    if not session:
        return rollout.percent == _EVERYBODY
    digest = hashlib.sha256(f"{name}\n{revision}\n{session}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _EVERYBODY < rollout.percent


def phase(island: Island, now: datetime) -> str:
    """The event's phase at `now`: `before` its opening, `live`, or `ended` after its closing."""
    if now < island.opens:
        return "before"
    return "live" if now < island.closes else "ended"
