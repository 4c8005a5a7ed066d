"""`edge.daemon.people` with a clock that is moved: thresholds follow load, incidents end, memory is bounded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.daemon.people import People
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Asked
from edge.errors import Reason, RefusedError
from edge.records import (
    AskRequest,
    Candidate,
    Decision,
    Island,
    IslandName,
    LoadReport,
    Outcome,
    SignedSnippet,
    SnippetDocument,
    SurgePolicy,
    Ticket,
    Verdict,
)
from edge.shelf import Entry

START = datetime(2026, 11, 1, 20, tzinfo=UTC)
ESCALATE = Decision(outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, lane="desk")
DROP = IslandName("acme", "drop")


class Clock:
    """Moved by tests."""

    def __init__(self) -> None:
        self.now = START

    def pass_s(self, seconds: float) -> datetime:
        """Later."""
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def people() -> People:
    """Believes the desk of acme, and one that may speak for all; remembers three sessions."""
    return People(tokens={"a" * 20: "acme", "z" * 20: "*"}, remembered=3, metrics=Metrics())


@pytest.fixture
def make_entry(
    make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]
) -> Callable[..., PopEntry]:
    """An island with a surge policy, as the shelf holds it; `answer` is its only snippet's."""

    def make(answer: str = "Two weeks.", revision: int = 1, **fields: Any) -> PopEntry:
        policy = SurgePolicy(floor=0.75, ceiling=0.95)
        island = make_island(revision=revision, snippets=(make_snippet("ship-date"),), **({"surge": policy} | fields))
        document = SnippetDocument(
            tenant="acme", island="drop", revision=revision, snippet="ship-date", locale="en", answer=answer,
            approved_by="Ada", approved_at=START, expires=island.expires,
        )  # fmt: skip
        head: Any = None
        return Entry(
            island=island,
            sha256=f"{revision}",
            head=head,
            documents={"ship-date": document},
            snippets={snippet.id: snippet for snippet in island.snippets},
            key_ids={},
        )

    return make


def report(**fields: Any) -> LoadReport:
    """Overloaded people."""
    usual: dict[str, Any] = {"tenant": "acme", "queue_depth": 400, "wait_s": 1_000.0, "agents": 5}
    return LoadReport(**(usual | fields))


def verdict(confidence: float = 0.95) -> Verdict:
    """About shipping."""
    candidate = Candidate(snippet="ship-date", confidence=confidence, nearest_example="", similarity=0.9)
    return Verdict(candidates=(candidate,), any_confidence=confidence, model="test")


def test_load_moves_the_threshold_and_silence_restores_it(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """Ten minutes of overload: the floor. A minute of silence: the tenant's default, not the last value."""
    entry, clock = make_entry(), Clock()
    for _ in range(60):
        people.take_report(report(), clock.pass_s(10))
        in_force = people.wanted_precision(entry, clock.now)
    silent = people.wanted_precision(entry, clock.pass_s(61))

    assert in_force == pytest.approx(0.75)
    assert (0.9, [0.9]) == (silent, people.thresholds())


def handed_over(*lanes: str, tenant: str = "acme") -> list[Ticket]:
    """Tickets on their way."""
    return [
        Ticket(
            id="t",
            created=START,
            pop="p",
            island=f"{tenant}/drop",
            revision=1,
            text="",
            reason=Reason.MISSES,
            lane=lane,
        )
        for lane in lanes
    ]


def test_what_origin_does_not_have_yet_is_before_whoever_asks_now(
    people: People, make_entry: Callable[..., PopEntry]
) -> None:
    """No desk counts it, so it is added to each report until it has arrived, but for what the desk has just seen."""
    entry = make_entry()
    for ticket in (*handed_over("desk", "desk", "callback", "desk"), *handed_over("desk", tenant="other")):
        people.hand_over(ticket)

    def wait_s(seen: int = 0) -> float | None:
        people.take_report(report(queue_depth=0, wait_s=0.0, agents=1, handle_s=10), START, seen=seen)
        return people.settle(AskRequest(island=str(DROP), text="?"), ESCALATE, entry, asked=Asked(), now=START).wait_s

    found = [wait_s(), wait_s(seen=1)]
    for payload in (msgspec.json.encode(handed_over("desk")[0]), b"no ticket", b'{"island": "?", "lane": ""}'):
        people.arrived(payload)
    found.append(wait_s())
    for _ in range(9):
        people.arrived(msgspec.json.encode(handed_over("desk")[0]))
    people.take_report(report(tenant="*", queue_depth=0, wait_s=0.0), START)

    assert [30, 20, 20, 0] == [*found, wait_s()]


def test_refused_report_changes_nothing(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """What was believed before still is."""
    people.take_report(report(), START)
    with pytest.raises(RefusedError):
        people.take_report(report(queue_depth=0), START)

    found = people.settle(AskRequest(island=str(DROP), text="?"), ESCALATE, make_entry(), asked=Asked(), now=START)
    assert Reason.SURGE is found.reason


def test_another_tenants_load_is_not_mine(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """One tenant's overload does not call back another's viewers; a desk for all speaks for both."""
    asked = AskRequest(island=str(DROP), text="?")
    people.take_report(report(tenant="evil"), START)
    before = people.settle(asked, ESCALATE, make_entry(), asked=Asked(), now=START)
    people.take_report(report(tenant="*"), START)
    after = people.settle(asked, ESCALATE, make_entry(), asked=Asked(), now=START)

    assert (Reason.LOW_CONFIDENCE, Reason.SURGE) == (before.reason, after.reason)


def test_places_given_here_count_until_the_next_report(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """A surge between two reports is noticed at once: the 27th of ten-minute waits is called back."""
    entry, asked = make_entry(), AskRequest(island=str(DROP), text="?")
    people.take_report(report(queue_depth=0, wait_s=0.0), START)
    reasons = []
    for _ in range(30):
        decision = people.settle(asked, ESCALATE, entry, asked=Asked(), now=START)
        people.remember(asked, decision, entry, START)
        reasons.append(decision.reason)

    assert [Reason.LOW_CONFIDENCE] * 26 + [Reason.SURGE] * 4 == reasons


def test_incident_is_people_s_until_there_is_an_answer(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """Ten minutes of little, then a flood of one intent; a new revision with another answer is given at once."""
    entry, clock = make_entry(surge=None), Clock()
    for _ in range(20):
        people.judge(verdict(), entry, asked=Asked(), now=clock.pass_s(30))
        for _ in range(9):
            people.judge(verdict(0.1), entry, asked=Asked(), now=clock.now)
    for _ in range(60):
        during = people.judge(verdict(), entry, asked=Asked(), now=clock.pass_s(0.5))
    again = people.judge(verdict(), make_entry(revision=2, surge=None), asked=Asked(), now=clock.now)
    answered = people.judge(verdict(), make_entry("Delayed.", revision=3, surge=None), asked=Asked(), now=clock.now)

    assert (Reason.INCIDENT, Reason.INCIDENT) == (during.reason, again.reason)
    assert (Outcome.ANSWER, Reason.CONFIDENT) == (answered.outcome, answered.reason)


def test_sessions_are_bounded(people: People, make_entry: Callable[..., PopEntry]) -> None:
    """Who asked longest ago is forgotten first; nothing grows with the number of viewers."""
    entry = make_entry()
    for number in range(1_000):
        asked = AskRequest(island=str(DROP), text="?", session=f"viewer-{number}", channel=f"stream:{number}")
        answer = Decision(outcome=Outcome.ANSWER, reason=Reason.EXACT, snippet="ship-date")
        people.remember(asked, answer if number % 2 else ESCALATE, entry, START)

    assert (3, 3) == (len(people._sessions), len(people._posted))


@pytest.mark.parametrize(
    ("header", "tenant", "is_believed"),
    [
        ("Bearer " + "a" * 20, "acme", True),
        ("Bearer " + "z" * 20, "acme", True),
        ("Bearer " + "z" * 20, "*", True),
        ("Bearer " + "a" * 20, "evil", False),
        ("Bearer " + "a" * 20, "*", False),
        ("Bearer " + "a" * 19, "acme", False),
        ("Bearer ", "acme", False),
        ("", "acme", False),
        ("a" * 20, "acme", False),
        ("bearer " + "a" * 20, "acme", False),
        ("Bearer \udcff", "acme", False),
    ],
)
def test_who_is_believed(people: People, header: str, tenant: str, is_believed: bool) -> None:
    """A tenant's own desk, and one that may speak for all; nobody else."""
    if is_believed:
        people.authorise(header, tenant)
        return
    with pytest.raises(RefusedError) as caught:
        people.authorise(header, tenant)

    assert Reason.UNAUTHORISED == caught.value.reason
