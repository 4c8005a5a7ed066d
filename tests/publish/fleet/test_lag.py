"""Who lags, and why: a table of sentences."""

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

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)
DROP = "acme/drop"


def heard(*islands: PopIsland, ago_s: float = 1.0, **fields: Any) -> LastStatus:
    """A PoP that said this a moment ago."""
    defaults: dict[str, Any] = {"pop": "ams", "run": 1, "sequence": 1, "time": NOW, "interval_s": 30.0}
    status = PopStatus(islands=islands, **(defaults | fields))
    return LastStatus(status=status, at=NOW - timedelta(seconds=ago_s))


def drop(revision: int | None, state: IslandState = IslandState.FRESH, **fields: Any) -> PopIsland:
    """The drop on a PoP."""
    defaults: dict[str, Any] = {"highest_revision": revision or 0, "since": SINCE}
    return PopIsland(island=DROP, revision=revision, state=state, **(defaults | fields))


THREE = Wanted(island=DROP, revision=3)
GONE = Wanted(island=DROP, revision=3, is_withdrawn=True)

HAVE_IT = {
    "on the wanted revision": (THREE, heard(drop(3))),
    "on the wanted revision for some sessions, as its rollout says": (
        THREE,
        heard(drop(3, rollout_percent=10, previous_revision=2)),
    ),
    "ahead of it": (THREE, heard(drop(4))),
    "stale but served": (THREE, heard(drop(3, IslandState.STALE))),
    "past the time its author set": (THREE, heard(drop(3, IslandState.EXPIRED))),
    "with an error about a later one": (THREE, heard(drop(3, last_error="revision 4 is damaged"))),
    "past it, withdrawn since": (THREE, heard(drop(None, IslandState.WITHDRAWN, highest_revision=4))),
    "not meant to serve it": (THREE, heard(serves=("other/*",))),
    "not meant to serve it, and silent": (THREE, heard(serves=("other/*",), ago_s=10_000)),
    "withdrawn as wanted": (GONE, heard(drop(None, IslandState.WITHDRAWN, highest_revision=3))),
    "back in a later revision than the withdrawn one": (GONE, heard(drop(4))),
    "silent for no longer than three posts may take": (THREE, heard(drop(3), ago_s=95.0)),
}


@pytest.mark.parametrize("case", HAVE_IT)
def test_who_does_not_lag(case: str) -> None:
    """A PoP that has it, or is not meant to."""
    wanted, pop = HAVE_IT[case]

    assert () == lagging(wanted, {"ams": pop}, now=NOW)


LAG: dict[str, tuple[Wanted, LastStatus | None, str, str]] = {
    "never heard": (THREE, None, "never_heard", "never heard from"),
    "silent with the old revision": (
        THREE,
        heard(drop(2), ago_s=96.0),
        "silent",
        "silent for 96 s, then on revision 2",
    ),
    "silent with the wanted revision": (
        THREE,
        heard(drop(3), ago_s=96.0),
        "silent",
        "silent for 96 s, then on revision 3",
    ),
    "silent without any": (THREE, heard(ago_s=96.0), "silent", "silent for 96 s"),
    "silent for three posts of one second each": (
        THREE,
        heard(drop(3), interval_s=1.0, ago_s=8.5),
        "silent",
        "silent for 8 s, then on revision 3",
    ),
    "unaware": (THREE, heard(), "unaware", "has not heard of the island"),
    "unaware, or left out": (THREE, heard(omitted=7), "unaware", "its status left out 7 islands"),
    "waiting for its first bytes": (
        THREE,
        heard(drop(None, IslandState.NEVER_LOADED, last_error="it could not be reached")),
        "unaware",
        "has not loaded it: it could not be reached",
    ),
    "rejecting its first": (
        THREE,
        heard(drop(None, IslandState.REJECTED, last_error="model mismatch")),
        "rejected",
        "rejected it: model mismatch",
    ),
    "behind": (THREE, heard(drop(2)), "behind", "on revision 2"),
    "behind, with the reason": (
        THREE,
        heard(drop(2, last_error="golden question 4 differs")),
        "behind",
        "on revision 2: golden question 4 differs",
    ),
    "behind and stale": (THREE, heard(drop(2, IslandState.STALE)), "behind", "on revision 2"),
    "stopped": (THREE, heard(drop(3, IslandState.STOPPED)), "stopped", "has it, but stopped serving"),
    "withdrawn before": (
        THREE,
        heard(drop(None, IslandState.WITHDRAWN, highest_revision=2)),
        "withdrawn",
        "has it as withdrawn at revision 2",
    ),
    "withdrawn at this very revision": (
        THREE,
        heard(drop(None, IslandState.WITHDRAWN, highest_revision=3)),
        "withdrawn",
        "has it as withdrawn at revision 3",
    ),
    "still serving what was taken back": (GONE, heard(drop(3)), "still_served", "still has revision 3"),
    "unaware of what was taken back": (GONE, heard(), "unaware", "has not heard of the island"),
    "aware of an earlier withdrawal only": (
        GONE,
        heard(drop(None, IslandState.WITHDRAWN, highest_revision=2)),
        "unaware",
        "has not heard of the withdrawal, is withdrawn",
    ),
    "without what was taken back": (
        GONE,
        heard(drop(None, IslandState.REJECTED, highest_revision=0)),
        "unaware",
        "has not heard of the withdrawal, is rejected",
    ),
}


@pytest.mark.parametrize("case", LAG)
def test_who_lags_and_why(case: str) -> None:
    """Reason for scripts, text for people, and since when."""
    wanted, pop, reason, text = LAG[case]
    (lag,) = lagging(wanted, {"ams": pop}, now=NOW)

    assert ("ams", reason, text) == (lag.pop, lag.reason, lag.text)
    expected = {LagReason.NEVER_HEARD: None, LagReason.SILENT: pop.at if pop else None}
    if lag.reason is not LagReason.UNAWARE:
        assert expected.get(lag.reason, SINCE) == lag.since


def test_report_on_a_fleet() -> None:
    """Everyone by name, each island counted over those that are meant to have it."""
    fleet = {"fra": heard(drop(2)), "ams": heard(drop(3)), "sin": heard(serves=("other/*",)), "nrt": None}
    report = fleet_status([THREE], fleet, now=NOW)

    assert not report.everyone
    assert ["ams", "fra", "nrt", "sin"] == [pop.pop for pop in report.pops]
    (island,) = report.islands
    assert (3, ["fra", "nrt"]) == (island.meant, [lag.pop for lag in island.lagging])
    assert report == msgspec.json.decode(msgspec.json.encode(report), type=type(report))


EVERYONE: dict[str, tuple[list[Wanted], dict[str, LastStatus | None], bool]] = {
    "all have it": ([THREE], {"ams": heard(drop(3))}, True),
    "one has it not": ([THREE], {"ams": heard(drop(3)), "fra": heard(drop(2))}, False),
    "there is no PoP": ([THREE], {}, False),
    "nothing is published": ([], {"ams": heard()}, True),
    "nothing is published and one is silent": ([], {"ams": heard(ago_s=1000)}, False),
    "nothing is published and one was never heard": ([], {"ams": None}, False),
    "a silent one is not meant": ([THREE], {"ams": heard(drop(3)), "sin": heard(serves=("o/*",), ago_s=1000)}, True),
}


@pytest.mark.parametrize("case", EVERYONE)
def test_is_everyone_there(case: str) -> None:
    """The one bit that an exit status carries."""
    wanted, fleet, expected = EVERYONE[case]

    assert expected is fleet_status(wanted, fleet, now=NOW).everyone


def test_report_names_the_silent_and_clocks_that_are_off() -> None:
    """Also of PoPs that are meant to serve nothing that was asked for."""
    fleet = {"ams": heard(ago_s=1000.0, time=NOW + timedelta(hours=1))}
    (pop,) = fleet_status([], fleet, now=NOW).pops

    assert NOW - timedelta(seconds=1000) == pop.silent_since
    assert 4600.0 == pop.clock_ahead_s


def test_island_that_a_status_left_out() -> None:
    """A status that was too large says how many islands it left out; the PoP may have this one."""
    status = heard(omitted=4_000).status

    assert (Lag(pop="ams", reason=LagReason.UNAWARE, text="its status left out 4000 islands", since=NOW),) == lagging(
        THREE, {"ams": LastStatus(status=status, at=NOW)}, now=NOW
    )


def test_staged_island_is_counted_as_such() -> None:
    """A PoP that serves the revision to all sessions is not in rollout, and a PoP without the revision lags."""
    fleet = {
        "ams": heard(drop(3, rollout_percent=10, previous_revision=2)),
        "fra": heard(drop(3, rollout_percent=100, previous_revision=2), pop="fra"),
        "lon": heard(drop(3), pop="lon"),
        "zrh": heard(drop(2), pop="zrh"),
    }
    (found,) = fleet_status([THREE], fleet, now=NOW).islands

    assert (4, 1, ["zrh"]) == (found.meant, found.in_rollout, [lag.pop for lag in found.lagging])
