"""`edge.decide.incident`: a jump of one intent is an incident, a jump of all intents is a success."""

import itertools
from random import Random

import pytest

from edge.decide.incident import LEARN_S, IncidentWatch
from edge.limits import AskerName

ANSWERS = {"payment": "Cards work.", "shipping": "Two weeks.", "sizes": "S to XL."}


NUMBERS = itertools.count()


def another() -> AskerName:
    """An asker who never asked before."""
    return AskerName(f"v-{next(NUMBERS)}")


class Stream:
    """Asks questions at given rates a minute, drawn from a fixed seed."""

    def __init__(self) -> None:
        self.watch, self.now, self.rng = IncidentWatch(0.0), 0.0, Random(7)
        self.begun: list[str] = []

    def ask(self, seconds: int, **per_minute: float) -> "Stream":
        """Ask questions for this many seconds."""
        for _ in range(seconds):
            self.now += 1
            for intent, rate in per_minute.items():
                if self.rng.random() < rate / 60:
                    began = self.watch.count(intent if intent in ANSWERS else None, ANSWERS, self.now, another())
                    self.begun += [began] if began else []
        return self

    def in_force(self, **answers: str) -> set[str]:
        """The intents that only people answer now."""
        return set(self.watch.in_force(ANSWERS | answers, self.now))


def usual() -> Stream:
    """Half an hour of an ordinary stream."""
    return Stream().ask(1_800, payment=2, shipping=10, sizes=6, other=10)


def test_intent_that_jumps_is_an_incident() -> None:
    """Payment questions become twenty times as frequent, all others stay. The incident is announced once."""
    stream = usual().ask(120, payment=40, shipping=10, sizes=6, other=10)

    assert ({"payment"}, ["payment"]) == (stream.in_force(), stream.begun)


def test_surge_of_everything_is_none() -> None:
    """A drop opens: every intent is asked ten times as often, and no incident begins."""
    stream = usual().ask(600, payment=20, shipping=59, sizes=59, other=59)

    assert (set(), []) == (stream.in_force(), stream.begun)


def test_nothing_is_unusual_before_something_is_usual() -> None:
    """In the first five minutes there is no baseline, so no incident begins."""
    stream = Stream().ask(int(LEARN_S) - 10, payment=50, shipping=1)

    assert set() == stream.in_force()


def test_rare_intent_asked_a_few_times_is_none() -> None:
    """Eight questions are too few, although they are eight times the baseline."""
    stream = usual().ask(60, payment=8, shipping=10)

    assert set() == stream.in_force()


def test_incident_does_not_become_the_baseline() -> None:
    """The incident still lasts an hour later."""
    stream = usual().ask(3_600, payment=40, shipping=10, sizes=6, other=10)

    assert {"payment"} == stream.in_force()


def test_incident_ends_when_the_rate_does() -> None:
    """Some minutes after the last such question, the machine answers again."""
    stream = usual().ask(120, payment=40, shipping=10)
    stream.ask(300, payment=2, shipping=10, sizes=6)

    assert set() == stream.in_force()


def test_incident_answer_ends_it_at_once() -> None:
    """A new answer is given at once, while the rate is still high. The old answer is not given."""
    stream = usual().ask(120, payment=40, shipping=10)

    assert set() == stream.in_force(payment="Cards fail at the moment, we are on it.")
    assert {"payment"} == stream.in_force()


def test_memory_is_bounded_by_the_islands_snippets() -> None:
    """An intent that the new revision does not have is forgotten."""
    stream = usual()
    stream.watch.count("sizes", {"sizes": ""}, stream.now, another())

    assert {"sizes"} == stream.watch._intents.keys()


# Worked out by hand: bursts, between which the two counts decay by e once a minute and once in half an hour.


def watch_after(history: dict[str, int]) -> IncidentWatch:
    """A watch to which these questions came at second 0."""
    watch = IncidentWatch(0.0)
    for intent, count in history.items():
        for _ in range(count):
            watch.count(intent, ANSWERS, 0.0, another())
    return watch


def first_unusual(watch: IncidentWatch, now: float, *, others: int = 0, at_most: int = 200) -> int | None:
    """The number of the payment question that begins an incident, after other questions in the same second."""
    for _ in range(others):
        watch.count("shipping", ANSWERS, now, another())
    return next((n for n in range(1, at_most + 1) if watch.count("payment", ANSWERS, now, another())), None)


BEGINNINGS: dict[str, tuple[dict[str, int], float, int, int | None]] = {
    # As 12 of 12.7 questions lately are unusual enough, only their number counts.
    "an intent never asked before: at the twelfth question": ({"shipping": 100}, 300.0, 0, 12),
    "not before five minutes have shown what is usual": ({"shipping": 100}, 299.9, 0, None),
    # 108 others lately leave 12 of 120.7, just below a tenth, and 13 of 121.7 just above.
    "not before it is a tenth of all questions": ({"shipping": 100}, 300.0, 108, 13),
    # Half an hour on, 207 are 76.2 (207 / e); without the last minute's and over 1,077.8 s, five times that rate are
    # 20.9 a minute. Nothing else is asked now, so its share is no obstacle.
    "five times as often as usual": ({"shipping": 2_000, "payment": 207}, 1_800.0, 0, 21),
    # Ten minutes on, 40 are 28.7; by then a baseline of half an hour holds 450.2 s without the last minute.
    "a stream that began lately is corrected for": ({"shipping": 2_000, "payment": 40}, 600.0, 0, 19),
    # 35.8 of 367.9 were usual; three times that share are 41.2 of 141.2.
    "three times as large a share as usual": ({"shipping": 900, "payment": 100}, 1_800.0, 100, 42),
}


@pytest.mark.parametrize(("history", "now", "others", "expected"), BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_incident_begins(history: dict[str, int], now: float, others: int, expected: int | None) -> None:
    """An incident needs rate, share and count together."""
    assert expected == first_unusual(watch_after(history), now, others=others)


ENDS: dict[str, tuple[dict[str, int], float, float]] = {
    # Twelve decay to one within ln(12) = 2.48 minutes.
    "rare before: when a minute holds less than one": ({"shipping": 100}, 300.0, 149.1),
    # Twice the usual rate are 8.37 a minute; 21 decay to that within ln(21 / 8.37) = 0.92 minutes.
    "usual before: when it is asked less than twice as often": ({"shipping": 2_000, "payment": 207}, 1_800.0, 55.2),
}


@pytest.mark.parametrize(("history", "now", "lasts_s"), ENDS.values(), ids=ENDS.keys())
def test_incident_ends(history: dict[str, int], now: float, lasts_s: float) -> None:
    """The incident ends at this second."""
    watch = watch_after(history)
    first_unusual(watch, now)

    assert {"payment"} == watch.in_force(ANSWERS, now + lasts_s - 0.5)
    assert frozenset() == watch.in_force(ANSWERS, now + lasts_s + 0.5)


def test_incident_that_is_over_can_come_back() -> None:
    """A second incident of the same intent is announced again."""
    watch = watch_after({"shipping": 100})
    first_unusual(watch, 300.0)
    watch.in_force(ANSWERS, 600.0)

    assert 12 == first_unusual(watch, 600.0)


def test_incident_under_way_is_told_once() -> None:
    """Two hundred more questions do not change the baseline."""
    watch = watch_after({"shipping": 100})
    first_unusual(watch, 300.0)

    assert first_unusual(watch, 301.0) is None


@pytest.mark.parametrize("intent", [None, "gift-cards"])
def test_question_that_means_no_snippet_counts_for_none(intent: str | None) -> None:
    """No probable snippet, or one that this revision does not have, begins no incident."""
    watch = IncidentWatch(0.0)

    assert [None] * 20 == [watch.count(intent, ANSWERS, 400.0, another()) for _ in range(20)]
    assert set() == watch._intents.keys()


def test_clock_that_was_set_back_makes_no_question_count_more() -> None:
    """A question from a minute in the future counts as asked now."""
    watch = watch_after({"shipping": 100})
    for now in (400.0,) * 6 + (340.0,) * 5:
        watch.count("payment", ANSWERS, now, another())

    assert "payment" == watch.count("payment", ANSWERS, 340.0, another())


def test_incident_of_a_snippet_that_was_taken_out_is_over() -> None:
    """The counts are forgotten, also if a later revision has the snippet again."""
    watch = watch_after({"shipping": 100})
    first_unusual(watch, 300.0)
    watch.count("shipping", {"shipping": "Two weeks."}, 301.0, another())

    assert frozenset() == watch.in_force(ANSWERS, 302.0)


def watch_of_a_quiet_island(seconds: float = 400.0) -> IncidentWatch:
    """A watch that knows what is usual: a hundred questions about shipping."""
    watch = IncidentWatch(0.0)
    for _ in range(100):
        watch.count("shipping", ANSWERS, 0.0, another())
    for second in range(0, int(seconds), 10):
        watch.count("shipping", ANSWERS, float(second), another())
    return watch


def test_one_viewer_makes_no_incident_however_often_he_asks() -> None:
    """A thousand questions in ten minutes count as one a minute."""
    watch = watch_of_a_quiet_island()
    found = [watch.count("payment", ANSWERS, 400.0 + number * 0.6, AskerName("greedy")) for number in range(1_000)]

    assert [None] * 1_000 == found
    assert set() == watch.in_force(ANSWERS, 1_000.0)


@pytest.mark.parametrize(("askers", "begins"), [(11, False), (12, True)])
def test_incident_needs_twelve_askers(askers: int, begins: bool) -> None:
    """Each asks ten times at once."""
    watch = watch_of_a_quiet_island()
    names = [AskerName(f"v{number}") for number in range(askers)] * 10
    found = [watch.count("payment", ANSWERS, 400.0, name) for name in names]

    assert begins is ("payment" in found)


def test_few_askers_make_no_incident_in_the_long_run() -> None:
    """Eight who ask every minute are a decayed count of more than twelve, and are eight all the same."""
    watch = watch_of_a_quiet_island()
    found = [
        watch.count("payment", ANSWERS, 400.0 + minute * 61.0, AskerName(f"v{number}"))
        for minute in range(60)
        for number in range(8)
    ]

    assert [None] * len(found) == found
    assert watch._intents["payment"].lately > 12


def test_askers_whom_nobody_vouches_for_count_a_half() -> None:
    """Twelve addresses are as six viewers, and twenty-four are as twelve."""
    watch = watch_of_a_quiet_island()
    found = [watch.count("payment", ANSWERS, 400.0, AskerName(f"10.0.0.{n}", 0.5)) for n in range(24)]

    assert [None] * 23 + ["payment"] == found


def test_one_viewer_does_not_drown_an_incident() -> None:
    """Ten thousand questions about nothing in particular leave its share as it is."""
    watch = watch_of_a_quiet_island()
    for number in range(10_000):
        watch.count(None, ANSWERS, 400.0 + number / 1_000, AskerName("greedy"))
    found = [watch.count("payment", ANSWERS, 410.0, another()) for _ in range(12)]

    assert "payment" == found[-1]


def test_memory_for_askers_is_bounded() -> None:
    """However many ask within a minute."""
    watch = IncidentWatch(0.0, max_askers=50)
    for _ in range(1_000):
        watch.count("payment", ANSWERS, 1.0, another())

    assert 50 == len(watch._askers)
