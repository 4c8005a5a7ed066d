"""`edge.decide.incident`: one intent gone wild is an incident, a whole drop gone wild is a success."""

from random import Random

from edge.decide.incident import LEARN_S, IncidentWatch

ANSWERS = {"payment": "Cards work.", "shipping": "Two weeks.", "sizes": "S to XL."}


class Stream:
    """Asks at given rates a minute, second by second, at random but repeatably."""

    def __init__(self) -> None:
        self.watch, self.now, self.rng = IncidentWatch(0.0), 0.0, Random(7)
        self.begun: list[str] = []

    def ask(self, seconds: int, **per_minute: float) -> "Stream":
        """So many seconds of questions."""
        for _ in range(seconds):
            self.now += 1
            for intent, rate in per_minute.items():
                if self.rng.random() < rate / 60:
                    began = self.watch.note(intent if intent in ANSWERS else None, ANSWERS, self.now)
                    self.begun += [began] if began else []
        return self

    def in_force(self, **answers: str) -> set[str]:
        """The intents that people take now."""
        return set(self.watch.in_force(ANSWERS | answers, self.now))


def usual() -> Stream:
    """Half an hour of an ordinary stream."""
    return Stream().ask(1_800, payment=2, shipping=10, sizes=6, other=10)


def test_intent_that_jumps_is_an_incident() -> None:
    """Payments fail: twenty times as often as ever, everything else as before. It is told once."""
    stream = usual().ask(120, payment=40, shipping=10, sizes=6, other=10)

    assert ({"payment"}, ["payment"]) == (stream.in_force(), stream.begun)


def test_surge_of_everything_is_none() -> None:
    """A drop opens: ten times as much of everything."""
    stream = usual().ask(600, payment=20, shipping=59, sizes=59, other=59)

    assert (set(), []) == (stream.in_force(), stream.begun)


def test_nothing_is_unusual_before_something_is_usual() -> None:
    """In the first five minutes a stream has no baseline."""
    stream = Stream().ask(int(LEARN_S) - 10, payment=50, shipping=1)

    assert set() == stream.in_force()


def test_rare_intent_asked_a_few_times_is_none() -> None:
    """Eight times its baseline, but eight questions."""
    stream = usual().ask(60, payment=8, shipping=10)

    assert set() == stream.in_force()


def test_incident_does_not_become_the_baseline() -> None:
    """An hour later it is an incident still."""
    stream = usual().ask(3_600, payment=40, shipping=10, sizes=6, other=10)

    assert {"payment"} == stream.in_force()


def test_incident_ends_when_the_rate_does() -> None:
    """Some minutes after the last of it, the machine answers again."""
    stream = usual().ask(120, payment=40, shipping=10)
    stream.ask(300, payment=2, shipping=10, sizes=6)

    assert set() == stream.in_force()


def test_incident_answer_ends_it_at_once() -> None:
    """People have spoken: the new answer is given while the rate is high still; the old one never is."""
    stream = usual().ask(120, payment=40, shipping=10)

    assert set() == stream.in_force(payment="Cards fail at the moment, we are on it.")
    assert {"payment"} == stream.in_force()


def test_memory_is_bounded_by_the_islands_snippets() -> None:
    """What a new revision no longer has is forgotten."""
    stream = usual()
    stream.watch.note("sizes", {"sizes": ""}, stream.now)

    assert {"sizes"} == stream.watch._intents.keys()
