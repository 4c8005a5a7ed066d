"""The outbox at its default limits: what is kept, refused and deleted."""

from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.records import DeskEvent, Priority, TicketState
from edge.store.outbox import Bounds, Outbox, Parcel
from edge.store.outbox.progress import LOOK_S
from edge.store.outbox.rows import read_rows
from edge.store.outbox.usage import Usage, tickets_of

NOW = 1_788_000_000.0
DAY_S = 86_400
MIB = 2**20


class Clock:
    """A time that a test moves."""

    now = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def overload(stored: Usage, added: Usage, silent_s: float = 0.0) -> str:
    """The error of an outbox for ten tickets, with other limits as usual; empty if `added` fits."""
    key = ("acme", Priority.URGENT)
    try:
        Bounds(10).check([key], {key: stored}, {key: stored.plus(*added)}, tenants=1, silent_s={"acme": silent_s})
    except RefusedError as error:
        return error.text
    return ""


FITS = {
    "the last ticket": (Usage(9, 0), Usage(1, 0), 0.0),
    "the last byte of half a gibibyte": (Usage(1, 512 * MIB - 1), Usage(1, 1), 0.0),
    "while origin has been silent for a day": (Usage(1, 0), Usage(1, 0), 86_400.0),
}


@pytest.mark.parametrize(("stored", "added", "silent_s"), FITS.values(), ids=FITS.keys())
def test_tickets_at_a_limit_fit(stored: Usage, added: Usage, silent_s: float) -> None:
    """A limit itself is allowed."""
    assert "" == overload(stored, added, silent_s)


FULL = {
    "one ticket too many": (
        (Usage(10, 0), Usage(1, 0), 0.0),
        "the outbox holds 10 tickets and was given 1 more, expected at most 10 altogether",
    ),
    "a byte too many": (
        (Usage(1, 512 * MIB), Usage(1, 1), 0.0),
        f"the outbox holds {512 * MIB} bytes and was given 1 more, expected at most {512 * MIB} altogether",
    ),
    "origin silent for a second too long": (
        (Usage(1, 0), Usage(1, 0), 86_401.0),
        "a ticket waits for origin, which has taken none for 86401 s, expected at most 86400 s",
    ),
}


@pytest.mark.parametrize(("usage", "text"), FULL.values(), ids=FULL.keys())
def test_tickets_beyond_a_limit_are_refused(usage: tuple[Usage, Usage, float], text: str) -> None:
    """Number, size and silence have a limit."""
    assert text == overload(*usage)


def test_usage_of_a_tenant_is_that_of_its_tickets() -> None:
    """Both priorities of tickets together, and no telemetry."""
    usage = {
        ("a", Priority.URGENT): Usage(1, 10),
        ("b", Priority.ESCALATION): Usage(2, 20),
        ("", Priority.TELEMETRY): Usage(4, 40),
    }

    assert [Usage(3, 30), Usage(2, 20)] == [tickets_of(usage), tickets_of(usage, "b")]
    assert Usage(0, 0) == Usage()


TELEMETRY: dict[str, tuple[list[int], float, list[str]]] = {
    "as many bytes as may wait": ([8 * MIB, 8 * MIB], 0.0, ["0", "1"]),
    "a byte more": ([8 * MIB, 8 * MIB + 1], 0.0, ["1"]),
    "several of the oldest for one large": ([4 * MIB, 4 * MIB, 4 * MIB, 9 * MIB], 0.0, ["2", "3"]),
    "an hour old": ([1, 1], 3_600.0, ["0", "1", "new"]),
    "a second older": ([1, 1], 3_601.0, ["new"]),
}


@pytest.mark.parametrize(("sizes", "later_s", "kept"), TELEMETRY.values(), ids=TELEMETRY.keys())
def test_telemetry_at_its_limits(state: Path, sizes: list[int], later_s: float, kept: list[str]) -> None:
    """16 MiB and one hour are kept. `put_many` returns how many parcels were dropped."""
    clock, dropped = Clock(), 0
    with Outbox(state, clock=clock) as outbox:
        for number, size in enumerate(sizes):
            dropped += outbox.put_many([Parcel(str(number), bytes(size), Priority.TELEMETRY)])
        if later_s:
            clock.now += later_s
            dropped += outbox.put_many([Parcel("new", b"", Priority.TELEMETRY)])

        assert kept == [entry.id for entry in outbox.due(clock.now, 10)]
        assert len(sizes) + bool(later_s) - len(kept) == dropped
        assert len(kept) == outbox.depth()


def test_usage_is_the_sum_of_the_rows(state: Path) -> None:
    """After put, drop, delivery, dead letter and reopening."""
    with Outbox(state, bounds=Bounds(10, max_telemetry_bytes=30), clock=Clock()) as outbox:
        outbox.put_many([Parcel(name, bytes(7)) for name in "abc"])
        outbox.put_many([Parcel(str(n), bytes(20), Priority.TELEMETRY) for n in range(4)])
        outbox.set_aside("c", error="e" * 600)
        outbox.delivered(["a"])

        assert (3, 34) == (outbox.depth(), outbox.size_bytes())
        assert (500, 1) == (max(len(row.error) for row in read_rows(outbox)), outbox.dead_letters())
    with Outbox(state, clock=Clock()) as outbox:
        assert (3, 34) == (outbox.depth(), outbox.size_bytes())


def test_error_of_a_failed_try_is_cut(state: Path) -> None:
    """It is cut at 500 characters. The attempt counts, but not as a refusal."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("a", b"")])
        outbox.postpone("a", until=NOW, error="e" * 501)
        (row,) = read_rows(outbox)

        assert ("e" * 500, 1) == (row.error, row.attempts)
        assert 0 == outbox.due(NOW, 1)[0].refusals


@pytest.mark.parametrize(("until", "is_due"), [(NOW + 3_600.0, False), (NOW + 3_601.0, True)])
def test_ticket_postponed_by_more_than_an_hour_is_due_at_the_start(state: Path, until: float, is_due: bool) -> None:
    """No ticket is postponed by more than an hour, so the clock was wrong."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("a", b"")])
        outbox.postpone("a", until=until, error="")
    with Outbox(state, clock=Clock()) as outbox:
        assert is_due is bool(outbox.due(NOW, 1))


KEPT = {
    "for a week": (7 * DAY_S, 0.0, True),
    "no longer": (7 * DAY_S + 1, 0.0, False),
    "after a start, by any clock": (365 * DAY_S, 3_600.0, True),
}


@pytest.mark.parametrize(("later_s", "settle_s", "is_kept"), KEPT.values(), ids=KEPT.keys())
def test_progress_is_kept(state: Path, later_s: float, settle_s: float, is_kept: bool) -> None:
    """Both the state and the id of the desk event."""
    clock = Clock()
    with Outbox(state, clock=clock, settle_s=settle_s) as outbox:
        outbox.put_many([Parcel("a", b""), Parcel("b", b"")])
        event = DeskEvent(id="1", ticket="b", state=TicketState.ACKNOWLEDGED)
        outbox.progress.apply(event, "", NOW)
        outbox.delivered(["a"])
        clock.now += later_s
        outbox.delivered([])

        assert is_kept is (outbox.progress.find("a") is not None)
        assert (not is_kept) is outbox.progress.apply(event, "", NOW)


def test_progress_of_a_hundred_thousand_tickets_is_kept(state: Path) -> None:
    """Beyond, the oldest is deleted."""
    with Outbox(state, clock=Clock()) as outbox:
        with outbox.transaction() as connection:
            connection.executemany(
                "INSERT INTO progress (id, origin, state, changed) VALUES (?, '', 'delivered', ?)",
                ((f"t{number}", NOW + number / 1e6) for number in range(100_000)),
            )
        outbox.delivered([])
        assert outbox.progress.find("t0") is not None
        outbox.put_many([Parcel("a", b"")])
        outbox.delivered(["a"])

        assert 100_000 == outbox._connection.execute("SELECT count(*) FROM progress").fetchone()[0]


LOOKS = {
    "each time once it is full": (4, [0] * 7, [1, 0, 0, 0, 1, 1, 1]),
    "once a minute": (100, [0, 0, LOOK_S - 1, 1, 0], [1, 0, 0, 1, 0]),
    "if the clock is set back by a minute": (100, [0, -LOOK_S, 0], [1, 1, 0]),
}


@pytest.mark.parametrize(("room", "later_s", "looks"), LOOKS.values(), ids=LOOKS.keys())
def test_old_progress_is_looked_for(state: Path, room: int, later_s: list[float], looks: list[int]) -> None:
    """Not at each delivery: to count the rows takes milliseconds in a full file."""
    clock, statements, found = Clock(), list[str](), list[int]()
    with Outbox(state, clock=clock, max_remembered=room) as outbox:
        outbox._connection.set_trace_callback(statements.append)
        for number, more_s in enumerate(later_s):
            clock.now += more_s
            outbox.put_many([Parcel(str(number), b"")])
            statements.clear()
            outbox.delivered([str(number)])
            found.append(sum("count(*) FROM progress" in statement for statement in statements))
        kept = outbox._connection.execute("SELECT count(*) FROM progress").fetchone()[0]

    assert looks == found
    assert min(room, len(later_s)) == kept


def test_repeated_state_keeps_its_time(state: Path) -> None:
    """A desk event with the same state changes no time, and an empty reply does not delete an earlier one."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("a", b"")])
        for number, (progress, reply) in enumerate([("acknowledged", "soon"), ("acknowledged", "")]):
            event = DeskEvent(id=str(number), ticket="a", state=TicketState(progress), reply=reply)
            assert outbox.progress.apply(event, "", NOW + number) is True

        assert (TicketState.ACKNOWLEDGED, NOW, "soon") == outbox.progress.find("a")
