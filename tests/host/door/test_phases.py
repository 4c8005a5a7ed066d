"""`edge.host.door.phases`: who is overdue, and who was idle longest."""

from edge.host.door.phases import Phase, Phases
from tests.host.door.conftest import Clock


def test_overdue_are_those_whose_time_in_their_phase_is_over() -> None:
    """Oldest first; a phase without a limit is never over."""
    clock = Clock()
    phases: Phases[str] = Phases({Phase.HEAD: 5.0, Phase.IDLE: 75.0}, clock)
    phases.enter("busy", Phase.BUSY)
    phases.enter("old", Phase.HEAD)
    clock.now = 1
    phases.enter("older by a second", Phase.HEAD)
    phases.enter("idle", Phase.IDLE)
    clock.now = 5.5
    first = list(phases.overdue())
    clock.now = 100
    then = list(phases.overdue())

    assert (["old"], ["old", "older by a second", "idle"]) == (first, then)


def test_time_begins_again_with_the_phase() -> None:
    """Also if it is the same phase as before; who has left does not come back."""
    clock = Clock()
    phases: Phases[str] = Phases({Phase.IDLE: 75.0}, clock)
    for name in ("first", "second", "gone"):
        phases.enter(name, Phase.IDLE)
    clock.now = 1
    phases.move("first", Phase.IDLE, Phase.IDLE)
    phases.leave("gone", Phase.IDLE)
    phases.leave("gone", Phase.IDLE)
    phases.move("gone", Phase.IDLE, Phase.BUSY)
    clock.now = 75.5

    assert ["second"] == list(phases.overdue())
    assert ("second", 2, 0) == (phases.longest(Phase.IDLE), len(phases), phases.count(Phase.BUSY))
