"""What the statuses of PoPs say about the fleet: who has a revision, who has not, since when, why.

    Heard       the newest that the publisher took of one PoP, and when by its own clock
    Wanted      what the fleet should have of one island
    Lag         one PoP that has it not

>>> lagging(Wanted(island="acme/drop", revision=3), {"ams": None}, now=noon)
(Lag(pop='ams', reason='never_heard', text='never heard from', since=None, revision=None),)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from edge.records.pop import PopIsland, PopStatus
from edge.records.state import IslandState
from edge.records.time import Utc

MISSED_POSTS = 3
"""A PoP that missed this many is silent; one alone may have been lost."""

SILENCE_GRACE_S = 5.0
"""For a post under way, when PoPs post every second."""

CLOCK_OFF_S = 60.0
"""Clocks kept by NTP are off by milliseconds; beyond a minute, someone should look."""

_EVERYBODY = 100
"""Per cent."""

_Found = Mapping[str, Mapping[str, PopIsland]]
"""By PoP and island: what the PoP says of it."""

_HELD = frozenset({IslandState.FRESH, IslandState.STALE, IslandState.EXPIRED})


class LastStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest status of one PoP."""

    status: PopStatus
    at: Utc
    """When it arrived, by the publisher's clock; silence is counted from here, whatever the PoP's clock says."""

    def silent_since(self, now: datetime) -> datetime | None:
        """Since when it is silent for too long; None while it is not."""
        patience = timedelta(seconds=MISSED_POSTS * self.status.every_s + SILENCE_GRACE_S)
        return self.at if now - self.at > patience else None

    @property
    def clock_ahead_s(self) -> float:
        """How far the PoP's clock is ahead of the publisher's; the way of the post included."""
        return (self.status.time - self.at).total_seconds()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the fleet should have of one island: at least this revision, or it withdrawn."""

    island: str
    revision: int
    is_withdrawn: bool = False


class LagReason(StrEnum):
    """Why a PoP has not what is wanted."""

    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    UNAWARE = "unaware"
    REJECTED = "rejected"
    BEHIND = "behind"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    STILL_SERVED = "still_served"


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP that has not what is wanted: why, and since when it is as it is."""

    pop: str
    reason: LagReason
    text: str
    since: Utc | None = None
    revision: int | None = None


class PopFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One PoP, for people and scripts; all but `pop` is empty for one that was never heard."""

    pop: str
    heard_at: Utc | None = None
    silent_since: Utc | None = None
    clock_ahead_s: float = 0.0
    version: str = ""
    model: str = ""
    islands: tuple[PopIsland, ...] = ()


class IslandFleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One island over the fleet: how many PoPs are meant to have it, and which of them have not.

    A PoP that has it for some sessions only, as its stage says, does not lag: it is counted in `staged`.
    """

    wanted: Wanted
    meant: int
    lagging: tuple[Lag, ...]
    staged: int = 0


class FleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Is everyone where they should be?"""

    at: Utc
    everyone: bool
    """Every PoP that is meant to has what is wanted, and there is one; where nothing is wanted: every PoP is heard."""
    islands: tuple[IslandFleetStatus, ...]
    pops: tuple[PopFleetStatus, ...]


def fleet_status(wanted: Iterable[Wanted], fleet: Mapping[str, LastStatus | None], *, now: datetime) -> FleetStatus:
    """Everything about the wanted islands; PoPs that have been silent for too long are named even if none is wanted."""
    found = _by_name(fleet)
    meant = ((one, those_meant(one, fleet)) for one in wanted)
    islands = tuple(
        IslandFleetStatus(
            wanted=one, meant=len(pops), lagging=_lagging(one, pops, found, now), staged=_staged(one, pops, found)
        )
        for one, pops in meant
    )
    names = {one.wanted.island for one in islands}
    pops = tuple(_pop_report(pop, heard, names, now) for pop, heard in sorted(fleet.items()))
    lost = [pop for pop in pops if pop.heard_at is None or pop.silent_since is not None]
    everyone = bool(pops) and not any(one.lagging for one in islands) and bool(islands or not lost)
    return FleetStatus(at=now, everyone=everyone, islands=islands, pops=pops)


def _pop_report(pop: str, heard: LastStatus | None, islands: Iterable[str], now: datetime) -> PopFleetStatus:
    if heard is None:
        return PopFleetStatus(pop=pop)
    return PopFleetStatus(
        pop=pop,
        heard_at=heard.at,
        silent_since=heard.silent_since(now),
        clock_ahead_s=heard.clock_ahead_s,
        version=heard.status.version,
        model=heard.status.model,
        islands=tuple(one for one in heard.status.islands if one.island in islands),
    )


def those_meant(wanted: Wanted, fleet: Mapping[str, LastStatus | None]) -> dict[str, LastStatus | None]:
    """The PoPs that should have it; one that was never heard might be meant, so it is."""
    return {pop: heard for pop, heard in fleet.items() if heard is None or heard.status.wants(wanted.island)}


def lagging(wanted: Wanted, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Lag, ...]:
    """Every PoP that is meant to have what is wanted and is not known to have it at `now`, by name.

    `fleet` holds every PoP that belongs to it, None for one that was never heard. A silent PoP lags whatever it last
    said: its disk may have been replaced by an old one.
    """
    return _lagging(wanted, those_meant(wanted, fleet), _by_name(fleet), now)


def _by_name(fleet: Mapping[str, LastStatus | None]) -> _Found:
    return {pop: {one.island: one for one in heard.status.islands} for pop, heard in fleet.items() if heard}


def _lagging(wanted: Wanted, meant: Mapping[str, LastStatus | None], found: _Found, now: datetime) -> tuple[Lag, ...]:
    lags = (_lag(pop, meant[pop], found.get(pop, {}).get(wanted.island), wanted, now) for pop in sorted(meant))
    return tuple(lag for lag in lags if lag is not None)


def _staged(wanted: Wanted, meant: Iterable[str], found: _Found) -> int:
    """On how many PoPs only some sessions get it."""
    held = (found.get(pop, {}).get(wanted.island) for pop in meant)
    return sum(one is not None and one.percent is not None and one.percent < _EVERYBODY for one in held)


def _lag(pop: str, heard: LastStatus | None, found: PopIsland | None, wanted: Wanted, now: datetime) -> Lag | None:
    if heard is None:
        return Lag(pop=pop, reason=LagReason.NEVER_HEARD, text="never heard from")
    silent_since = heard.silent_since(now)
    if silent_since is not None:
        then = f", then on revision {found.revision}" if found and found.revision else ""
        text = f"silent for {(now - silent_since).total_seconds():.0f} s{then}"
        revision = found.revision if found else None
        return Lag(pop=pop, reason=LagReason.SILENT, text=text, since=silent_since, revision=revision)
    if found is None:
        omitted = heard.status.omitted
        text = f"its status left out {omitted} islands" if omitted else "has not heard of the island"
        return Lag(pop=pop, reason=LagReason.UNAWARE, text=text, since=heard.at)
    fault = _withdrawal_fault(found, wanted) if wanted.is_withdrawn else _revision_fault(found, wanted)
    if fault is None:
        return None
    reason, text = fault
    error = f": {found.last_error}" if found.last_error else ""
    return Lag(pop=pop, reason=reason, text=text + error, since=found.since, revision=found.revision)


def _withdrawal_fault(found: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    """A PoP that took a later revision is past the withdrawal."""
    if found.highest > wanted.revision or (found.state is IslandState.WITHDRAWN and found.highest == wanted.revision):
        return None
    if found.state is IslandState.WITHDRAWN or found.revision is None:
        return LagReason.UNAWARE, f"has not heard of the withdrawal, is {found.state}"
    return LagReason.STILL_SERVED, f"still has revision {found.revision}"


def _revision_fault(found: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    if found.state is IslandState.WITHDRAWN:
        if found.highest > wanted.revision:
            return None
        return LagReason.WITHDRAWN, f"has it as withdrawn at revision {found.highest}"
    if found.revision is None:
        rejected = found.state is IslandState.REJECTED
        return (LagReason.REJECTED, "rejected it") if rejected else (LagReason.UNAWARE, "has not loaded it")
    if found.revision < wanted.revision:
        return LagReason.BEHIND, f"on revision {found.revision}"
    if found.state not in _HELD:
        return LagReason.STOPPED, f"has it, but {found.state} serving"
    return None
