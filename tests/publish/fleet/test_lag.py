"""Which PoPs lag, and why: tables of cases, each keyed by a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.publish.fleet.lag import fleet_status, lagging
from edge.records import (
    IslandState,
    Lag,
    LagReason,
    LastStatus,
    PopIsland,
    PopStatus,
    Wanted,
)
from edge.records.ledger import LedgerState

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)
DROP = "acme/drop"


def posted(*islands: PopIsland, ago_s: float = 1.0, **fields: Any) -> LastStatus:
    """The last status of a PoP, which it posted `ago_s` seconds ago."""
    defaults: dict[str, Any] = {"pop": "ams", "run": 1, "sequence": 1, "time": NOW, "interval_s": 30.0}
    status = PopStatus(islands=islands, **(defaults | fields))
    return LastStatus(status=status, at=NOW - timedelta(seconds=ago_s))


def drop(revision: int | None, state: IslandState = IslandState.FRESH, **fields: Any) -> PopIsland:
    """The island `acme/drop` as a status lists it."""
    defaults: dict[str, Any] = {"highest_revision": revision or 0, "since": SINCE}
    return PopIsland(island=DROP, revision=revision, state=state, **(defaults | fields))


THREE = Wanted(island=DROP, revision=3)
GONE = Wanted(island=DROP, revision=3, is_withdrawn=True)

NOT_LAGGING = {
    "on the wanted revision": (THREE, posted(drop(3))),
    "on the wanted revision for some sessions, as its rollout says": (
        THREE,
        posted(drop(3, rollout_percent=10, previous_revision=2)),
    ),
    "ahead of it": (THREE, posted(drop(4))),
    "stale but served": (THREE, posted(drop(3, IslandState.STALE))),
    "past the time its author set": (THREE, posted(drop(3, IslandState.EXPIRED))),
    "with an error about a later one": (THREE, posted(drop(3, last_error="revision 4 is damaged"))),
    "past it, and a later revision is withdrawn": (
        THREE,
        posted(drop(None, IslandState.WITHDRAWN, highest_revision=4)),
    ),
    "not meant to serve it": (THREE, posted(serves=("other/*",))),
    "not meant to serve it, and silent": (THREE, posted(serves=("other/*",), ago_s=10_000)),
    "withdrawn as wanted": (GONE, posted(drop(None, IslandState.WITHDRAWN, highest_revision=3))),
    "back in a later revision than the withdrawn one": (GONE, posted(drop(4))),
    "silent for no longer than three posts may take": (THREE, posted(drop(3), ago_s=95.0)),
}


@pytest.mark.parametrize("case", NOT_LAGGING)
def test_pop_that_does_not_lag(case: str) -> None:
    """A PoP does not lag if it has the revision, or does not serve the island at all."""
    wanted, pop = NOT_LAGGING[case]

    assert () == lagging(wanted, {"ams": pop}, now=NOW)


LAG: dict[str, tuple[Wanted, LastStatus | None, str, str]] = {
    "never heard": (THREE, None, "never_heard", "never heard from"),
    "silent with the old revision": (
        THREE,
        posted(drop(2), ago_s=96.0),
        "silent",
        "silent for 96 s, last on revision 2",
    ),
    "silent with the wanted revision": (
        THREE,
        posted(drop(3), ago_s=96.0),
        "silent",
        "silent for 96 s, last on revision 3",
    ),
    "silent without any": (THREE, posted(ago_s=96.0), "silent", "silent for 96 s"),
    "silent for three posts of one second each": (
        THREE,
        posted(drop(3), interval_s=1.0, ago_s=8.5),
        "silent",
        "silent for 8 s, last on revision 3",
    ),
    "unaware": (THREE, posted(), "unaware", "does not know the island"),
    "unaware, or left out": (THREE, posted(omitted=7), "unaware", "its status left out 7 islands"),
    "waiting for its first bytes": (
        THREE,
        posted(drop(None, IslandState.NEVER_LOADED, last_error="it could not be reached")),
        "unaware",
        "has not loaded it: it could not be reached",
    ),
    "rejecting its first": (
        THREE,
        posted(drop(None, IslandState.REJECTED, last_error="model mismatch")),
        "rejected",
        "rejected it: model mismatch",
    ),
    "evicted, and silent since": (
        THREE,
        posted(drop(None, IslandState.NEVER_LOADED, highest_revision=3, evicted=True), ago_s=3_600),
        "silent",
        "silent for 3600 s",
    ),
    "evicted, and a later revision has not arrived": (
        THREE,
        posted(drop(None, IslandState.NEVER_LOADED, highest_revision=2, evicted=True, last_error="evicted")),
        "unaware",
        "has not loaded it: evicted",
    ),
    "evicted, and unaware of a withdrawal": (
        GONE,
        posted(drop(None, IslandState.NEVER_LOADED, highest_revision=3, evicted=True)),
        "unaware",
        "does not know of the withdrawal, is never_loaded",
    ),
    "behind": (THREE, posted(drop(2)), "behind", "on revision 2"),
    "behind, with the reason": (
        THREE,
        posted(drop(2, last_error="golden question 4 differs")),
        "behind",
        "on revision 2: golden question 4 differs",
    ),
    "behind and stale": (THREE, posted(drop(2, IslandState.STALE)), "behind", "on revision 2"),
    "stopped": (THREE, posted(drop(3, IslandState.STOPPED)), "stopped", "has it, but stopped serving"),
    "withdrawn before": (
        THREE,
        posted(drop(None, IslandState.WITHDRAWN, highest_revision=2)),
        "withdrawn",
        "has it as withdrawn at revision 2",
    ),
    "withdrawn at this very revision": (
        THREE,
        posted(drop(None, IslandState.WITHDRAWN, highest_revision=3)),
        "withdrawn",
        "has it as withdrawn at revision 3",
    ),
    "still serving a withdrawn island": (GONE, posted(drop(3)), "still_served", "still has revision 3"),
    "unaware of a withdrawn island": (GONE, posted(), "unaware", "does not know the island"),
    "aware of an earlier withdrawal only": (
        GONE,
        posted(drop(None, IslandState.WITHDRAWN, highest_revision=2)),
        "unaware",
        "does not know of the withdrawal, is withdrawn",
    ),
    "never having had a withdrawn island": (
        GONE,
        posted(drop(None, IslandState.REJECTED, highest_revision=0)),
        "unaware",
        "does not know of the withdrawal, is rejected",
    ),
}


@pytest.mark.parametrize("case", LAG)
def test_pop_that_lags(case: str) -> None:
    """A lag has a reason for scripts, a text for people, and the time since when."""
    wanted, pop, reason, text = LAG[case]
    (lag,) = lagging(wanted, {"ams": pop}, now=NOW)

    assert ("ams", reason, text) == (lag.pop, lag.reason, lag.text)
    expected = {LagReason.NEVER_HEARD: None, LagReason.SILENT: pop.at if pop else None}
    if lag.reason is not LagReason.UNAWARE:
        assert expected.get(lag.reason, SINCE) == lag.since


def test_status_of_a_fleet() -> None:
    """All PoPs are listed by name; an island counts only those that should have it."""
    fleet = {"fra": posted(drop(2)), "ams": posted(drop(3)), "sin": posted(serves=("other/*",)), "nrt": None}
    status = fleet_status([THREE], fleet, now=NOW)

    assert not status.everyone
    assert ["ams", "fra", "nrt", "sin"] == [pop.pop for pop in status.pops]
    (island,) = status.islands
    assert (3, ["fra", "nrt"]) == (island.meant, [lag.pop for lag in island.lagging])
    assert status == msgspec.json.decode(msgspec.json.encode(status), type=type(status))


EVERYONE: dict[str, tuple[list[Wanted], dict[str, LastStatus | None], bool]] = {
    "all have it": ([THREE], {"ams": posted(drop(3))}, True),
    "one lags": ([THREE], {"ams": posted(drop(3)), "fra": posted(drop(2))}, False),
    "there is no PoP": ([THREE], {}, False),
    "nothing is published": ([], {"ams": posted()}, True),
    "nothing is published and one is silent": ([], {"ams": posted(ago_s=1000)}, False),
    "nothing is published and one has never posted": ([], {"ams": None}, False),
    "a silent one does not serve the island": (
        [THREE],
        {"ams": posted(drop(3)), "sin": posted(serves=("o/*",), ago_s=1000)},
        True,
    ),
}


@pytest.mark.parametrize("case", EVERYONE)
def test_everyone(case: str) -> None:
    """`everyone` is what the exit status of `skerry status` says."""
    wanted, fleet, expected = EVERYONE[case]

    assert expected is fleet_status(wanted, fleet, now=NOW).everyone


def test_silence_and_wrong_clock() -> None:
    """They are in the status of a PoP even if it serves none of the wanted islands."""
    fleet = {"ams": posted(ago_s=1000.0, time=NOW + timedelta(hours=1))}
    (pop,) = fleet_status([], fleet, now=NOW).pops

    assert NOW - timedelta(seconds=1000) == pop.silent_since
    assert 4600.0 == pop.clock_ahead_s


def test_ledger_of_a_pop() -> None:
    """As its last status says; an older PoP says nothing of it."""
    full = LedgerState(word="full", error="", size_bytes=9, max_bytes=8, missing=7)
    fleet = {"ams": posted(), "fra": posted(pop="fra", ledger=full), "zrh": None}

    assert [None, full, None] == [pop.ledger for pop in fleet_status([], fleet, now=NOW).pops]


def test_island_that_a_status_left_out() -> None:
    """A status that would be too large says how many islands it left out; this one may be among them."""
    status = posted(omitted=4_000).status

    assert (Lag(pop="ams", reason=LagReason.UNAWARE, text="its status left out 4000 islands", since=NOW),) == lagging(
        THREE, {"ams": LastStatus(status=status, at=NOW)}, now=NOW
    )


def test_island_in_rollout() -> None:
    """Only PoPs that serve the revision to some sessions count as in rollout; a PoP without the revision lags."""
    fleet = {
        "ams": posted(drop(3, rollout_percent=10, previous_revision=2)),
        "fra": posted(drop(3, rollout_percent=100, previous_revision=2), pop="fra"),
        "lon": posted(drop(3), pop="lon"),
        "zrh": posted(drop(2), pop="zrh"),
    }
    (island,) = fleet_status([THREE], fleet, now=NOW).islands

    assert (4, 1, ["zrh"]) == (island.meant, island.in_rollout, [lag.pop for lag in island.lagging])


def test_pop_whose_operator_evicted_the_island_does_not_lag() -> None:
    """It is named, and counts neither as lagging nor as having the island."""
    evicted = posted(drop(None, IslandState.NEVER_LOADED, highest_revision=3, evicted=True))
    status = fleet_status([THREE], {"ams": posted(drop(3)), "fra": evicted, "nrt": posted(drop(2))}, now=NOW)
    (island,) = status.islands

    assert (3, ("fra",), ["nrt"]) == (island.meant, island.evicted_on, [lag.pop for lag in island.lagging])
    assert fleet_status([THREE], {"fra": evicted}, now=NOW).everyone
