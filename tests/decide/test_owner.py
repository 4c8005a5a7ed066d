"""`edge.decide.owner`: a session has one owner at a time, and the machine does not repeat itself without end."""

from collections.abc import Callable
from typing import Any

import pytest

from edge.decide import FRESH, Asked, Session
from edge.decide.owner import apply_cool_down, apply_session_policy, next_session
from edge.errors import Reason
from edge.records import Decision, Island, Option, Outcome, SessionPolicy, SignedSnippet, TicketKind, Urgency

ANSWER = Decision(outcome=Outcome.ANSWER, reason=Reason.CONFIDENT, snippet="sizes", target_precision=0.9)
OTHER = Decision(outcome=Outcome.ANSWER, reason=Reason.CONFIDENT, snippet="ship-date", target_precision=0.9)
CLARIFY = Decision(
    outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=(Option(snippet="sizes", question="sizes?"),)
)
ESCALATE = Decision(outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, lane="desk")
SURGE = Decision(outcome=Outcome.ESCALATE, reason=Reason.SURGE, lane="callback")
IGNORE = Decision(outcome=Outcome.IGNORE, reason=Reason.NOT_A_VIEWER)
HARM = Decision(outcome=Outcome.ESCALATE, reason=Reason.NEVER_AUTOMATE, lane="safety", kind=TicketKind.SAFETY)
STREAM = Asked(channel="stream:mara")


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Two clarifications and two repeats in a row are allowed; people keep a session for ten minutes."""
    policy = SessionPolicy(human_active_s=600, max_clarify_streak=2, max_repeats=2, cool_down_s=20)
    return make_island(sessions=policy, snippets=(make_snippet("sizes"), make_snippet("ship-date")))


def talk(island: Island, *said: tuple[float, Decision]) -> list[Decision]:
    """The reasons of decisions at these times, after the rules of one session."""
    session, found = FRESH, []
    for now, decision in said:
        found.append(apply_session_policy(session, decision, island, asked=Asked(), now=now))
        session = next_session(session, found[-1], island.sessions, now)
    return found


TALKS: dict[str, tuple[list[tuple[float, Decision]], list[str]]] = {
    "people have it: the machine only suggests": (
        [(0, ESCALATE), (10, ANSWER), (20, CLARIFY), (30, ESCALATE)],
        ["low_confidence", "human_active", "human_active", "human_active"],
    ),
    "until the stated time has passed, however much is said meanwhile": (
        [(0, ESCALATE), (599, ANSWER), (600, ANSWER)],
        ["low_confidence", "human_active", "confident"],
    ),
    "a callback leaves the session with the machine": ([(0, SURGE), (10, ANSWER)], ["surge", "confident"]),
    "two questions are clarified, the third goes to people": (
        [(0, CLARIFY), (1, CLARIFY), (2, CLARIFY)],
        ["ambiguous", "ambiguous", "clarify_streak"],
    ),
    "an answer ends a streak of clarifications": (
        [(0, CLARIFY), (1, CLARIFY), (2, ANSWER), (3, CLARIFY)],
        ["ambiguous", "ambiguous", "confident", "ambiguous"],
    ),
    "the same answer a third time goes to people": (
        [(0, ANSWER), (1, ANSWER), (2, ANSWER)],
        ["confident", "confident", "repeated_answer"],
    ),
    "another answer in between ends the repetition": (
        [(0, ANSWER), (1, ANSWER), (2, OTHER), (3, ANSWER)],
        ["confident", "confident", "confident", "confident"],
    ),
    "an ignored message stays ignored": ([(0, ESCALATE), (1, IGNORE)], ["low_confidence", "not_a_viewer"]),
}


@pytest.mark.parametrize(("said", "reasons"), TALKS.values(), ids=TALKS.keys())
def test_session(island: Island, said: list[tuple[float, Decision]], reasons: list[str]) -> None:
    """Each decision's reason in its session."""
    assert reasons == [decision.reason for decision in talk(island, *said)]


def test_suggestion_goes_to_who_has_the_session(island: Island) -> None:
    """It goes to the session's lane, is never deferred, and keeps the original reason."""
    found = talk(island, (0, ESCALATE), (1, ANSWER))[-1]

    assert (Outcome.ESCALATE, "desk", Reason.CONFIDENT, Urgency.NEVER_DEFERRED, "") == (
        found.outcome,
        found.lane,
        found.because,
        found.urgency,
        found.snippet,
    )


def test_harm_goes_to_its_own_people_whoever_has_the_session(island: Island) -> None:
    """A report of harm goes to its own lane, also if other people have the session."""
    found = talk(island, (0, ESCALATE), (1, HARM))[-1]

    assert ("safety", TicketKind.SAFETY) == (found.lane, found.kind)


@pytest.mark.parametrize(
    ("decision", "posted_at", "asked", "reason"),
    [
        (ANSWER, 90.0, STREAM, "cooling_down"),
        (ANSWER, 80.0, STREAM, "confident"),
        (ANSWER, None, STREAM, "confident"),
        (ANSWER, 90.0, Asked(channel="mail"), "confident"),
        (ANSWER, 110.0, STREAM, "confident"),
        (ESCALATE, 90.0, STREAM, "low_confidence"),
    ],
    ids=["a moment ago", "long ago", "never", "not in public", "a clock set back", "no answer"],
)
def test_cool_down(island: Island, decision: Decision, posted_at: float | None, asked: Asked, reason: str) -> None:
    """A stream's chat gets the same answer at most every 20 s. Other channels have no cool-down."""
    found: Any = apply_cool_down(decision, posted_at, island.sessions, asked=asked, now=100.0)

    assert (reason, decision.snippet) == (found.reason, found.snippet)


def test_remembered_session_is_small() -> None:
    """A session holds no question and no id: only numbers and names."""
    assert {"people_until", "lane", "clarify_streak", "answer", "repeats"} == set(Session.__slots__)
