"""`edge.daemon.handoff.lanes`: a lane with a pace holds tickets back, and says how long the last ones waited."""

from typing import Any

import pytest

from edge.config import LaneSettings
from edge.daemon.handoff.lanes import Held, Lanes
from edge.errors import Reason
from edge.records import Decision, Outcome, TicketKind, Urgency

NOW = 1_788_000_000.0


class Desk:
    """A lane `fast` that admits 30 tickets a minute, and a clock."""

    def __init__(self) -> None:
        self.now = NOW
        settings = {"fast": LaneSettings(admit_per_minute=30), "safety": LaneSettings(admit_per_minute=1)}
        self.lanes = Lanes(settings, urgent_lanes=("safety", "fraud"), clock=lambda: self.now)

    def escalate(self, tenant: str = "acme", **fields: Any) -> Held:
        """One more question for people."""
        decision: dict[str, Any] = {
            "lane": "fast",
            "reason": Reason.OUT_OF_SCOPE,
            "outcome": Outcome.ESCALATE,
            **fields,
        }
        return self.lanes.hold(tenant, Decision(**decision))

    def move(self, *waits_s: float) -> None:
        """Tickets to which the desk's people come after these times."""
        for number, wait_s in enumerate(waits_s):
            name = f"{self.now}-{number}"
            self.lanes.stored(name, self.escalate())
            self.now += wait_s
            self.lanes.moved(name)
            self.lanes.moved(name)


def test_clock_that_is_put_back_while_tickets_are_held_back() -> None:
    """The pace goes on by the time that has passed, and the next ticket is due by the clock as it is now."""
    year_s, since_start = 365 * 86_400.0, [500.0]
    wall = [NOW + year_s]
    lanes = Lanes(
        {"fast": LaneSettings(admit_per_minute=30)},
        urgent_lanes=(),
        clock=lambda: wall[0],
        steady=lambda: since_start[0],
    )
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.OUT_OF_SCOPE, lane="fast")
    first = [lanes.hold("acme", decision).due for _ in range(3)]
    wall[0], since_start[0] = NOW, since_start[0] + 1.0
    held = lanes.hold("acme", decision)

    assert [NOW + year_s + wait_s for wait_s in (0, 2, 4)] == first
    assert (NOW + 5.0, 4) == (held.due, held.decision.queue_place)


def test_tickets_beyond_the_pace_are_held_back() -> None:
    """One every two seconds; each is told its place."""
    desk = Desk()
    found = [desk.escalate() for _ in range(4)]

    assert [NOW, NOW + 2, NOW + 4, NOW + 6] == [held.due for held in found]
    assert [1, 2, 3, 4] == [held.decision.queue_place for held in found]


def test_each_tenant_has_its_own_people() -> None:
    """A surge of one tenant holds back no ticket of another."""
    desk = Desk()
    for _ in range(100):
        desk.escalate("acme")

    assert (NOW, 1) == (desk.escalate("globex").due, desk.escalate("initech").decision.queue_place)


NEVER_HELD: dict[str, dict[str, Any]] = {
    "harm": {"kind": TicketKind.SAFETY},
    "fraud": {"kind": TicketKind.FRAUD},
    "a viewer who must get a person": {"urgency": Urgency.NEVER_DEFERRED},
    "an urgent lane, though it has a pace": {"lane": "safety"},
    "a promised callback": {"reason": Reason.SURGE},
    "a lane without a pace": {"lane": "orders"},
}


@pytest.mark.parametrize("fields", NEVER_HELD.values(), ids=NEVER_HELD.keys())
def test_ticket_that_is_never_held_back(fields: dict[str, Any]) -> None:
    """However many wait in the lane. It has no place, and its wait stays as it was decided."""
    desk = Desk()
    for _ in range(100):
        desk.escalate()
    held = desk.escalate("acme", wait_s=7.0, **fields)

    assert (0.0, None, 7.0) == (held.due, held.decision.queue_place, held.decision.wait_s)


def test_wait_is_unknown_until_five_tickets_have_moved() -> None:
    """Then it is what eight of ten of the last tickets waited. An event of the desk counts once."""
    desk = Desk()
    found = []
    for wait_s in (10.0, 20.0, 30.0, 40.0, 50.0, 5.0):
        found.append(desk.escalate().decision.wait_s)
        desk.now += 60
        desk.move(wait_s)

    assert [None, None, None, None, None, 40.0] == found


def test_wait_is_at_least_the_time_until_the_release() -> None:
    """The last tickets waited for ten seconds, but this one is held back for longer."""
    desk = Desk()
    desk.move(*[10.0] * 5)
    desk.now += 60
    waits = [desk.escalate().decision.wait_s for _ in range(8)]

    assert [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 12.0, 14.0] == waits


def test_only_the_last_tickets_count() -> None:
    """What was slow an hour ago is forgotten."""
    desk = Desk()
    desk.move(*[900.0] * 50)
    desk.move(*[10.0] * 50)
    desk.now += 60

    assert 10.0 == desk.escalate().decision.wait_s


def test_ticket_that_was_not_stored_holds_back_none() -> None:
    """Its time goes to the next."""
    desk = Desk()
    desk.escalate()
    desk.lanes.give_back(desk.escalate())

    assert (NOW + 2, 2) == ((held := desk.escalate()).due, held.decision.queue_place)


def test_unknown_ticket_tells_nothing() -> None:
    """An event about a ticket of another lane, or of the process before."""
    desk = Desk()
    desk.lanes.moved("unknown")
    desk.lanes.stored("at once", desk.escalate(lane="orders"))
    desk.lanes.moved("at once")

    assert desk.escalate().decision.wait_s is None
