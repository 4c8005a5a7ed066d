"""Which conversations a round looks at: what changed at once, everything else in turn."""

from edge.desk.relay.book import OpenConversation
from edge.desk.relay.rounds import MAX_IN_TURN, MAX_LOOKS, Rounds
from edge.wire.conversations import Changes


def conversations(count: int) -> list[OpenConversation]:
    """So many, by number."""
    return [OpenConversation(number, 0) for number in range(1, count + 1)]


def numbers(rounds: Rounds, known: list[OpenConversation], changes: Changes | None, *, now: float) -> list[int]:
    """A round whose looks are all stored; what it looked at."""
    found = [one.number for one in rounds.choose(known, changes)]
    for number in found:
        rounds.read(number, rounds.looked(number, now))
    return found


def test_thousands_of_quiet_conversations() -> None:
    """A round looks at what changed, and at some others; after some rounds each had its turn."""
    rounds, known = Rounds(), conversations(1_000)
    nothing = Changes({}, 50.0)
    for now in (1.0, 2.0):
        numbers(rounds, known, nothing, now=now)
    first = numbers(rounds, known, Changes({777: 60.0}, 60.0), now=3.0)
    others = [numbers(rounds, known, nothing, now=now) for now in range(4, 14)]

    assert (777, MAX_IN_TURN + 1) == (first[0], len(first))
    assert {one.number for one in known} == {*first, *(number for one in others for number in one)}
    assert 60.0 == rounds.newest


def test_start() -> None:
    """What changed while nobody looked is in no list: all are looked at soon, after what is known to have changed."""
    rounds, known = Rounds(), conversations(1_000)
    first = numbers(rounds, known, Changes({777: 60.0}, 60.0), now=1.0)
    second = numbers(rounds, known, Changes({3: 61.0}, 61.0), now=2.0)
    third = numbers(rounds, known, Changes({}, 61.0), now=3.0)

    assert (777, MAX_LOOKS) == (first[0], len(first))
    assert (3, MAX_LOOKS) == (second[0], len(second))
    assert {one.number for one in known} == {*first, *second, *third}
    assert MAX_IN_TURN == len(third)


def test_change_that_was_read() -> None:
    """It is not news again when the desk names it once more; a later one is."""
    rounds, known = Rounds(), conversations(1_000)
    for now in (0.1, 0.2):
        numbers(rounds, known, Changes({}, 0.0), now=now)
    numbers(rounds, known, Changes({900: 60.0}, 60.0), now=1.0)
    again = numbers(rounds, known, Changes({900: 60.0}, 60.0), now=2.0)
    later = numbers(rounds, known, Changes({900: 61.0}, 61.0), now=3.0)

    assert (False, True) == (900 in again, 900 in later)


def test_look_that_failed() -> None:
    """The change is news in the next round, too."""
    rounds, known = Rounds(), conversations(1_000)
    rounds.choose(known, Changes({900: 60.0}, 60.0))
    rounds.looked(900, 1.0)

    assert 900 == rounds.choose(known, Changes({}, 60.0))[0].number


def test_desk_that_does_not_say_what_changed() -> None:
    """All in turn, many at a time."""
    rounds, known = Rounds(), conversations(800)
    first, second = (numbers(rounds, known, None, now=now) for now in (1.0, 2.0))

    assert [MAX_LOOKS, MAX_LOOKS] == [len(first), len(second)]
    assert {one.number for one in known} == {*first, *second}


def test_more_changes_than_a_round_takes() -> None:
    """The others are news in the next round, although nobody names them again."""
    rounds, known = Rounds(), conversations(700)
    first = numbers(rounds, known, Changes({one.number: 60.0 for one in known}, 60.0), now=1.0)
    second = numbers(rounds, known, Changes({}, 60.0), now=2.0)

    assert {one.number for one in known} == {*first, *second}
