"""`edge.decide.conversation`: every transition of a conversation, as the table in its docstring lists them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from edge.decide import (
    FRESH,
    Asked,
    Conclusion,
    Load,
    OfferRefused,
    OfferTaken,
    Resolution,
    Session,
    Standing,
    TreeEnd,
    Unjudged,
    conclude,
    open_question,
)
from edge.errors import Reason
from edge.records import (
    Author,
    Candidate,
    Island,
    IslandState,
    IslandStatus,
    LoadReport,
    Outcome,
    SessionPolicy,
    SignedSnippet,
    SurgePolicy,
    Verdict,
    Want,
)
from edge.records.trees import TreeStep

NOON = 1_700_000_000.0
STREAM = Asked(channel="stream")
PEOPLE = Session(people_until=NOON + 1, lane="desk")
CLARIFIED = Session(clarify_streak=2)
SAID_TWICE = Session(answer="sizes", repeats=2)
BUSY = Load(report=LoadReport(tenant="acme", queue_depth=1_000, wait_s=5.0, agents=1), at=NOON)
IDLE = Load(report=LoadReport(tenant="acme", queue_depth=0, wait_s=0.0, agents=10), at=NOON)


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Two snippets, one of them with people of its own; people keep a session for ten minutes."""
    return make_island(
        sessions=SessionPolicy(human_active_s=600, max_clarify_streak=2, max_repeats=2, cool_down_s=20),
        surge=SurgePolicy(floor=0.8, ceiling=0.95, max_wait_s=600),
        snippets=(make_snippet("sizes"), make_snippet("ship-date", lane="parcels")),
    )


def verdict(*confidences: float, **fields: Any) -> Verdict:
    """What triage thinks of sizes, then of the ship date."""
    names = ("sizes", "ship-date")
    candidates = tuple(
        Candidate(snippet=name, confidence=confidence, nearest_example=f"{name}?", similarity=0.9)
        for name, confidence in zip(names, confidences, strict=False)
    )
    return Verdict(candidates=candidates, any_confidence=sum(confidences), model="test", **fields)


SURE, BETWEEN, UNSURE = verdict(0.95), verdict(0.6, 0.35), verdict(0.6, 0.1)
CHATTER = verdict(asks=0.0)
ANSWERS = TreeEnd(TreeStep(id="end", snippet="ship-date"))
REFUSED = OfferRefused(("sizes", "ship-date"), BETWEEN)
TO_LANE = TreeEnd(TreeStep(id="end", lane="returns"))


class Way(NamedTuple):
    """One row of the table: resolution, remembered state, outcome, reason, if people have the session afterwards."""

    resolution: Resolution
    standing: Standing
    outcome: str
    reason: str
    people_have_it: bool
    asked: Asked = Asked()


WAYS: dict[str, Way] = {
    "sure": Way(SURE, Standing(FRESH), "answer", "confident", False),
    "sure, people have it": Way(SURE, Standing(PEOPLE), "escalate", "human_active", True),
    "sure, too often": Way(SURE, Standing(SAID_TWICE), "escalate", "repeated_answer", True),
    "sure, posted just now": Way(
        SURE, Standing(FRESH, posted_at=lambda _: NOON - 19), "ignore", "cooling_down", False, STREAM
    ),
    "sure, posted a while ago": Way(
        SURE, Standing(FRESH, posted_at=lambda _: NOON - 20), "answer", "confident", False, STREAM
    ),
    "sure, posted just now in a chat of two": Way(
        SURE, Standing(FRESH, posted_at=lambda _: NOON - 1), "answer", "confident", False
    ),
    "sure, posted just now, people have it": Way(
        SURE, Standing(PEOPLE, posted_at=lambda _: NOON - 1), "escalate", "human_active", True, STREAM
    ),
    "between two": Way(BETWEEN, Standing(FRESH), "clarify", "ambiguous", False),
    "between two, too often": Way(BETWEEN, Standing(CLARIFIED), "escalate", "clarify_streak", True),
    "between two, people have it": Way(BETWEEN, Standing(PEOPLE), "escalate", "human_active", True),
    "unsure": Way(UNSURE, Standing(FRESH), "escalate", "low_confidence", True),
    "unsure, people have it": Way(UNSURE, Standing(PEOPLE), "escalate", "human_active", True),
    "unsure, its time with people is over": Way(
        UNSURE, Standing(Session(people_until=NOON, lane="desk")), "escalate", "low_confidence", True
    ),
    "sure enough for a lower threshold": Way(
        verdict(0.85), Standing(FRESH, threshold=0.8), "answer", "confident", False
    ),
    "sure, of what broke": Way(SURE, Standing(FRESH, incidents=frozenset({"sizes"})), "escalate", "incident", True),
    "a person is wanted": Way(Unjudged(Reason.ASKED_FOR_PERSON), Standing(FRESH), "escalate", "asked_for_person", True),
    "a person is wanted, people have it": Way(
        Unjudged(Reason.ASKED_FOR_PERSON), Standing(PEOPLE), "escalate", "human_active", True
    ),
    "a person is wanted, people cannot keep up": Way(
        Unjudged(Reason.ASKED_FOR_PERSON), Standing(FRESH, load=BUSY), "escalate", "asked_for_person", True
    ),
    "no verdict": Way(Unjudged(Reason.OVERLOADED), Standing(FRESH), "escalate", "overloaded", True),
    "no verdict, people have it": Way(Unjudged(Reason.OVERLOADED), Standing(PEOPLE), "escalate", "human_active", True),
    "a tree that answers": Way(ANSWERS, Standing(FRESH), "answer", "tree", False),
    "a tree that hands over": Way(TO_LANE, Standing(FRESH), "escalate", "tree", True),
    "a tree that answers what broke": Way(
        ANSWERS, Standing(FRESH, incidents=frozenset({"ship-date"})), "escalate", "incident", True
    ),
    "a tree, people have it": Way(ANSWERS, Standing(PEOPLE), "escalate", "human_active", True),
    "picked": Way(OfferTaken("sizes"), Standing(FRESH), "answer", "picked", False),
    "picked, clarified often before": Way(OfferTaken("sizes"), Standing(CLARIFIED), "answer", "picked", False),
    "picked, too often": Way(OfferTaken("sizes"), Standing(SAID_TWICE), "escalate", "repeated_answer", True),
    "picked, people have it": Way(OfferTaken("sizes"), Standing(PEOPLE), "escalate", "human_active", True),
    "picked, of what broke meanwhile": Way(
        OfferTaken("sizes"), Standing(FRESH, incidents=frozenset({"sizes"})), "escalate", "incident", True
    ),
    "none of these": Way(REFUSED, Standing(FRESH), "escalate", "none_of_these", True),
    "none of these, without a verdict": Way(
        OfferRefused(("sizes",), None), Standing(FRESH), "escalate", "none_of_these", True
    ),
    "none of these, now sure enough": Way(REFUSED, Standing(FRESH, threshold=0.5), "escalate", "none_of_these", True),
    "none of these, of what broke meanwhile": Way(
        REFUSED, Standing(FRESH, incidents=frozenset({"sizes"})), "escalate", "incident", True
    ),
    "none of these, people have it": Way(REFUSED, Standing(PEOPLE), "escalate", "human_active", True),
    "none of these, people cannot keep up": Way(REFUSED, Standing(FRESH, load=BUSY), "escalate", "surge", False),
    "not a viewer's": Way(Unjudged(Reason.NOT_A_VIEWER), Standing(FRESH), "ignore", "not_a_viewer", False),
    "not a viewer's, people have it": Way(
        Unjudged(Reason.NOT_A_VIEWER), Standing(PEOPLE), "ignore", "not_a_viewer", True
    ),
    "chatter in a stream": Way(CHATTER, Standing(FRESH), "ignore", "chatter", False, STREAM),
    "chatter, people have it": Way(CHATTER, Standing(PEOPLE), "ignore", "chatter", True, STREAM),
    "people cannot keep up": Way(UNSURE, Standing(FRESH, load=BUSY), "escalate", "surge", False),
    "people cannot keep up, and have it": Way(UNSURE, Standing(PEOPLE, load=BUSY), "escalate", "human_active", True),
    "people are idle": Way(UNSURE, Standing(FRESH, load=IDLE), "escalate", "low_confidence", True),
}


def concluded(island: Island | None, way: Way) -> Conclusion:
    """The conclusion at noon."""
    return conclude(way.resolution, island=island, asked=way.asked, standing=way.standing, now=NOON)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_way(island: Island, way: Way) -> None:
    """The outcome, its reason, and who has the session afterwards."""
    found = concluded(island, way)
    session = found.next_session(way.standing.session or FRESH)

    assert (way.outcome, way.reason) == (found.decision.outcome, found.decision.reason)
    assert way.people_have_it == (session.people_until > NOON)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_without_a_session_nobody_has_it(island: Island, way: Way) -> None:
    """Rules that need a session do not apply; all others do."""
    found = concluded(island, way._replace(standing=way.standing._replace(session=None)))

    assert found.decision.reason not in {Reason.HUMAN_ACTIVE, Reason.REPEATED_ANSWER, Reason.CLARIFY_STREAK}


def test_queue_that_two_join_at_once_is_longer_by_two(island: Island) -> None:
    """Two questions are concluded before either is durable. Each is added to the load of that later time."""
    first, second = (concluded(island, Way(UNSURE, Standing(load=IDLE), "", "", False)) for _ in range(2))
    deferred = concluded(island, Way(UNSURE, Standing(load=BUSY), "", "", False))
    answered = concluded(island, Way(SURE, Standing(load=IDLE), "", "", False))

    assert 2 == second.next_load(first.next_load(IDLE)).sent
    assert (0, 1) == (deferred.next_load(BUSY).sent, deferred.next_load(BUSY).promised)
    assert answered.next_load(IDLE) is IDLE


def test_what_is_posted(island: Island) -> None:
    """An answer is posted. A clarification names snippets, too, but posts none of their answers."""
    assert ["sizes", "", ""] == [
        concluded(island, Way(resolution, Standing(), "", "", False)).posted for resolution in (SURE, BETWEEN, UNSURE)
    ]


def test_threshold_that_is_shown(island: Island) -> None:
    """The threshold that was applied; else the one of surge control; else the island's own."""
    rows: dict[str, tuple[Resolution, Standing]] = {
        "applied": (SURE, Standing(threshold=0.8)),
        "would have been, under surge control": (Unjudged(Reason.OVERLOADED), Standing(threshold=0.8)),
        "would have been": (Unjudged(Reason.OVERLOADED), Standing()),
    }
    found = {what: concluded(island, Way(*row, "", "", False)).threshold for what, row in rows.items()}

    assert {
        "applied": 0.8,
        "would have been, under surge control": 0.8,
        "would have been": island.target_precision,
    } == found


def test_island_that_is_not_here() -> None:
    """People take it, no state changes, and there is no threshold."""
    found = concluded(None, Way(Unjudged(Reason.ISLAND_UNKNOWN), Standing(), "", "", False))

    assert (Outcome.ESCALATE, "fast") == (found.decision.outcome, found.decision.lane)
    assert (PEOPLE, None) == (found.next_session(PEOPLE), found.threshold)


def test_verdict_on_an_island_that_is_not_here() -> None:
    """A verdict without an island is a programming error, so it is no `RefusedError`."""
    with pytest.raises(ValueError, match="expected Unjudged"):
        concluded(None, Way(SURE, Standing(), "", "", False))


OPENINGS: dict[str, tuple[Author, IslandState, str, Unjudged | None]] = {
    "a viewer's, to a fresh island": (Author.VIEWER, IslandState.FRESH, "live", None),
    "a viewer's, to a stale one": (Author.VIEWER, IslandState.STALE, "ended", None),
    "before it opens": (Author.VIEWER, IslandState.FRESH, "before", Unjudged(Reason.ISLAND_NOT_OPEN)),
    "withdrawn": (Author.VIEWER, IslandState.WITHDRAWN, "", Unjudged(Reason.ISLAND_WITHDRAWN)),
    "a bot's": (Author.BOT, IslandState.FRESH, "live", Unjudged(Reason.NOT_A_VIEWER)),
    "staff's, to an island that is not served": (
        Author.STAFF, IslandState.STOPPED, "live", Unjudged(Reason.NOT_A_VIEWER),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("author", "state", "phase", "expected"), OPENINGS.values(), ids=OPENINGS.keys())
def test_opening(author: Author, state: IslandState, phase: str, expected: Unjudged | None) -> None:
    """A question that needs no verdict is resolved at once."""
    status = IslandStatus(island="acme/drop", state=state, since=datetime(2026, 1, 1, tzinfo=UTC), phase=phase)

    assert expected == open_question(author, status)


@pytest.mark.parametrize(("author", "state", "phase", "expected"), OPENINGS.values(), ids=OPENINGS.keys())
def test_opening_for_a_viewer_who_wants_a_person(
    author: Author, state: IslandState, phase: str, expected: Unjudged | None
) -> None:
    """It needs no verdict, in every state of the island; a bot cannot want a person."""
    status = IslandStatus(island="acme/drop", state=state, since=datetime(2026, 1, 1, tzinfo=UTC), phase=phase)
    wanted = expected if author is not Author.VIEWER else Unjudged(Reason.ASKED_FOR_PERSON)

    assert wanted == open_question(author, status, Want.PERSON)
