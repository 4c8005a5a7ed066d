"""`edge.decide`: what happens exactly at a limit, in policy, owner, routes, load, capacity, tree and receipt."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.decide import FRESH, Asked, Load, accept_report, begin, by_verdict, read_place, token_at, wait_s, walk
from edge.decide.capacity import admit
from edge.decide.load import callback_s
from edge.decide.owner import apply_cool_down, apply_session_policy, next_session
from edge.errors import Reason, RefusedError
from edge.records import (
    Automation,
    Candidate,
    Decision,
    Island,
    IslandName,
    LoadReport,
    Outcome,
    Route,
    SessionPolicy,
    SignedSnippet,
    SurgePolicy,
    TicketKind,
    Urgency,
    Verdict,
)
from edge.records.trees import Tree, TreeOption, TreeStep
from edge.tokens import contact_of

KEY = b"k" * 32
NOW = datetime(2026, 11, 1, 20, tzinfo=UTC)
T = NOW.timestamp()
ANSWER = Decision(outcome=Outcome.ANSWER, reason=Reason.CONFIDENT, snippet="sizes", target_precision=0.9)
CLARIFY = Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS)

MakeIsland = Callable[..., Island]


@pytest.fixture
def island(make_island: MakeIsland, make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Two answers, one of them with a lane of its own, and one report of fraud that has one too."""
    return make_island(
        target_precision=0.9,
        default_lane="mail",
        sessions=SessionPolicy(max_clarify_streak=2, max_repeats=3, cool_down_s=20),
        snippets=(
            make_snippet("ship-date"),
            make_snippet("sizes", lane="tailors"),
            make_snippet("stolen", automation=Automation.REVIEW, risk_flags=("fraud",), lane="card-desk"),
        ),
    )


def verdict(*ranked: tuple[str, float], any_confidence: float = 0.95) -> Verdict:
    """These candidates, best first."""
    candidates = tuple(
        Candidate(snippet=snippet, confidence=confidence, nearest_example="", similarity=0.5)
        for snippet, confidence in ranked
    )
    return Verdict(candidates=candidates, any_confidence=any_confidence, model="test")


AT_THE_LIMIT: dict[str, tuple[Verdict, set[str], str]] = {
    "two that are together exactly as sure as wanted are offered": (
        verdict(("sizes", 0.5), ("ship-date", 0.4)), set(), "ambiguous",
    ),
    "an intent as likely as not belongs to its incident": (
        verdict(("sizes", 0.5), any_confidence=0.5), {"sizes"}, "incident",
    ),
    "as likely as not that any is right is in scope": (
        verdict(("sizes", 0.5), any_confidence=0.5), set(), "low_confidence",
    ),
    "a little less is out of it": (verdict(("sizes", 0.49), any_confidence=0.49), set(), "out_of_scope"),
}  # fmt: skip


@pytest.mark.parametrize(("judged", "incidents", "reason"), AT_THE_LIMIT.values(), ids=AT_THE_LIMIT.keys())
def test_verdict_at_a_limit(island: Island, judged: Verdict, incidents: set[str], reason: str) -> None:
    """A value equal to a limit has reached it."""
    assert reason == by_verdict(judged, island, incidents=incidents).reason


@pytest.mark.parametrize("snippet", ["sizes", "threat"])
def test_question_out_of_scope_goes_to_no_snippets_people(
    island: Island, make_island: MakeIsland, make_snippet: Callable[..., SignedSnippet], snippet: str
) -> None:
    """Also not to those who look after harm: what is unlikely to be one would cost their time."""
    threat = make_snippet("threat", automation=Automation.NEVER, lane="guards", risk_flags=("safety",))
    guarded = make_island(default_lane="mail", snippets=(*island.snippets[:2], threat))

    assert "mail" == by_verdict(verdict((snippet, 0.12), any_confidence=0.3), guarded).lane


def talk(island: Island, *said: Decision) -> list[Decision]:
    """These decisions after the session's rules, a second apart, in one session."""
    session, found = FRESH, []
    for now, decision in enumerate(said):
        found.append(apply_session_policy(session, decision, island, asked=Asked(), now=now))
        session = next_session(session, found[-1], island.sessions, now)
    return found


def test_repeated_answer_is_counted_answer_by_answer(island: Island) -> None:
    """Three repeats are allowed: the fourth goes to people, and to the lane of its snippet."""
    found = talk(island, ANSWER, ANSWER, ANSWER, ANSWER)

    assert ["confident", "confident", "confident", "repeated_answer"] == [one.reason for one in found]
    assert "tailors" == found[-1].lane


def test_answer_ends_a_clarify_streak(island: Island) -> None:
    """An answer ends the streak, so two more questions are clarified."""
    found = talk(island, CLARIFY, CLARIFY, ANSWER, CLARIFY, CLARIFY, CLARIFY)

    assert ["ambiguous", "ambiguous", "clarify_streak"] == [one.reason for one in found[-3:]]


@pytest.mark.parametrize(("ago_s", "reason"), [(0.0, "cooling_down"), (0.5, "cooling_down"), (20.0, "confident")])
def test_answer_cools_down_from_the_moment_it_was_posted(island: Island, ago_s: float, reason: str) -> None:
    """The cool-down lasts twenty seconds."""
    stream = Asked(channel="stream:mara")

    assert reason == apply_cool_down(ANSWER, T - ago_s, island.sessions, asked=stream, now=T).reason


HARM: dict[str, tuple[str, tuple[Route, ...], tuple[str, TicketKind]]] = {
    "a snippet of that kind brings it to its own lane": ("stolen", (), ("card-desk", TicketKind.FRAUD)),
    "the lane of a snippet of another kind does not": (
        "sizes",
        (Route(lane="desk", keywords=("threat",), kind=TicketKind.SAFETY, review=True),),
        ("desk", TicketKind.SAFETY),
    ),
    "nor where the rule that found it lies behind one that names no matter": (
        "stolen",
        (Route(lane="first", keywords=("threat",)), Route(lane="guards", keywords=("threat",), kind=TicketKind.SAFETY)),
        ("guards", TicketKind.SAFETY),
    ),
}


@pytest.mark.parametrize(("snippet", "routes", "expected"), HARM.values(), ids=HARM.keys())
def test_harm_goes_where_harm_is_looked_after(
    island: Island, make_island: MakeIsland, snippet: str, routes: tuple[Route, ...], expected: tuple[str, TicketKind]
) -> None:
    """Safety and fraud go to the lane of their kind, not to the lane that a support question would have."""
    ruled = make_island(default_lane="mail", snippets=island.snippets, routes=routes)
    found = by_verdict(verdict((snippet, 0.6)), ruled, asked=Asked("a threat"))

    assert expected == (found.lane, found.kind)


def report(**fields: Any) -> LoadReport:
    """Ten people, twenty questions."""
    usual: dict[str, Any] = {"tenant": "acme", "queue_depth": 20, "wait_s": 30.0, "agents": 10}
    return LoadReport(**(usual | fields))


BELIEVED = {
    "half a minute ahead": {"at": NOW + timedelta(seconds=30)},
    "a minute old": {"at": NOW - timedelta(seconds=60)},
    "everybody is free": {"free_agents": 10},
    "nobody waits": {"queue_depth": 0, "wait_s": 0.0},
}


@pytest.mark.parametrize("fields", BELIEVED.values(), ids=BELIEVED.keys())
def test_report_at_a_limit_is_believed(fields: dict[str, Any]) -> None:
    """A report exactly at a limit is accepted."""
    assert report(**fields) == accept_report(report(**fields), known=None, now=NOW).report


DISBELIEVED: dict[str, tuple[dict[str, Any], float | None]] = {
    "an empty queue in which somebody has waited half a second": ({"queue_depth": 0, "wait_s": 0.5}, None),
    "older than one from exactly half a minute ahead": ({}, 30.0),
}


@pytest.mark.parametrize(("fields", "known_ahead_s"), DISBELIEVED.values(), ids=DISBELIEVED.keys())
def test_report_just_beyond_a_limit_is_refused(fields: dict[str, Any], known_ahead_s: float | None) -> None:
    """A report beyond a limit, or older than the last one, is refused."""
    known = None if known_ahead_s is None else Load(report=report(), at=T + known_ahead_s)
    with pytest.raises(RefusedError) as caught:
        accept_report(report(**fields), known=known, now=NOW)

    assert Reason.CONTRADICTORY is caught.value.reason


def test_same_report_again_is_no_older_one() -> None:
    """A report with the same time as the last one is accepted."""
    known = accept_report(report(at=NOW), known=None, now=NOW)

    assert known == accept_report(report(at=NOW), known=known, now=NOW)


def test_more_people_free_than_wait() -> None:
    """With idle people there is no wait, and a callback takes the time of one question."""
    load = accept_report(report(queue_depth=3, free_agents=5), known=None, now=NOW)

    assert (0.0, 12.0) == (wait_s(load, 120.0), callback_s(load, 120.0))


@pytest.mark.parametrize(("depth", "reason"), [(75, "low_confidence"), (76, "surge")])
def test_person_keeps_a_place_up_to_half_more_than_the_longest_wait(depth: int, reason: str) -> None:
    """A review waits up to fifteen minutes if the tenant's longest wait is ten."""
    load = accept_report(report(queue_depth=depth), known=None, now=NOW)
    policy = SurgePolicy(floor=0.75, ceiling=0.95, max_wait_s=600, handle_s=120)
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, urgency=Urgency.PERSON)

    assert reason == admit(decision, load, policy).reason


@pytest.mark.parametrize(
    ("age_s", "is_taken"), [(3_600.0, True), (3_600.9, False), (-3_600.0, True), (-3_601.0, False)]
)
def test_tree_is_left_for_an_hour(island: Island, age_s: float, is_taken: bool) -> None:
    """A token is good for an hour, and not a second longer, into the past or the future."""
    steps = (
        TreeStep(id="ordered", say="Ordered?", options=(TreeOption(label="Yes", to="late"),)),
        TreeStep(id="late", snippet="ship-date"),
    )
    tree = Tree(id="parcel", steps=steps)
    token = token_at(island, tree, begin(tree), revision=island.revision, key=KEY, issued=T)

    def pressed() -> str:
        try:
            return walk(tree, read_place(island, tree.id, token=token, key=KEY, now=T + age_s), choice=0).step.id
        except RefusedError as error:
            return error.reason

    assert ("late" if is_taken else "token_invalid") == pressed()


def test_contact_is_twelve_bytes() -> None:
    """The name of a contact has the length that a receipt has room for."""
    assert 12 == len(contact_of(IslandName("acme", "drop"), "session", key=KEY))
