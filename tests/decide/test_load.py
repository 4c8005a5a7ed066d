"""`edge.decide.load` and `edge.decide.capacity`: which reports are accepted, which questions get a place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.decide import CALLBACK_LANE, Load, accept_report, current, wait_s
from edge.decide.capacity import admit, next_load
from edge.decide.load import callback_s
from edge.errors import Reason, RefusedError
from edge.records import Decision, LoadReport, Outcome, SurgePolicy, Urgency

NOW = datetime(2026, 11, 1, 20, tzinfo=UTC)
POLICY = SurgePolicy(floor=0.75, ceiling=0.95, max_wait_s=600, handle_s=120)


def report(**fields: Any) -> LoadReport:
    """Ten people, twenty questions."""
    usual: dict[str, Any] = {"tenant": "acme", "queue_depth": 20, "wait_s": 30.0, "agents": 10}
    return LoadReport(**(usual | fields))


CONTRADICTIONS = {
    "an empty queue in which somebody waits": (
        {"queue_depth": 0},
        "load report has queue_depth 0 and wait_s 30, expected wait_s 0",
    ),
    "more people free than there are": (
        {"free_agents": 11},
        "load report has free_agents 11 and agents 10, expected at most as many free",
    ),
    "from the future": (
        {"at": NOW + timedelta(seconds=31)},
        "load report was measured 31 s in the future, expected at most 30 s",
    ),
    "stale on arrival": (
        {"at": NOW - timedelta(seconds=61)},
        "load report was measured 61 s ago, expected at most 60 s",
    ),
    "older than the one held": (
        {"at": NOW - timedelta(seconds=20)},
        "load report was measured 10.0 s before the last accepted one, expected a newer one",
    ),
}


@pytest.mark.parametrize(("fields", "text"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_report_that_cannot_be_true(fields: dict[str, Any], text: str) -> None:
    """It is refused, and the load before stays in force."""
    known = accept_report(report(at=NOW - timedelta(seconds=10)), known=None, now=NOW)
    with pytest.raises(RefusedError) as caught:
        accept_report(report(**fields), known=known, now=NOW)

    assert (Reason.CONTRADICTORY, text) == (caught.value.reason, caught.value.text)


def test_report_after_the_clock_was_set_back() -> None:
    """If our clock was an hour ahead and was set back, reports are accepted at once, not an hour later."""
    known = accept_report(report(), known=None, now=NOW + timedelta(hours=1))

    assert accept_report(report(), known=known, now=NOW).at == NOW.timestamp()


def test_wait_counts_what_was_handed_over_since() -> None:
    """20 questions wait, 10 people take 120 s each; then one question more waits."""
    load = accept_report(report(), known=None, now=NOW)

    assert (240.0, 252.0) == (wait_s(load, 120), wait_s(load.queued(), 120))


@pytest.mark.parametrize(
    ("fields", "expected_s"), [({"handle_s": 60.0}, 120.0), ({"free_agents": 10}, 120.0), ({"agents": 0}, None)]
)
def test_wait_by_what_the_desk_says(fields: dict[str, Any], expected_s: float | None) -> None:
    """The desk's own handling time counts; free people take questions at once; without people there is no estimate."""
    assert expected_s == wait_s(accept_report(report(**fields), known=None, now=NOW), 120)


def test_report_goes_stale() -> None:
    """A load is not used after a minute."""
    load = accept_report(report(), known=None, now=NOW)

    assert load is current(load, NOW.timestamp() + 60)
    assert current(load, NOW.timestamp() + 61) is None


def escalation(urgency: Urgency) -> Decision:
    """An escalation because of low confidence."""
    return Decision(outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, lane="fast", urgency=urgency)


def queue_of(depth: int, **fields: Any) -> Load:
    """A load with a queue of this depth: one minute of wait for every five questions."""
    return accept_report(report(queue_depth=depth, **fields), known=None, now=NOW)


@pytest.mark.parametrize(
    ("depth", "called_back"),
    [
        (50, set[Urgency]()),
        (51, {Urgency.ROUTINE}),
        (63, {Urgency.ROUTINE, Urgency.LIVE}),
        (76, {Urgency.ROUTINE, Urgency.LIVE, Urgency.PERSON}),
        (10_000, {Urgency.ROUTINE, Urgency.LIVE, Urgency.PERSON}),
    ],
)
def test_least_urgent_are_called_back_first(depth: int, called_back: set[Urgency]) -> None:
    """Above the tenant's longest wait it becomes a callback; safety, fraud and incidents never do."""
    found = {
        urgency for urgency in Urgency if admit(escalation(urgency), queue_of(depth), POLICY).reason is Reason.SURGE
    }

    assert called_back == found


def test_pops_count_each_other_in() -> None:
    """Each of four PoPs is assumed to have handed over and promised as much as this one."""
    alone, shared = queue_of(100, callbacks=4), queue_of(100, callbacks=4, pops=4)
    for _ in range(3):
        alone, shared = alone.queued().called_back(), shared.queued().called_back()

    assert (103 * 12, 112 * 12) == (wait_s(alone, 120), wait_s(shared, 120))
    assert (103 * 12 + 8 * 12, 112 * 12 + 17 * 12) == (callback_s(alone, 120), callback_s(shared, 120))


def test_callback_says_why_and_how_long() -> None:
    """It has an estimate after queue and earlier promises, the lane `callback`, and the original reason."""
    load = queue_of(100, callbacks=4)
    decision = admit(escalation(Urgency.ROUTINE), load, POLICY)

    assert (Reason.SURGE, Reason.LOW_CONFIDENCE, CALLBACK_LANE) == (decision.reason, decision.because, decision.lane)
    assert decision.wait_s == callback_s(load, 120) == 1_200 + 5 * 12
    assert load.called_back() == next_load(load, decision)


def test_nobody_at_work_means_callbacks_without_an_estimate() -> None:
    """If nobody is at work, it is a callback without an estimate."""
    decision = admit(escalation(Urgency.ROUTINE), queue_of(0, agents=0, wait_s=0.0), POLICY)

    assert (Reason.SURGE, None) == (decision.reason, decision.wait_s)


@pytest.mark.parametrize("policy", [None, POLICY])
def test_without_a_signal_everybody_gets_a_place(policy: SurgePolicy | None) -> None:
    """Without a fresh report every escalation gets a place."""
    assert escalation(Urgency.ROUTINE) == admit(escalation(Urgency.ROUTINE), None, policy)


def test_without_a_policy_everybody_gets_a_place() -> None:
    """Without a surge policy every escalation gets a place."""
    decision = admit(escalation(Urgency.ROUTINE), queue_of(10_000), None)

    assert escalation(Urgency.ROUTINE) == decision
    assert queue_of(10_000).queued() == next_load(queue_of(10_000), decision)
