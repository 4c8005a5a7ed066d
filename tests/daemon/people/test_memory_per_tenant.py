"""Sessions, tickets, posted answers and transcripts: asking at one tenant's islands forgets nothing of another's."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from edge.daemon.ask.transcript import Transcripts
from edge.daemon.people import Remembered, nothing_remembered
from edge.daemon.telemetry import Metrics
from edge.decide import Conclusion
from edge.errors import Reason
from edge.records import AskRequest, Decision, Island, IslandName, Outcome, Ticket

HERE, THERE = IslandName("northwind", "hoodie-drop"), IslandName("lumen-live", "winter-tour")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
CAPACITY, FLOOD = 8, 100
ESCALATED = Decision(outcome=Outcome.ESCALATE, reason=Reason.OUT_OF_SCOPE, lane="fast")
ANSWERED = Decision(outcome=Outcome.ANSWER, reason=Reason.EXACT, snippet="ship-date")

Concludes = Callable[[Decision], Conclusion]


@pytest.fixture
def concluded(make_island: Callable[..., Island]) -> Concludes:
    """Makes the conclusion of a question that was decided so."""
    island = make_island()
    return lambda decision: Conclusion(decision, island, NOW.timestamp(), None)


@pytest.fixture
def remembered() -> Remembered:
    """An empty memory for eight sessions."""
    return nothing_remembered(Metrics(), sessions=CAPACITY)


def people_have(remembered: Remembered, name: IslandName, session: str) -> bool:
    """True if people have the session."""
    return remembered.sessions.get(name, session).people_until > NOW.timestamp()


def ticket(name: IslandName, session: str) -> Ticket:
    """An open ticket of a session."""
    return Ticket(
        id=f"{name}-{session}", created=NOW, pop="p", island=str(name), revision=1, text="?", session=session,
        reason=Reason.OUT_OF_SCOPE, lane="fast",
    )  # fmt: skip


@pytest.mark.parametrize("decision", [ANSWERED, ESCALATED], ids=["answers", "escalations"])
def test_flood_at_another_tenant(remembered: Remembered, concluded: Concludes, decision: Decision) -> None:
    """The victim's session stays with people, its ticket still releases it, and its chat still cools down."""
    remembered.sessions.carry_out(HERE, "victim", concluded(ESCALATED))
    remembered.open_tickets.add(ticket(HERE, "victim"))
    remembered.posted.put(HERE, "stream", "ship-date", 1.0)
    for number in range(FLOOD):
        remembered.sessions.carry_out(THERE, f"{number}", concluded(decision))
        remembered.open_tickets.add(ticket(THERE, f"{number}"))
        remembered.posted.put(THERE, f"stream:{number}", "ship-date", 1.0)

    assert people_have(remembered, HERE, "victim")
    assert remembered.sessions.resolve(f"{HERE}-victim")
    assert 1.0 == remembered.posted.posted_at(HERE, "stream", "ship-date")
    assert CAPACITY == len(remembered.sessions._sessions)


def test_flood_at_the_same_tenant(remembered: Remembered, concluded: Concludes) -> None:
    """Sessions that people have are forgotten last: a flood of answers forgets only the flood."""
    remembered.sessions.carry_out(HERE, "victim", concluded(ESCALATED))
    for number in range(FLOOD):
        remembered.sessions.carry_out(HERE, f"{number}", concluded(ANSWERED))

    assert people_have(remembered, HERE, "victim")
    assert CAPACITY == len(remembered.sessions._sessions)


def test_transcripts() -> None:
    """Those of one tenant stay, however much is asked at another's islands."""
    transcripts = Transcripts(CAPACITY)
    first = AskRequest(island=str(HERE), text="where is it", session="victim")
    transcripts.add(first, ESCALATED, NOW)
    for number in range(FLOOD):
        transcripts.add(AskRequest(island=str(THERE), text="?", session=f"{number}"), ANSWERED, NOW)

    assert ["where is it"] == [turn.text for turn in transcripts.get(first)]
