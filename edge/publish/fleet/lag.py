"""Which PoPs do not have what is wanted, and why. Pure: statuses, wanted revisions and `now` in, lags out.

>>> lagging(Wanted(island="acme/drop", revision=3), {"ams": None}, now=noon)
(Lag(pop='ams', reason='never_heard', text='never heard from', since=None, revision=None),)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from edge.records import (
    FleetStatus,
    IslandFleetStatus,
    IslandState,
    Lag,
    LagReason,
    LastStatus,
    PopFleetStatus,
    PopIsland,
    Wanted,
)

_EVERYBODY = 100
"""Per cent."""

_PopIslands = Mapping[str, Mapping[str, PopIsland]]
"""By PoP and island: what the PoP says of it."""

_HELD = frozenset({IslandState.FRESH, IslandState.STALE, IslandState.EXPIRED})


def fleet_status(wanted: Iterable[Wanted], fleet: Mapping[str, LastStatus | None], *, now: datetime) -> FleetStatus:
    """Everything about the wanted islands; PoPs that have been silent for too long are named even if none is wanted."""
    found = _by_name(fleet)
    meant = ((one, intended_pops(one, fleet)) for one in wanted)
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


def intended_pops(wanted: Wanted, fleet: Mapping[str, LastStatus | None]) -> dict[str, LastStatus | None]:
    """The PoPs that should have it; one that was never heard might be meant, so it is."""
    return {pop: heard for pop, heard in fleet.items() if heard is None or heard.status.wants(wanted.island)}


def lagging(wanted: Wanted, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Lag, ...]:
    """Every PoP that is meant to have what is wanted and is not known to have it at `now`, by name.

    `fleet` holds every PoP that belongs to it, None for one that was never heard. A silent PoP lags whatever it last
    said: its disk may have been replaced by an old one.
    """
    return _lagging(wanted, intended_pops(wanted, fleet), _by_name(fleet), now)


def _by_name(fleet: Mapping[str, LastStatus | None]) -> _PopIslands:
    return {pop: {one.island: one for one in heard.status.islands} for pop, heard in fleet.items() if heard}


def _lagging(
    wanted: Wanted, meant: Mapping[str, LastStatus | None], found: _PopIslands, now: datetime
) -> tuple[Lag, ...]:
    lags = (_lag(pop, meant[pop], found.get(pop, {}).get(wanted.island), wanted, now) for pop in sorted(meant))
    return tuple(lag for lag in lags if lag is not None)


def _staged(wanted: Wanted, meant: Iterable[str], found: _PopIslands) -> int:
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
