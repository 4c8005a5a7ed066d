"""`edge.host.door.phases`: who is overdue, and who was waited for longest."""

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
    assert (2, 0) == (len(phases), phases.count(Phase.BUSY))


def test_longest_first_across_phases() -> None:
    """By the time in its phase, whichever of the phases that is."""
    clock = Clock()
    phases: Phases[str] = Phases({}, clock)
    for name, phase in (("a", Phase.IDLE), ("b", Phase.HEAD), ("c", Phase.BUSY), ("d", Phase.IDLE), ("e", Phase.HEAD)):
        phases.enter(name, phase)
        clock.now += 1
    phases.move("a", Phase.IDLE, Phase.IDLE)

    assert ["b", "d", "e", "a"] == list(phases.longest_first(Phase.IDLE, Phase.HEAD))
    assert ["b", "e"] == list(phases.longest_first(Phase.HEAD, Phase.BODY))


def test_time_begins_again_for_all_of_a_turn() -> None:
    """Once, in their order, before anybody is found overdue or longest; not for who is in another phase by then."""
    clock = Clock()
    phases: Phases[str] = Phases({Phase.IDLE: 75.0}, clock)
    for name in ("a", "b", "c", "gone", "busy"):
        phases.enter(name, Phase.IDLE)
    clock.now = 70
    first = [phases.renew_soon(name) for name in ("b", "a", "gone", "busy", "b")]
    phases.leave("gone", Phase.IDLE)
    phases.move("busy", Phase.IDLE, Phase.BUSY)
    longest = list(phases.longest_first(Phase.IDLE))
    clock.now = 76
    again = phases.renew_soon("c")
    overdue = list(phases.overdue())
    clock.now = 146

    assert [True, False, False, False, False] == first
    assert (["c", "a", "b"], True, []) == (longest, again, overdue)
    assert ["a", "b"] == list(phases.overdue())
    assert (4, 3) == (len(phases), phases.count(Phase.IDLE))
