"""A full outbox, dead letters, files of older releases, and the progress of tickets."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from edge.errors import Reason, RefusedError
from edge.records import DeskEvent, Priority, TicketState
from edge.store.files import DamagedError
from edge.store.outbox import (
    Bounds,
    Outbox,
    OutboxEntry,
    Parcel,
    read_payload,
    read_rows,
    retry_dead_letters,
    retry_tickets,
)
from edge.store.outbox.schema import _SCHEMA_1, _SCHEMA_2

NOW = 1_788_000_000.0


class Clock:
    """A time that a test moves."""

    now = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def telemetry(name: str, size: int = 10) -> Parcel:
    """A parcel that may be dropped."""
    return Parcel(name, bytes(size), Priority.TELEMETRY)


def ids(outbox: Outbox, origin: str = "") -> list[str]:
    """Ids of the parcels that are due."""
    return [entry.id for entry in outbox.due(NOW, 100, origin=origin)]


def test_urgent_tickets_leave_first(state: Path) -> None:
    """Urgent tickets leave before tickets that came earlier, and telemetry leaves last."""
    with Outbox(state) as outbox:
        outbox.put_many([telemetry("t"), Parcel("a", b""), Parcel("b", b""), Parcel("u", b"", Priority.URGENT)])

        assert ids(outbox) == ["u", "a", "b", "t"]
        assert [entry.id for entry in outbox.due(NOW, 2)] == ["u", "a"]


def test_earliest_deadline_leaves_first(state: Path) -> None:
    """Within its priority, even if it was put last. Without a deadline, the time of the put counts."""
    clock = Clock()
    with Outbox(state, clock=clock) as outbox:
        outbox.put_many([Parcel("late", b"", deadline=NOW + 900), Parcel("soon", b"", deadline=NOW + 60)])
        outbox.put_many([Parcel("u", b"", Priority.URGENT, deadline=NOW + 1e6), Parcel("past", b"", deadline=NOW - 5)])
        clock.now += 30.0
        outbox.put_many([Parcel("now", b""), Parcel("soon too", b"", deadline=NOW + 60)])

        assert ids(outbox) == ["u", "past", "now", "soon", "soon too", "late"]


def test_ticket_ranks_a_minute_later_for_each_failed_attempt(state: Path) -> None:
    """A ticket that always fails does not delay others forever, and stays in the outbox."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("bad", b"", deadline=NOW), Parcel("good", b"", deadline=NOW + 90)])
        first = []
        for _ in range(3):
            outbox.postpone("bad", until=NOW, error="status 500")
            first.append(ids(outbox)[0])

        assert first == ["bad", "good", "good"]
        assert len(ids(outbox)) == 2


def test_each_origin_has_its_own_queue(state: Path) -> None:
    """An origin that is down delays no other. Tickets of an origin that was removed go to the default one."""
    with Outbox(state) as outbox:
        outbox.put_many([Parcel("a", b""), Parcel("n", b"", origin="northwind"), Parcel("g", b"", origin="gone")])

        assert (ids(outbox), ids(outbox, "northwind")) == (["a"], ["n"])
        assert outbox.adopt(["northwind"]) == 1
        assert ids(outbox) == ["a", "g"]


def test_removed_origin_leaves_its_delivered_tickets(state: Path) -> None:
    """The default origin may say what became of them; an event that it repeats is no news. Others keep their own."""
    event = DeskEvent(id="e-1", ticket="g", state=TicketState.ACKNOWLEDGED)
    reply = DeskEvent(id="e-2", ticket="g", state=TicketState.ANSWERED, reply="soon")
    with Outbox(state) as outbox:
        outbox.put_many([Parcel("g", b"", origin="gone"), Parcel("n", b"", origin="northwind")])
        outbox.delivered(["g", "n"])
        outbox.progress.apply(event, "gone", NOW)
        outbox.adopt(["northwind"])

        assert (False, True) == (outbox.progress.apply(event, "", NOW), outbox.progress.apply(reply, "", NOW))
        assert outbox.progress.apply(msgspec.structs.replace(reply, ticket="n"), "", NOW) is None


FEW = [Parcel(str(number), b"") for number in range(4)]
FULL: dict[str, tuple[Bounds, float, list[Parcel], str]] = {
    "bytes": (
        Bounds(10, max_bytes=100),
        0.0,
        [],
        "the outbox holds 60 bytes and was given 50 more, expected at most 95 altogether",
    ),
    "tickets": (Bounds(1), 0.0, [], "the outbox holds 1 tickets and was given 1 more, expected at most 1 altogether"),
    "age": (
        Bounds(10, max_age_s=60.0),
        61.0,
        FEW,
        "a ticket waits for origin, which has taken none for 61 s, expected at most 60 s",
    ),
}


@pytest.mark.parametrize(("bounds", "later_s", "more", "text"), FULL.values(), ids=FULL.keys())
def test_full_outbox_refuses_tickets_and_drops_none(
    state: Path, bounds: Bounds, later_s: float, more: list[Parcel], text: str
) -> None:
    """Number, size and silence have a limit. Stored tickets stay, and a repeated put of them is allowed."""
    clock = Clock()
    with Outbox(state, bounds=bounds, clock=clock) as outbox:
        outbox.put_many([Parcel("a", bytes(60))])
        clock.now += later_s
        with pytest.raises(RefusedError) as caught:
            outbox.put_many([Parcel("b", bytes(50)), *more])

        assert (caught.value.reason, caught.value.text) == (Reason.OVERLOADED, text)
        outbox.put_many([Parcel("a", bytes(60)), telemetry("t")])
        assert (outbox.depth(), outbox.size_bytes()) == (2, 70)


def test_full_of_telemetry_drops_the_oldest_and_counts(state: Path) -> None:
    """Size and age have a limit. Tickets do not count towards it."""
    clock = Clock()
    with Outbox(state, bounds=Bounds(1, max_telemetry_bytes=30, max_telemetry_age_s=60.0), clock=clock) as outbox:
        assert outbox.put_many([Parcel("a", bytes(500)), telemetry("1"), telemetry("2"), telemetry("3")]) == 0
        clock.now += 30.0
        assert outbox.put_many([telemetry("4", 15)]) == 2
        assert ids(outbox) == ["a", "3", "4"]
        clock.now += 31.0
        assert outbox.put_many([telemetry("5")]) == 1
        assert ids(outbox) == ["a", "4", "5"]


def test_dead_letter_waits_for_an_operator(state: Path) -> None:
    """It keeps its error, delays no other, and is due again when it is retried."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("a", b"1"), Parcel("b", b"2")])
        outbox.postpone("a", until=NOW, error="status 422", refused=True)
        assert outbox.due(NOW, 10)[-1] == OutboxEntry("a", b"1", 1, 1)
        outbox.set_aside("a", error="status 422")

        assert (ids(outbox), outbox.dead_letters(), outbox.depth()) == (["b"], 1, 2)
        assert [(row.id, row.dead_letter, row.attempts, row.error) for row in read_rows(outbox)] == [
            ("a", True, 2, "status 422"),
            ("b", False, 0, ""),
        ]
        retry_tickets(outbox, ["a"])
        assert outbox.due(NOW, 10)[-1] == OutboxEntry("a", b"1", 2, 0)
        outbox.set_aside("b", error="")
        retried = retry_dead_letters(outbox).tickets
        assert ([one.id for one in retried], outbox.dead_letters(), read_payload(outbox, "b")) == (["b"], 0, b"2")
        with pytest.raises(RefusedError, match=r"^the outbox holds no ticket 'x', expected one that `skerry outbox"):
            retry_tickets(outbox, ["a", "x"])


def old_file(state: Path, version: int) -> Path:
    """An outbox of an earlier release with two tickets. The older one has two failed attempts."""
    Outbox(state).close()
    file = state / "outbox" / "tickets.db"
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in {1: _SCHEMA_1, 2: _SCHEMA_2}[version]:
            connection.execute(statement)
        names = "place, id, created, due, attempts, error, payload"
        more_names, more_values = {1: ("", ""), 2: (", priority, origin, size", ", 1, '', 1")}[version]
        for row in (f"4, 'b', {NOW - 5}, 7.0, 2, 'e', x'02'", f"9, 'a', {NOW - 4}, 0.0, 0, '', x'03'"):
            connection.execute(f"INSERT INTO tickets ({names}{more_names}) VALUES ({row}{more_values})")  # noqa: S608 - constants
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
    return file


@pytest.mark.parametrize("version", [1, 2])
def test_file_of_an_earlier_release_is_migrated(state: Path, version: int) -> None:
    """Every ticket keeps its order, time and attempts. Old tickets leave before new ones."""
    old_file(state, version)

    for name in ("new", "newer"):
        with Outbox(state, clock=Clock()) as outbox:
            assert outbox.due(NOW, 2) == [OutboxEntry("b", b"\x02", 2), OutboxEntry("a", b"\x03", 0)]
            assert (outbox.oldest(), outbox.put_many([Parcel(name, b"", deadline=NOW - 1e9)])) == (NOW - 5, 0)
    with Outbox(state, clock=Clock()) as outbox:
        assert (outbox.depth(), outbox.size_bytes(), ids(outbox)) == (4, 2, ["b", "a", "new", "newer"])


class Dying(sqlite3.Connection):
    """A process that dies before the statement that the test sets."""

    at = "nothing"

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        """Die before that statement."""
        if sql.startswith(self.at):
            raise KeyboardInterrupt
        return super().execute(sql, *parameters)  # type: ignore[arg-type]


STEPS = [
    *((1, at) for at in ("ALTER", "INSERT INTO tickets", "DROP TABLE", "PRAGMA user_version =", "COMMIT")),
    *((2, at) for at in ("DROP INDEX", "ALTER", "CREATE INDEX", "PRAGMA user_version =", "COMMIT")),
]


@pytest.mark.parametrize(("version", "at"), STEPS)
def test_migration_that_crashes_is_repeated(
    state: Path, monkeypatch: pytest.MonkeyPatch, version: int, at: str
) -> None:
    """A crash leaves the file of the older release."""
    old_file(state, version)
    monkeypatch.setattr(Dying, "at", at)
    with pytest.raises(KeyboardInterrupt):
        Outbox(state, connection=Dying)

    with Outbox(state, clock=Clock()) as outbox:
        assert ids(outbox) == ["b", "a"]


def desk_event(number: int, state: TicketState, reply: str = "") -> DeskEvent:
    """A desk event about ticket a."""
    return DeskEvent(id=str(number), ticket="a", state=state, reply=reply)


def test_progress_of_a_ticket(state: Path) -> None:
    """It only moves forward. Each event counts once, only from the ticket's origin, and also after a restart."""
    clock = Clock()
    with Outbox(state, clock=clock) as outbox:
        outbox.put_many([Parcel("a", b"", origin="northwind"), Parcel("h", b"")])
        outbox.set_aside("h", error="")
        progress = outbox.progress
        assert progress.find("a") == (TicketState.WAITING, NOW, "")
        assert progress.find("h") == (TicketState.DEAD_LETTER, NOW, "")
        assert progress.find("never") is None
        assert progress.apply(desk_event(1, TicketState.ACKNOWLEDGED), "other", NOW) is None
        assert progress.apply(desk_event(2, TicketState.ANSWERED, "soon"), "northwind", NOW + 1) is True
        outbox.delivered(["a"])
        assert progress.apply(desk_event(2, TicketState.ANSWERED, "soon"), "northwind", NOW + 2) is False
        assert progress.apply(desk_event(3, TicketState.ACKNOWLEDGED), "northwind", NOW + 3) is True
    with Outbox(state, clock=clock, settle_s=0.0) as outbox:
        assert outbox.progress.find("a") == (TicketState.ANSWERED, NOW + 1, "soon")
        assert outbox.progress.apply(desk_event(4, TicketState.RESOLVED), "northwind", NOW + 4) is True
        assert outbox.progress.find("a") == (TicketState.RESOLVED, NOW + 4, "soon")
        clock.now += 8 * 86_400
        outbox.delivered([])
        assert outbox.progress.find("a") is None


def test_progress_is_bounded(state: Path) -> None:
    """Beyond the limit, the progress that changed longest ago is deleted."""
    clock = Clock()
    with Outbox(state, clock=clock, max_remembered=2) as outbox:
        for name in "abc":
            clock.now += 1.0
            outbox.put_many([Parcel(name, b"")])
            outbox.delivered([name])

        assert [outbox.progress.find(name) is None for name in "abc"] == [True, False, False]


def test_large_outbox_is_opened_without_reading_it_whole(state: Path) -> None:
    """The start stays fast with many tickets. Damage is reported when its page is read."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel(str(number), bytes(3_000)) for number in range(50)])
    with (state / "outbox" / "tickets.db").open("r+b") as stream:
        stream.seek(30 * 4096)
        stream.write(b"\xff" * 4096)

    with Outbox(state, clock=Clock(), max_thorough_bytes=10_000) as outbox:
        assert outbox.depth() == 50
        with pytest.raises(DamagedError, match=r"tickets\.db is damaged: "):
            outbox.due(NOW, 50)
