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

    def __init__(self, *urgent_lanes: str) -> None:
        self.now, self.lag_s, self.judge = 100.0, 0.0, SimpleNamespace(waiting=0, max_queue=8)
        self.overload = Overload(
            config=OverloadSection(max_urgent_per_s=2),
            judge=cast(Judge, self.judge),
            lag_s=lambda: self.lag_s,
            urgent_lanes=urgent_lanes,
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


PAID = Route(lane="paid-now", keywords=("stolen",), when={"order_state": "paid"})
LOST = Route(lane="parcels", keywords=("stolen", "lost"))
FIRE = Route(lane="fire", keywords=("fire",))
BACKSTAGE = Route(lane="fire", when={"seat": "backstage"})
HURT = Route(lane="parcels", keywords=("hurt myself",), kind=TicketKind.SAFETY)

URGENT: dict[str, tuple[tuple[Route, ...], str, dict[str, str], tuple[bool, bool]]] = {
    "an urgent word": ((FIRE, LOST), "fire in row 3", {}, (True, True)),
    "words of harm, in any lane": ((HURT, LOST), "i will hurt myself", {}, (True, True)),
    "a word that is not urgent": ((FIRE, LOST), "it is lost", {}, (False, False)),
    "no word": ((FIRE, PAID), "when does it ship", {"order_state": "paid"}, (False, False)),
    "a word that is urgent for some, of one of them": (
        (PAID, LOST), "it was stolen", {"order_state": "paid"}, (True, True),
    ),
    "a word that is urgent for some, of another": ((PAID, LOST), "it was stolen", {}, (False, True)),
    "another word than that": ((PAID, LOST), "it is lost", {}, (False, False)),
    "any word of some": ((BACKSTAGE, LOST), "it is lost", {"seat": "backstage"}, (True, True)),
}  # fmt: skip


@pytest.mark.parametrize("sentence", URGENT)
def test_what_may_be_urgent_is_looked_at_further(sentence: str, make_island: Callable[..., Island]) -> None:
    """Before the session is read, a question passes if any claims could make it urgent; then its own decide."""
    routes, text, claims, expected = URGENT[sentence]
    overload, island = World("fire", "paid-now").overload, make_island(routes=routes)
    is_urgent = overload.is_urgent(island, Asked(text=text, claims=claims))
    may_be_urgent = overload.may_be_urgent(island, Asked(text=text))

    assert expected == (is_urgent, may_be_urgent)
