"""`edge.daemon.limits`: who may ask how often, and how an asker is named among others."""

import asyncio
from collections.abc import Callable

import pytest

from edge.config import LimitsSection
from edge.daemon.limits import Limiter, asker_name
from edge.daemon.limits.limiter import MAX_PAUSED, PAUSE_S
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError, Reason
from edge.limits import AskerName
from edge.tokens import Asker, SessionIssuer

ISLAND = "acme/drop"
ARENA = "203.0.113.7"


class Door:
    """A limiter, and a clock that the test moves."""

    def __init__(self, **settings: float) -> None:
        self.now, self.metrics = 1_000.0, Metrics()
        self.limiter = Limiter(LimitsSection(**settings), metrics=self.metrics, clock=lambda: self.now)  # type: ignore[arg-type]

    def ask(self, asker: Asker, island: str = ISLAND) -> LimitedError | None:
        """The refusal of a question; None if it is accepted."""
        return refusal(lambda: self.limiter.count_question(asker, island))

    def ticket(self, asker: Asker, *, is_urgent: bool = False) -> LimitedError | None:
        """The refusal of a ticket; None if it is accepted."""
        return refusal(lambda: self.limiter.count_ticket(asker, is_urgent=is_urgent))

    def accepted(self, asker: Asker, times: int, island: str = ISLAND) -> int:
        """How many of so many questions at once are accepted."""
        return sum(self.ask(asker, island) is None for _ in range(times))

    def refused(self, limit: str) -> float | None:
        """How many the metric says were refused."""
        return self.metrics.registry.get_sample_value("skerry_rate_limited_total", {"limit": limit})


def refusal(act: Callable[[], None]) -> LimitedError | None:
    """The error that `act` raises."""
    try:
        act()
    except LimitedError as error:
        return error
    return None


def anonymous(address: str = ARENA) -> Asker:
    """Somebody without a session."""
    return Asker(address=address)


def self_made(session: str, address: str = ARENA) -> Asker:
    """A viewer with a session that a PoP made."""
    return Asker(session=f"signed:pop:{session}", issuer=SessionIssuer.POP, address=address)


def of_ingest(session: str, address: str = ARENA) -> Asker:
    """A viewer with a session that an ingest signed."""
    return Asker(session=f"signed:ingest:{session}", issuer=SessionIssuer.INGEST, address=address)


def trusted(session: str = "") -> Asker:
    """A viewer of whom a trusted ingest tells."""
    return Asker(session=session, is_trusted=True, address="127.0.0.1")


def test_session_asks_ten_at_once_and_one_a_second() -> None:
    """The refusal says when to try again, and which limit it was."""
    door = Door()
    accepted = door.accepted(of_ingest("v-81"), 15)
    door.now += 0.25
    error = door.ask(of_ingest("v-81"))
    door.now += 0.75

    assert 10 == accepted
    assert error is not None
    assert "too many questions of a session, expected at most 10 at once and 60 a minute" == error.text
    assert Reason.RATE_LIMITED is error.reason
    assert {
        "Retry-After": "1",
        "RateLimit-Policy": '"session";q=10;w=10',
        "RateLimit": '"session";r=0;t=1',
    } == error.fields
    assert 1 == door.accepted(of_ingest("v-81"), 2)
    assert 7.0 == door.refused("session")


def test_address_is_limited_for_anonymous_askers() -> None:
    """200 at once and 20 a second, of all who have no session; another address is not concerned."""
    door = Door()

    assert 200 == door.accepted(anonymous(), 300)
    assert 1 == door.accepted(anonymous("2001:db8:1:2::/64"), 1)
    door.now += 1
    assert 20 == door.accepted(anonymous(), 300)


def test_address_is_limited_for_sessions_that_it_made_itself() -> None:
    """Fresh sessions are no way around it."""
    door = Door()

    assert 200 == sum(door.ask(self_made(f"v-{number}")) is None for number in range(300))
    assert (100.0, None) == (door.refused("address"), door.refused("session"))


def test_arena_with_ingest_sessions_is_not_limited() -> None:
    """Three thousand viewers have one address, and all ask within a second."""
    door = Door()
    found = [door.ask(of_ingest(f"seat-{number}")) for number in range(3_000)]

    assert [None] * 3_000 == found


def test_trusted_ingest_is_not_limited_by_address() -> None:
    """Neither with unsigned sessions nor without; but one session of it is limited like any."""
    door = Door()

    assert 3_000 == door.accepted(trusted(), 3_000)
    assert [None] * 3_000 == [door.ask(trusted(f"v-{number}")) for number in range(3_000)]
    assert 9 == door.accepted(trusted("v-1"), 30)


def test_signed_and_unsigned_session_of_one_name_are_two() -> None:
    """One who uses another's name uses up none of its questions."""
    door = Door()
    door.accepted(self_made("v-81"), 10)
    door.accepted(trusted("v-81"), 10)

    assert 10 == door.accepted(of_ingest("v-81"), 10)


def test_refused_question_uses_up_nothing_else() -> None:
    """A session that asks too often does not use up what its address may ask."""
    door = Door()
    for _ in range(1_000):
        door.ask(self_made("greedy"))

    assert 190 == sum(door.ask(self_made(f"v-{number}")) is None for number in range(300))


def test_session_makes_six_tickets_a_minute() -> None:
    """And as many again that are urgent: what is ordinary cannot use them up."""
    door = Door()
    found = [door.ticket(of_ingest("v-81")) for _ in range(7)]

    assert [None] * 6 == found[:6]
    assert found[6] is not None
    assert "too many tickets of a session, expected at most 6 at once and 6 a minute" == found[6].text
    assert ("10", '"tickets";q=6;w=60') == (found[6].fields["Retry-After"], found[6].fields["RateLimit-Policy"])
    assert [None] * 6 == [door.ticket(of_ingest("v-81"), is_urgent=True) for _ in range(6)]
    door.now += 10
    assert door.ticket(of_ingest("v-81")) is None


@pytest.mark.parametrize("with_sessions", [False, True])
def test_address_makes_twenty_tickets_at_once(with_sessions: bool) -> None:
    """Without a session, or with as many as it likes; an ingest's viewers behind it are not concerned."""
    door = Door()
    askers = [self_made(f"v-{number}") if with_sessions else anonymous() for number in range(100)]

    assert 20 == sum(door.ticket(asker) is None for asker in askers)
    assert [None] * 100 == [door.ticket(of_ingest(f"seat-{number}")) for number in range(100)]
    assert [None] * 100 == [door.ticket(trusted()) for _ in range(100)]


def test_address_gets_two_hundred_sessions_at_once() -> None:
    """And five a second; a trusted ingest gets as many as it needs."""
    door = Door()

    def made(asker: Asker) -> int:
        return sum(refusal(lambda: door.limiter.count_new_session(asker)) is None for _ in range(300))

    assert (200, 300) == (made(anonymous()), made(trusted()))
    door.now += 1
    assert 5 == made(anonymous())


def test_island_and_tenant_are_limited_if_they_are_configured() -> None:
    """All askers together; by default there is no limit."""
    door = Door(island_per_s=1.0, island_burst=5, tenant_per_s=1.0, tenant_burst=8)

    assert [5, 3, 5] == [door.accepted(trusted(), 20, island) for island in (ISLAND, "acme/fair", "globex/meet")]
    assert (15.0 + 15.0, 17.0) == (door.refused("island"), door.refused("tenant"))


def test_limit_of_zero_is_none() -> None:
    """A tenant whose ingest limits viewers itself turns them off."""
    door = Door(session_per_s=0, tickets_per_min=0, address_per_s=0, address_tickets_per_min=0)

    assert 1_000 == door.accepted(self_made("v-81"), 1_000)
    assert [None] * 100 == [door.ticket(self_made("v-81")) for _ in range(100)]


async def test_refusals_are_told_after_a_pause() -> None:
    """A flood on many connections is slowed down; beyond 64 at once none waits, and no accepted question does."""
    paused: list[float] = []
    release = asyncio.Event()

    async def sleep(seconds: float) -> None:
        paused.append(seconds)
        await release.wait()

    limiter = Limiter(LimitsSection(session_burst=1), metrics=Metrics(), sleep=sleep)
    await limiter.admit_question(of_ingest("v-81"), ISLAND)
    asked = [asyncio.create_task(limiter.admit_question(of_ingest("v-81"), ISLAND)) for _ in range(MAX_PAUSED + 3)]
    await asyncio.sleep(0)
    at_once = sum(task.done() for task in asked)
    release.set()
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert ([PAUSE_S] * MAX_PAUSED, 3) == (paused, at_once)
    assert {LimitedError} == {type(error) for error in found}


NAMES = {
    "a session of an ingest": (of_ingest("v-81"), AskerName("session signed:ingest:v-81")),
    "an unsigned one of a trusted ingest": (trusted("v-81"), AskerName("session v-81")),
    "all without a session, of a trusted ingest": (trusted(), AskerName("")),
    "a session that a PoP made counts as its address": (self_made("v-81"), AskerName(f"address {ARENA}", 0.5)),
    "nobody known": (anonymous(), AskerName(f"address {ARENA}", 0.5)),
    "an unsigned session of somebody": (Asker(session="v-81", address=ARENA), AskerName(f"address {ARENA}", 0.5)),
}


@pytest.mark.parametrize(("asker", "expected"), NAMES.values(), ids=NAMES.keys())
def test_name_of_an_asker(asker: Asker, expected: AskerName) -> None:
    """By what an ingest vouches for; what anybody can make counts no more than the address."""
    assert expected == asker_name(asker)


def test_feedback_counts_by_address() -> None:
    """A trusted ingest passes on that of all its viewers, so it has no limit."""
    door = Door(address_feedback_per_min=6, address_feedback_burst=2)
    stranger = Asker(address=ARENA)
    refused = [refusal(lambda: door.limiter.count_feedback(stranger)) is not None for _ in range(3)]
    ingest = Asker(is_trusted=True, address=ARENA)
    trusted = [refusal(lambda: door.limiter.count_feedback(ingest)) for _ in range(5)]
    door.now += 10
    later = refusal(lambda: door.limiter.count_feedback(stranger))

    assert ([False, False, True], [None] * 5, None) == (refused, trusted, later)
    assert 1 == door.refused("address_feedback")
