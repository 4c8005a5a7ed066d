"""Which PoPs lack a wanted revision, and why? Pure: statuses, wanted revisions and `now` in, lags out.

>>> lagging(Wanted(island="acme/drop", revision=3), {"ams": None}, now=datetime(2026, 9, 1))[0].text
'never heard from'
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from edge.records import (
    Ahead,
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

_ALL_SESSIONS = 100
"""Per cent."""

_IslandsByPop = Mapping[str, Mapping[str, PopIsland]]
"""The islands in the last status of each PoP: by PoP, then by island."""

_IN_PLACE = frozenset({IslandState.FRESH, IslandState.STALE, IslandState.EXPIRED})
"""States of an island that a PoP has accepted and not stopped. An expired one is as its author wanted."""


def fleet_status(
    wanted: Iterable[Wanted], fleet: Mapping[str, LastStatus | None], *, now: datetime, ahead: tuple[Ahead, ...] = ()
) -> FleetStatus:
    """Status of the wanted islands on every PoP of `fleet`, and of the PoPs themselves.

    `fleet` has every member; None is a member that has never posted a status. `ahead` is passed on.
    """
    islands_of = _islands_by_pop(fleet)
    islands = tuple(_island_status(island, fleet, islands_of, now) for island in wanted)
    names = {island.wanted.island for island in islands}
    pops = tuple(_pop_status(pop, last, names, now) for pop, last in sorted(fleet.items()))
    silent = [pop for pop in pops if pop.heard_at is None or pop.silent_since is not None]
    # If no island is wanted, no PoP can lag. Then every PoP must have posted lately.
    everyone = bool(pops) and not any(island.lagging for island in islands) and bool(islands or not silent)
    return FleetStatus(at=now, everyone=everyone, islands=islands, pops=pops, ahead=ahead)


def _island_status(
    wanted: Wanted, fleet: Mapping[str, LastStatus | None], islands_of: _IslandsByPop, now: datetime
) -> IslandFleetStatus:
    intended = intended_pops(wanted, fleet)
    return IslandFleetStatus(
        wanted=wanted,
        meant=len(intended),
        lagging=_lagging(wanted, intended, islands_of, now),
        evicted_on=_evicted_on(wanted, intended, islands_of, now),
        in_rollout=_in_rollout(wanted, intended, islands_of),
    )


def _pop_status(pop: str, last: LastStatus | None, islands: Iterable[str], now: datetime) -> PopFleetStatus:
    if last is None:
        return PopFleetStatus(pop=pop)
    return PopFleetStatus(
        pop=pop,
        heard_at=last.at,
        silent_since=last.silent_since(now),
        clock_ahead_s=last.clock_ahead_s,
        version=last.status.version,
        model=last.status.model,
        ledger=last.status.ledger or None,
        islands=tuple(
            msgspec.convert(island, IslandOnPop, from_attributes=True)
            for island in last.status.islands
            if island.island in islands
        ),
    )


def intended_pops(wanted: Wanted, fleet: Mapping[str, LastStatus | None]) -> dict[str, LastStatus | None]:
    """PoPs that should serve the island. One without a status is included: only its status could exclude it."""
    return {pop: last for pop, last in fleet.items() if last is None or last.status.wants(wanted.island)}


def lagging(wanted: Wanted, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Lag, ...]:
    """PoPs that should have the wanted revision and are not known to have it at `now`, sorted by name.

    A silent PoP lags even if its last status was good: its disk may have been replaced by an old one. `fleet` is as
    for `fleet_status`.
    """
    return _lagging(wanted, intended_pops(wanted, fleet), _islands_by_pop(fleet), now)


def _islands_by_pop(fleet: Mapping[str, LastStatus | None]) -> _IslandsByPop:
    return {pop: {island.island: island for island in last.status.islands} for pop, last in fleet.items() if last}


def _lagging(
    wanted: Wanted, intended: Mapping[str, LastStatus | None], islands_of: _IslandsByPop, now: datetime
) -> tuple[Lag, ...]:
    lags = (
        _lag(pop, intended[pop], islands_of.get(pop, {}).get(wanted.island), wanted, now) for pop in sorted(intended)
    )
    return tuple(lag for lag in lags if lag is not None)


def _evicted_on(
    wanted: Wanted, intended: Mapping[str, LastStatus | None], islands_of: _IslandsByPop, now: datetime
) -> tuple[str, ...]:
    heard = (pop for pop, last in sorted(intended.items()) if last is not None and last.silent_since(now) is None)
    return tuple(pop for pop in heard if _is_evicted(islands_of[pop].get(wanted.island), wanted))


def _is_evicted(island: PopIsland | None, wanted: Wanted) -> bool:
    """True if the PoP lacks what is wanted because its operator wants it so. A later revision ends that."""
    return (
        island is not None
        and island.evicted is True
        and not wanted.is_withdrawn
        and island.highest_revision >= wanted.revision
    )


def _in_rollout(wanted: Wanted, intended: Iterable[str], islands_of: _IslandsByPop) -> int:
    """Number of PoPs on which only some sessions get the revision."""
    islands = (islands_of.get(pop, {}).get(wanted.island) for pop in intended)
    percents = (island.rollout_percent for island in islands if island is not None)
    return sum(percent is not None and percent < _ALL_SESSIONS for percent in percents)


def _lag(pop: str, last: LastStatus | None, island: PopIsland | None, wanted: Wanted, now: datetime) -> Lag | None:
    # What a status says of the island counts only if it is there and recent. So these come first.
    if last is None:
        return Lag(pop=pop, reason=LagReason.NEVER_HEARD, text="never heard from")
    silent_since = last.silent_since(now)
    if silent_since is not None:
        on_revision = f", last on revision {island.revision}" if island and island.revision else ""
        text = f"silent for {(now - silent_since).total_seconds():.0f} s{on_revision}"
        revision = island.revision if island else None
        return Lag(pop=pop, reason=LagReason.SILENT, text=text, since=silent_since, revision=revision)
    if island is None:
        omitted = last.status.omitted
        text = f"its status left out {omitted} islands" if omitted else "does not know the island"
        return Lag(pop=pop, reason=LagReason.UNAWARE, text=text, since=last.at)
    if _is_evicted(island, wanted):
        return None
    fault = _withdrawal_fault(island, wanted) if wanted.is_withdrawn else _revision_fault(island, wanted)
    if fault is None:
        return None
    reason, text = fault
    error = f": {island.last_error}" if island.last_error else ""
    return Lag(pop=pop, reason=reason, text=text + error, since=island.since, revision=island.revision)


def _withdrawal_fault(island: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    # A PoP that has seen a later revision has also seen the withdrawal before it, even if it serves nothing now.
    if island.highest_revision > wanted.revision or (
        island.state is IslandState.WITHDRAWN and island.highest_revision == wanted.revision
    ):
        return None
    if island.state is IslandState.WITHDRAWN or island.revision is None:
        return LagReason.UNAWARE, f"does not know of the withdrawal, is {island.state}"
    return LagReason.STILL_SERVED, f"still has revision {island.revision}"


def _revision_fault(island: PopIsland, wanted: Wanted) -> tuple[LagReason, str] | None:
    if island.state is IslandState.WITHDRAWN:
        # Withdrawn later than what is wanted: the PoP is ahead, not behind.
        if island.highest_revision > wanted.revision:
            return None
        return LagReason.WITHDRAWN, f"has it as withdrawn at revision {island.highest_revision}"
    if island.revision is None:
        is_rejected = island.state is IslandState.REJECTED
        return (LagReason.REJECTED, "rejected it") if is_rejected else (LagReason.UNAWARE, "has not loaded it")
    if island.revision < wanted.revision:
        return LagReason.BEHIND, f"on revision {island.revision}"
    if island.state not in _IN_PLACE:
        return LagReason.STOPPED, f"has it, but {island.state} serving"
    return None
