"""Conclusions within what a viewer agreed to: personal answers and callbacks need their purposes."""

from collections.abc import Callable
from typing import Any

import pytest

from edge.consent import Known, Permission, permission
from edge.daemon.consents import conclude_within
from edge.decide import FRESH, Asked, Conclusion, Load, Standing
from edge.records import Candidate, Island, LoadReport, Route, SessionPolicy, SignedSnippet, SurgePolicy, Verdict
from edge.records.consent import PersonalStep, SignedPurpose

NOON = 1_700_000_000.0
CLAIMED = Asked(claims={"order_state": "lost"})
FULL = Load(report=LoadReport(tenant="acme", queue_depth=1_000, wait_s=9_000.0, agents=1), at=NOON)
NEVER = Permission(is_asked=True, allows=frozenset())
ALWAYS = Permission()
PURPOSES = (
    SignedPurpose(id="call", version=2, allows=(PersonalStep.CALLBACK,), valid_s=60, texts=()),
    SignedPurpose(id="mine", version=1, allows=(PersonalStep.PERSONAL,), valid_s=60, texts=()),
)


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Viewers whose parcel is lost get a person's answer, and not the usual one."""
    return make_island(
        sessions=SessionPolicy(human_active_s=600, max_clarify_streak=2, max_repeats=2, cool_down_s=20),
        surge=SurgePolicy(floor=0.8, ceiling=0.95, max_wait_s=600),
        snippets=(make_snippet("sizes"),),
        routes=(Route(lane="care", when={"order_state": "lost"}, review=True),),
        purposes=PURPOSES,
    )


def verdict(confidence: float) -> Verdict:
    """How sure triage is of the one snippet."""
    candidate = Candidate(snippet="sizes", confidence=confidence, nearest_example="?", similarity=0.9)
    return Verdict(candidates=(candidate,), any_confidence=confidence, model="test")


def within(island: Island, allowed: Permission, confidence: float, **standing: Any) -> tuple[Conclusion, list[str]]:
    """The conclusion on a question of a viewer with claims, and what was left out."""
    conclusion, missing = conclude_within(
        allowed,
        verdict(confidence),
        island=island,
        asked=CLAIMED,
        standing=Standing(FRESH, **standing),
        now=NOON,
    )
    return conclusion, list(missing)


def test_personal_answer_needs_its_purpose(island: Island) -> None:
    """Without it she gets the generic answer, which says so."""
    allowed, missing = within(island, ALWAYS, 0.95)
    generic, left_out = within(island, NEVER, 0.95)

    assert ("escalate", "review_required", "care", []) == (*outcome(allowed), missing)
    assert ("answer", "consent_missing", "", ["personal"]) == (*outcome(generic), left_out)


def test_ticket_keeps_its_reason_and_has_the_generic_lane(island: Island) -> None:
    """A question that people get anyway is not the generic answer."""
    generic, left_out = within(island, NEVER, 0.2)

    assert ("escalate", "out_of_scope", "fast", ["personal"]) == (*outcome(generic), left_out)


def test_callback_needs_its_purpose(island: Island) -> None:
    """With it her ticket is in the lane of callbacks; without it she has a place in the queue, with its honest wait."""
    promised, missing = within(island, ALWAYS, 0.2, load=FULL)
    queued, left_out = within(island, NEVER._replace(allows=frozenset({PersonalStep.PERSONAL})), 0.2, load=FULL)

    assert ("escalate", "surge", "callback", []) == (*outcome(promised), missing)
    assert ("escalate", "review_required", "care", ["callback"]) == (*outcome(queued), left_out)
    assert queued.decision.wait_s is not None


def test_nothing_is_missing_where_nothing_depends_on_it(island: Island) -> None:
    """No claim is looked at, and nobody is called back: the same conclusion with and without consent."""
    arguments: dict[str, Any] = {"island": island, "asked": Asked(), "standing": Standing(FRESH), "now": NOON}

    assert conclude_within(ALWAYS, verdict(0.95), **arguments) == conclude_within(NEVER, verdict(0.95), **arguments)


def test_permission_is_by_the_island_s_own_version(island: Island) -> None:
    """A consent to an older text allows nothing; one to a purpose of another tenant neither."""
    known = [
        Known("call", 2, "r-1", at=1.0, expires=9.0),
        Known("mine", 0, "r-2", at=1.0, expires=9.0),
        Known("alien", 1, "r-3", at=1.0, expires=9.0),
    ]
    allowed = permission(island, known, subject="ab")

    assert (frozenset({PersonalStep.CALLBACK}), "call/2", "") == (
        allowed.allows,
        allowed.purpose_of(PersonalStep.CALLBACK),
        allowed.purpose_of(PersonalStep.PERSONAL),
    )
    assert ALWAYS == permission(None, known) != NEVER


def outcome(conclusion: Conclusion) -> tuple[str, str, str]:
    """Outcome, reason and lane, as words."""
    decision = conclusion.decision
    return decision.outcome.value, decision.reason.value, decision.lane
