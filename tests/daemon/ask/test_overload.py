"""`edge.daemon.ask.overload`: which questions are worth a ticket while there is too much at once, and how many."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from edge.config import OverloadSection
from edge.daemon.ask import Judge, Overload
from edge.decide import Asked
from edge.errors import Reason, RefusedError
from edge.records import Decision, Island, Outcome, Route, TicketKind

HARM = Decision(lane="safety", reason=Reason.OVERLOADED, outcome=Outcome.ESCALATE, kind=TicketKind.SAFETY)


class World:
    """The soft gate of a PoP with two urgent tickets a second."""

    def __init__(self) -> None:
        self.now, self.lag_s, self.judge = 100.0, 0.0, SimpleNamespace(waiting=0, max_queue=8)
        self.overload = Overload(
            config=OverloadSection(max_urgent_per_s=2),
            judge=cast(Judge, self.judge),
            lag_s=lambda: self.lag_s,
            urgent_lanes=("safety", "legal"),
            clock=lambda: self.now,
        )

    def is_taken(self, decision: Decision = HARM) -> bool:
        """True if a decision may become a ticket now."""
        try:
            self.overload.check_ticket(decision)
        except RefusedError:
            return False
        return True


def test_gate_is_on_while_the_loop_is_late_or_triage_is_full() -> None:
    """Either is enough; a moment later it is off again."""
    world, found = World(), []
    for world.lag_s, world.judge.waiting in ((0.0, 7), (0.06, 0), (0.0, 8), (0.05, 7)):
        found.append(world.overload.is_on)

    assert [False, True, True, False] == found


def test_budget_is_of_tickets_that_are_made() -> None:
    """Checking uses up nothing: an asker whose own limit refuses his tickets takes none from others."""
    world = World()
    checked = [world.is_taken() for _ in range(100)]
    world.overload.count_ticket()
    world.overload.count_ticket()
    used_up = world.is_taken()
    world.now += 1

    assert ([True] * 100, False, True) == (checked, used_up, world.is_taken())


def test_other_tickets_are_never_made() -> None:
    """What is answered passes; a ticket of an ordinary lane does not."""
    overload = World().overload
    overload.check_ticket(Decision(outcome=Outcome.ANSWER, lane="fast", reason=Reason.EXACT))

    with pytest.raises(RefusedError) as refused:
        overload.check_ticket(Decision(outcome=Outcome.ESCALATE, lane="fast", reason=Reason.OUT_OF_SCOPE))
    assert Reason.OVERLOADED is refused.value.reason


ROUTES = (
    Route(lane="legal", keywords=("lawyer",), when={"tier": "press"}),
    Route(lane="fast", keywords=("zip",)),
    Route(lane="safety", keywords=("hurt myself",), kind=TicketKind.SAFETY),
)
ASKED: dict[str, tuple[Asked, tuple[bool, bool]]] = {
    "words of harm": (Asked(text="i will hurt myself"), (True, True)),
    "ordinary words of a route": (Asked(text="the zip is broken"), (False, False)),
    "no route's words": (Asked(text="when does it ship"), (False, False)),
    "a route that asks for a claim, before it is read": (Asked(text="my lawyer"), (False, True)),
    "and with the claim": (Asked(text="my lawyer", claims={"tier": "press"}), (True, True)),
}


@pytest.mark.parametrize(("asked", "expected"), ASKED.values(), ids=ASKED.keys())
def test_urgent_by_keyword(asked: Asked, expected: tuple[bool, bool], make_island: Callable[..., Island]) -> None:
    """Who might have the claim that a route asks for is not refused before it is read."""
    overload, island = World().overload, make_island(routes=ROUTES)

    assert expected == (overload.is_urgent(island, asked), overload.may_be_urgent(island, asked))
