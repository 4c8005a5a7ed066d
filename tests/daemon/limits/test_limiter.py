"""`edge.daemon.limits`: who may ask how often, and how an asker is named among others."""

from collections.abc import Callable

import pytest

from edge.config import LimitsSection
from edge.daemon.limits import Limiter, asker_name
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

    def ticket(self, asker: Asker, island: str = ISLAND, *, is_urgent: bool = False) -> LimitedError | None:
        """The refusal of a ticket; None if it is accepted."""
        return refusal(lambda: self.limiter.count_ticket(asker, island, is_urgent=is_urgent))

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


def test_sessions_of_one_name_at_two_islands_are_two() -> None:
    """Ingests of two tenants may call two viewers the same: neither uses up what the other may do."""
    door = Door()
    door.accepted(of_ingest("v-81"), 20)
    tickets = [door.ticket(of_ingest("v-81")) is None for _ in range(7)]

    assert 10 == door.accepted(of_ingest("v-81"), 20, "globex/meet")
    assert [True] * 6 + [False] == tickets
    assert door.ticket(of_ingest("v-81"), "globex/meet") is None


def test_time_to_wait_is_that_of_the_slowest_limit() -> None:
    """After it the same request is accepted, as the standard wants, though another limit is over sooner."""
    door = Door(address_per_s=0.1, address_burst=10)
    door.accepted(self_made("v-81"), 10)
    error = door.ask(self_made("v-81"))
    assert error is not None
    door.now += error.retry_after_s

    assert (10, '"address";r=0;t=10') == (error.retry_after_s, error.fields["RateLimit"])
    assert door.ask(self_made("v-81")) is None


def test_refusal_is_known_before_anything_is_counted() -> None:
    """It is the same that counting would raise, of a question, a session, or any request."""
    door = Door(session_burst=1, new_sessions_burst=1, refused_burst=2)
    before = [
        door.limiter.refusal_of_question(self_made("v-81"), ISLAND),
        door.limiter.refusal_of_new_session(anonymous()),
        door.limiter.refusal_of_request(ARENA),
    ]
    door.ask(self_made("v-81"))
    door.limiter.count_new_session(anonymous())
    for _ in range(2):
        door.limiter.count_refused(ARENA)
    then = [
        door.limiter.refusal_of_question(self_made("v-81"), ISLAND),
        door.limiter.refusal_of_new_session(anonymous()),
        door.limiter.refusal_of_request(ARENA),
    ]

    assert [None] * 3 == before
    assert ["session", "new_sessions", "refused"] == [
        error.fields["RateLimit"].split('"')[1] for error in then if error is not None
    ]
    assert (None, None) == (door.ask(anonymous()), door.limiter.refusal_of_request("192.0.2.7"))


def test_refused_requests_make_nobody_wait_longer_than_a_burst() -> None:
    """Many may be read in the same moment; after ten seconds of quiet an address with the usual limit is heard."""
    door = Door()
    for _ in range(10_000):
        door.limiter.count_refused(ARENA)
    error = door.limiter.refusal_of_request(ARENA)

    assert error is not None
    assert 10 <= error.retry_after_s <= 11
    assert "too many refused requests of one sender, expected at most 200 at once and 1200 a minute" == error.text


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
