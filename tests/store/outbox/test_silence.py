"""For how long origin has been silent: tickets that it does not take close the outbox for nobody while others go on."""

from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.store.outbox import Outbox, Parcel
from edge.store.outbox.silence import MAX_PROBES

NOW = 1_788_000_000.0
DAY_S = 86_400.0


class Clock:
    """A time that a test moves."""

    now = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def put(outbox: Outbox, *names: str, origin: str = "", tenant: str = "acme") -> str:
    """The error with which the outbox refuses these tickets of one tenant; '' if it takes them."""
    try:
        outbox.put_many([Parcel(name, b"{}", origin=origin, tenant=tenant) for name in names])
    except RefusedError as error:
        return error.text
    return ""


def put_probes(outbox: Outbox, *, origin: str = "") -> str:
    """Put as many tickets as are let in at any rate: the error of the first that is refused, or ''."""
    return "".join(put(outbox, f"probe {number}", origin=origin) for number in range(MAX_PROBES))


@pytest.mark.parametrize("hopeless", [1, 100])
def test_tickets_that_are_never_taken_close_nothing_over_a_quiet_week(state: Path, hopeless: int) -> None:
    """Nobody else asked meanwhile, so nothing says that origin would not take the next one; and it does."""
    clock = Clock()
    with Outbox(state, clock=clock) as outbox:
        put(outbox, *(f"odd {number}" for number in range(hopeless)))
        clock.now += 7 * DAY_S

        for day in range(3):
            assert "" == put(outbox, f"next {day}")
            clock.now += DAY_S
        assert "" == put_probes(outbox)
        outbox.delivered(["probe 0"])
        assert "" == put(outbox, *(f"more {number}" for number in range(100)))


def test_origin_that_takes_nothing_is_silent(state: Path) -> None:
    """A few new tickets are let in, and then no more: people would not answer them."""
    clock = Clock()
    with Outbox(state, clock=clock) as outbox:
        put(outbox, "first")
        clock.now += DAY_S + 1

        assert "" == put_probes(outbox)
        assert "a ticket waits for origin, which has taken none for 86401 s" in put(outbox, "next")
        assert "" == put(outbox, "next", tenant="lumen-live")


@pytest.mark.parametrize("origin", ["", "acme"])
def test_origin_that_takes_others_is_not_silent(state: Path, origin: str) -> None:
    """However many tickets it does not take, and for how long; also after a start."""
    clock, names = Clock(), [str(number) for number in range(10)]
    with Outbox(state, clock=clock) as outbox:
        put(outbox, *names, origin=origin)
        clock.now += 2 * DAY_S
        outbox.delivered(["0"])
    with Outbox(state, clock=clock) as outbox:
        clock.now += DAY_S

        assert "" == put(outbox, *(f"next {number}" for number in range(10)), origin=origin)
        clock.now += 1
        assert "has taken none for 86401 s" in put(outbox, "one more", origin=origin)


def test_delivery_of_another_origin_does_not_count(state: Path) -> None:
    """Each origin is silent for itself."""
    clock = Clock()
    with Outbox(state, clock=clock) as outbox:
        put(outbox, "waits", origin="acme")
        outbox.put_many([Parcel("goes", b"{}", tenant="other")])
        clock.now += DAY_S + 1
        outbox.delivered(["goes"])
        put_probes(outbox, origin="acme")

        assert "has taken none" in put(outbox, "next", origin="acme")


def test_dead_letters_are_no_silence(state: Path) -> None:
    """They wait for an operator, and for as long as that takes others are stored."""
    clock, names = Clock(), [str(number) for number in range(10)]
    with Outbox(state, clock=clock) as outbox:
        put(outbox, *names)
        for name in names:
            outbox.set_aside(name, error="status 400")
        clock.now += 30 * DAY_S

        assert "" == put(outbox, *(f"next {number}" for number in range(10)))
