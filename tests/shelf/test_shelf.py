"""`edge.shelf`: states derived from signed times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.records import Island, IslandName, IslandState, Revision, Rollout
from edge.shelf import Entry, Eviction, Shelf, Slot, is_in_rollout, phase

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
NAME = IslandName("acme", "drop")
HOUR = timedelta(hours=1)

MakeIsland = Callable[..., Island]


@pytest.fixture
def island(make_island: MakeIsland) -> Island:
    """Open from an hour before noon to 24 hours after, expiring at 48, served stale for 6 hours."""
    return make_island(
        opens=NOON - HOUR, closes=NOON + 24 * HOUR, expires=NOON + 48 * HOUR, max_stale_s=6 * 3600, revision=7
    )


def slot(island: Island | None, **fields: Any) -> Slot[Any]:
    """The slot of the island, changed at noon."""
    entry: Entry[Any] | None = None
    if island is not None:
        entry = Entry(island=island, sha256="", head=None, documents={}, snippets={}, key_ids={})
    return Slot(name=NAME, since=NOON, entry=entry, **fields)


FRESH_UNTIL = NOON + HOUR

STATES = {
    "while its metadata is unexpired it is fresh": (0.5, IslandState.FRESH, NOON),
    "at the moment its metadata expires it is stale since then": (1.0, IslandState.STALE, FRESH_UNTIL),
    "until max_stale has passed it stays stale": (6.99, IslandState.STALE, FRESH_UNTIL),
    "once max_stale has passed it is stopped since then": (7.0, IslandState.STOPPED, NOON + 7 * HOUR),
    "at the time its author set it is expired, not stopped": (48.0, IslandState.EXPIRED, NOON + 48 * HOUR),
}


@pytest.mark.parametrize(("hours", "state", "since"), STATES.values(), ids=STATES.keys())
def test_state_by_time(island: Island, hours: float, state: IslandState, since: datetime) -> None:
    """An island's state and its beginning follow from signed times and the clock alone."""
    found = slot(island).status(NOON + hours * HOUR, fresh_until=FRESH_UNTIL)

    assert (state, since) == (found.state, found.since)


def test_status_says_until_when_it_is_served(island: Island) -> None:
    """The end of serving is the expiry of metadata plus max_stale, or the island's own expiry if earlier."""
    early = slot(island).status(NOON, fresh_until=FRESH_UNTIL)
    late = slot(island).status(NOON, fresh_until=NOON + 47 * HOUR)

    assert NOON + 7 * HOUR == early.serve_until
    assert NOON + 48 * HOUR == late.serve_until


def test_island_without_vouching_metadata_is_stopped(island: Island) -> None:
    """An island is not served without signed metadata that vouches for it."""
    assert slot(island).status(NOON, fresh_until=None).state is IslandState.STOPPED


def test_slot_without_an_entry_is_never_loaded_or_rejected() -> None:
    """A slot with an error is rejected, a slot without one was never loaded."""
    silent = slot(None).status(NOON, fresh_until=None)
    refused = slot(None, last_error="island acme/drop has sha256 …").status(NOON, fresh_until=None)

    assert (IslandState.NEVER_LOADED, IslandState.REJECTED) == (silent.state, refused.state)
    assert refused.last_error == "island acme/drop has sha256 …"
    assert (None, "", "", 0) == (silent.revision, silent.title, silent.phase, silent.snippets)


def test_withdrawn_beats_everything(island: Island) -> None:
    """A withdrawn island is withdrawn even while its metadata is fresh."""
    found = slot(island, withdrawn_at=NOON + HOUR, withdrawn_why="wrong price").status(NOON, fresh_until=FRESH_UNTIL)

    assert (IslandState.WITHDRAWN, NOON + HOUR, "wrong price") == (found.state, found.since, found.withdrawn_why)


def test_evicted_beats_everything_but_a_withdrawal(island: Island) -> None:
    """An operator's word holds while metadata is fresh and after the island has expired; the tenant's word is first."""
    eviction = Eviction(at=NOON - HOUR, revision=7)
    found = [
        slot(None, eviction=eviction).status(NOON, fresh_until=FRESH_UNTIL),
        slot(island, eviction=eviction).status(island.expires, fresh_until=FRESH_UNTIL),
        slot(None, eviction=eviction, last_error="bad").status(NOON, fresh_until=None),
        slot(None, eviction=eviction, withdrawn_at=NOON).status(NOON, fresh_until=FRESH_UNTIL),
    ]

    assert [*[IslandState.EVICTED] * 3, IslandState.WITHDRAWN] == [status.state for status in found]
    assert (NOON - HOUR, None) == (found[0].since, found[0].serve_until)
    assert 7 == slot(None, eviction=eviction).highest_revision


def test_shelf_has_the_tenants_of_its_metadata(island: Island) -> None:
    """They stay when slots change, and are replaced together with the times."""
    shelf: Shelf[Any] = Shelf().vouched({}, tenants=("acme", "b")).put(slot(island))

    assert {"acme", "b"} == shelf.tenants
    assert {"b"} == shelf.vouched({}, tenants=("b",)).tenants


def test_highest_revision_remembers_a_withdrawn_one(island: Island) -> None:
    """No revision up to the one withdrawn can follow it."""
    assert slot(island).highest_revision == 7
    assert slot(None, withdrawn_revision=9).highest_revision == 9
    assert slot(None).highest_revision == 0


def test_put_leaves_the_old_shelf_as_it_was(island: Island) -> None:
    """A request that began with the old shelf keeps a consistent view."""
    old: Shelf[Any] = Shelf()
    new = old.put(slot(island)).vouched({"acme": FRESH_UNTIL})

    assert old.get(NAME) is None
    assert [IslandState.FRESH] == [status.state for status in new.statuses(NOON)]


def test_readiness_names_required_islands_that_are_not_served(island: Island) -> None:
    """Only required islands that are not served are named; a stale one is served."""
    shelf: Shelf[Any] = Shelf().put(slot(island, required=True))
    other = Slot[Any](name=IslandName("acme", "other"), since=NOON)

    assert ["acme/drop"] == [s.island for s in shelf.put(other).not_ready(NOON)]
    assert [] == shelf.put(other).vouched({"acme": NOON - HOUR}).not_ready(NOON)


def test_phase_follows_opening_and_closing(island: Island) -> None:
    """Each phase includes its first moment."""
    moments = [NOON - 2 * HOUR, NOON - HOUR, NOON, NOON + 24 * HOUR]

    assert ["before", "live", "live", "ended"] == [phase(island, moment) for moment in moments]


def test_unknown_island_has_no_status() -> None:
    """A name without a slot has no status."""
    assert Shelf[Any]().status(NAME, NOON) is None


def test_statuses_are_plain_json() -> None:
    """A status can be encoded as JSON without a conversion."""
    status = slot(None).status(NOON, fresh_until=None)

    assert b'"state":"never_loaded"' in msgspec.json.encode(status)


ROLLOUT = Rollout(
    percent=30,
    pops=("pop-ams-1",),
    previous=Revision(revision=6, opens=NOON, expires=NOON, max_stale_s=0, length=1, sha256="0" * 64),
)
SESSIONS = [f"session-{number}" for number in range(2000)]


def inside(rollout: Rollout, *, revision: int = 7, pop: str = "pop-1") -> set[str]:
    """Sessions that get the new revision."""
    return {name for name in SESSIONS if is_in_rollout(rollout, NAME, revision, session=name, pop=pop)}


def test_share_of_sessions_in_a_rollout() -> None:
    """About the given percentage is in, the same sessions on every PoP; on a PoP of the rollout all are in."""
    assert len(inside(ROLLOUT)) == pytest.approx(600, abs=60)
    assert inside(ROLLOUT) == inside(ROLLOUT, pop="pop-2")
    assert set(SESSIONS) == inside(ROLLOUT, pop="pop-ams-1")


def test_rollout_selects_the_same_sessions_in_every_release() -> None:
    """PoPs of two releases must agree on the first 8 bytes of SHA-256 of island, revision and session, modulo 100."""
    first = [number for number, name in enumerate(SESSIONS[:40]) if name in inside(ROLLOUT)]

    assert [2, 5, 12, 16, 17, 18, 19, 25, 28, 31, 33] == first


def test_wider_rollout_keeps_its_sessions() -> None:
    """No session goes back to old answers while a rollout grows; another revision selects other sessions."""
    wider = msgspec.structs.replace(ROLLOUT, percent=60)

    assert inside(ROLLOUT) < inside(wider)
    assert inside(ROLLOUT) != inside(ROLLOUT, revision=8)
    assert set() == inside(msgspec.structs.replace(ROLLOUT, percent=0))
    assert set(SESSIONS) == inside(msgspec.structs.replace(ROLLOUT, percent=100))


def test_question_without_a_session_gets_the_previous_revision() -> None:
    """It gets the new revision if the PoP is in the rollout by name, or if all sessions are."""
    found = [
        is_in_rollout(rollout, NAME, 7, session="", pop=pop)
        for rollout, pop in (
            (ROLLOUT, "pop-1"),
            (msgspec.structs.replace(ROLLOUT, percent=99), "pop-1"),
            (ROLLOUT, "pop-ams-1"),
            (msgspec.structs.replace(ROLLOUT, percent=100), "pop-1"),
        )
    ]

    assert [False, False, True, True] == found


def test_session_sees_one_revision(island: Island, make_island: MakeIsland) -> None:
    """A session sees the new revision or the one before, each with its own state; both can be had by number."""
    old = slot(make_island(opens=NOON - HOUR, expires=NOON + 2 * HOUR, revision=6)).entry
    in_rollout = slot(island, rollout=ROLLOUT, previous=old)
    inside_it, outside_it = min(inside(ROLLOUT)), min(set(SESSIONS) - inside(ROLLOUT))
    later = NOON + 3 * HOUR
    statuses = [
        in_rollout.seen_by(name, pop="pop-1").status(later, fresh_until=later + HOUR)
        for name in (inside_it, outside_it)
    ]

    assert [(7, IslandState.FRESH), (6, IslandState.EXPIRED)] == [
        (status.revision, status.state) for status in statuses
    ]
    both = in_rollout.status(NOON, fresh_until=FRESH_UNTIL)
    assert (7, 6, 30) == (both.revision, both.previous_revision, both.rollout_percent)
    assert [7, 6] == [
        alone.entry.island.revision for alone in map(in_rollout.at_revision, (7, 6)) if alone and alone.entry
    ]
    assert in_rollout.at_revision(5) is None


def test_session_outside_a_rollout_without_the_revision_before(island: Island) -> None:
    """If the revision before is lost, the session has no entry: people answer, not the new revision."""
    in_rollout = slot(island, rollout=ROLLOUT)
    outside_it = min(set(SESSIONS) - inside(ROLLOUT))

    assert in_rollout.seen_by(outside_it, pop="pop-1").entry is None
    assert slot(island).seen_by(outside_it, pop="pop-1").entry is not None
