"""Which PoPs do not have what is wanted, and why. Pure: statuses, wanted revisions and `now` in, lags out.

>>> lagging(Wanted(island="acme/drop", revision=3), {"ams": None}, now=datetime(2026, 9, 1))[0].text
'never heard from'
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from edge.records import (
    FleetStatus,
    IslandFleetStatus,
    IslandOnPop,
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
    islands_of = _by_name(fleet)
    islands = tuple(_island_status(island, fleet, islands_of, now) for island in wanted)
    names = {island.wanted.island for island in islands}
    pops = tuple(_pop_status(pop, heard, names, now) for pop, heard in sorted(fleet.items()))
    lost = [pop for pop in pops if pop.heard_at is None or pop.silent_since is not None]
    # Where nothing is wanted, nobody lags; then everyone is there who is heard.
    everyone = bool(pops) and not any(island.lagging for island in islands) and bool(islands or not lost)
    return FleetStatus(at=now, everyone=everyone, islands=islands, pops=pops)


def _island_status(
    wanted: Wanted, fleet: Mapping[str, LastStatus | None], islands_of: _PopIslands, now: datetime
) -> IslandFleetStatus:
    meant = intended_pops(wanted, fleet)
    return IslandFleetStatus(
        wanted=wanted,
        meant=len(meant),
        lagging=_lagging(wanted, meant, islands_of, now),
        in_rollout=_in_rollout(wanted, meant, islands_of),
    )


def _pop_status(pop: str, heard: LastStatus | None, islands: Iterable[str], now: datetime) -> PopFleetStatus:
    if heard is None:
        return PopFleetStatus(pop=pop)
    return PopFleetStatus(
        pop=pop,
        heard_at=heard.at,
        silent_since=heard.silent_since(now),
        clock_ahead_s=heard.clock_ahead_s,
        version=heard.status.version,
        model=heard.status.model,
        islands=tuple(
            msgspec.convert(island, IslandOnPop, from_attributes=True)
            for island in heard.status.islands
            if island.island in islands
        ),
    )


def intended_pops(wanted: Wanted, fleet: Mapping[str, LastStatus | None]) -> dict[str, LastStatus | None]:
    """The PoPs that should have it; one that was never heard might be meant, so it is."""
    return {pop: heard for pop, heard in fleet.items() if heard is None or heard.status.wants(wanted.island)}


def lagging(wanted: Wanted, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Lag, ...]:
    """Every PoP that is meant to have what is wanted and is not known to have it at `now`, by name.

    `fleet` holds every PoP that belongs to it, None for one that was never heard. A silent PoP lags, even if its
    last status was good: its disk may have been replaced by an old one.
    """
    return _lagging(wanted, intended_pops(wanted, fleet), _by_name(fleet), now)


def _by_name(fleet: Mapping[str, LastStatus | None]) -> _PopIslands:
    return {pop: {island.island: island for island in heard.status.islands} for pop, heard in fleet.items() if heard}


def _lagging(
    wanted: Wanted, meant: Mapping[str, LastStatus | None], islands_of: _PopIslands, now: datetime
) -> tuple[Lag, ...]:
    lags = (_lag(pop, meant[pop], islands_of.get(pop, {}).get(wanted.island), wanted, now) for pop in sorted(meant))
    return tuple(lag for lag in lags if lag is not None)


def _in_rollout(wanted: Wanted, meant: Iterable[str], islands_of: _PopIslands) -> int:
    """On how many PoPs only some sessions get it."""
    found = (islands_of.get(pop, {}).get(wanted.island) for pop in meant)
    percents = (island.rollout_percent for island in found if island is not None)
    return sum(percent is not None and percent < _EVERYBODY for percent in percents)


def _lag(pop: str, heard: LastStatus | None, island: PopIsland | None, wanted: Wanted, now: datetime) -> Lag | None:
    if heard is None:
        return Lag(pop=pop, reason=LagReason.NEVER_HEARD, text="never heard from")
    silent_since = heard.silent_since(now)
    if silent_since is not None:
        then = f", then on revision {island.revision}" if island and island.revision else ""
        text = f"silent for {(now - silent_since).total_seconds():.0f} s{then}"
        revision = island.revision if island else None
        return Lag(pop=pop, reason=LagReason.SILENT, text=text, since=silent_since, revision=revision)
    if island is None:
        omitted = heard.status.omitted
        text = f"its status left out {omitted} islands" if omitted else "has not heard of the island"
        return Lag(pop=pop, reason=LagReason.UNAWARE, text=text, since=heard.at)
    fault = _withdrawal_fault(island, wanted) if wanted.is_withdrawn else _revision_fault(island, wanted)
    if fault is None:
        return None
    reason, text = fault
    error = f": {island.last_error}" if island.last_error else ""
    return Lag(pop=pop, reason=reason, text=text + error, since=island.since, revision=island.revision)


def _withdrawal_fault(island: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    """A PoP that took a later revision is past the withdrawal."""
    if island.highest_revision > wanted.revision or (
        island.state is IslandState.WITHDRAWN and island.highest_revision == wanted.revision
    ):
        return None
    if island.state is IslandState.WITHDRAWN or island.revision is None:
        return LagReason.UNAWARE, f"has not heard of the withdrawal, is {island.state}"
    return LagReason.STILL_SERVED, f"still has revision {island.revision}"


def _revision_fault(island: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    if island.state is IslandState.WITHDRAWN:
        if island.highest_revision > wanted.revision:
            return None
        return LagReason.WITHDRAWN, f"has it as withdrawn at revision {island.highest_revision}"
    if island.revision is None:
        rejected = island.state is IslandState.REJECTED
        return (LagReason.REJECTED, "rejected it") if rejected else (LagReason.UNAWARE, "has not loaded it")
    if island.revision < wanted.revision:
        return LagReason.BEHIND, f"on revision {island.revision}"
    if island.state not in _HELD:
        return LagReason.STOPPED, f"has it, but {island.state} serving"
    return None
