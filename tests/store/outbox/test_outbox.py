import re
import shlex
import sqlite3
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.store.files import DamagedError
from edge.store.outbox import Outbox, OutboxEntry, Parcel
from edge.store.outbox.parcel import DUE

NOW = 1_788_000_000.0


def clock() -> float:
    """A clock that stands still."""
    return NOW


def open_outbox(state: Path, max_tickets: int = 10) -> Outbox:
    """An outbox at a fixed time."""
    return Outbox(state, max_tickets=max_tickets, clock=clock)


def ids(entries: list[OutboxEntry]) -> list[str]:
    """Ids of the entries."""
    return [entry.id for entry in entries]


def test_tickets_outlive_the_process(state: Path) -> None:
    """They keep their order, their bytes and their time."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("b", b"1"), Parcel("a", b"\x00\xff")])
        outbox.put_many([Parcel("c", b"")])

    with open_outbox(state) as outbox:
        assert outbox.due(NOW, 10) == [
            OutboxEntry("b", b"1", 0),
            OutboxEntry("a", b"\x00\xff", 0),
            OutboxEntry("c", b"", 0),
        ]
        assert (outbox.depth(), outbox.oldest()) == (3, NOW)


def test_empty_outbox(state: Path) -> None:
    """Nothing is due, and there is no oldest ticket."""
    with open_outbox(state) as outbox:
        assert (outbox.due(NOW, 10), outbox.depth(), outbox.oldest()) == ([], 0, None)


def test_ticket_put_twice_waits_once(state: Path) -> None:
    """The first payload stays, within one batch and across batches."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("a", b"1"), Parcel("a", b"2")])
        outbox.put_many([Parcel("a", b"3"), Parcel("b", b"4")])

        assert outbox.due(NOW, 10) == [OutboxEntry("a", b"1", 0), OutboxEntry("b", b"4", 0)]
        assert outbox.depth() == 2


def test_full_outbox_refuses_a_batch_as_a_whole(state: Path) -> None:
    """The error says why. Tickets that are stored already do not count as new."""
    with open_outbox(state, max_tickets=2) as outbox:
        outbox.put_many([Parcel("a", b"1")])

        with pytest.raises(RefusedError) as caught:
            outbox.put_many([Parcel("b", b"2"), Parcel("c", b"3")])
        assert caught.value.reason == Reason.OVERLOADED
        assert caught.value.text == "the outbox holds 1 tickets and was given 2 more, expected at most 2 altogether"
        assert ids(outbox.due(NOW, 10)) == ["a"]

        outbox.put_many([Parcel("b", b"2"), Parcel("a", b"1")])
        outbox.put_many([Parcel("a", b"1")])
        assert outbox.depth() == 2


def test_outbox_over_a_lowered_limit_keeps_its_tickets(state: Path) -> None:
    """A smaller `max_tickets` after a restart refuses new tickets, never old ones."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel(str(number), b"") for number in range(5)])

    with open_outbox(state, max_tickets=3) as outbox:
        outbox.put_many([Parcel("0", b"")])
        with pytest.raises(RefusedError, match="holds 5 tickets and was given 1 more, expected at most 3"):
            outbox.put_many([Parcel("new", b"")])
        assert outbox.depth() == 5


def test_delivered_tickets_are_deleted(state: Path) -> None:
    """Unknown ids are ignored: a delivery may be reported twice."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("a", b""), Parcel("b", b""), Parcel("c", b"")])
        outbox.delivered(["a", "c", "c", "never"])
        outbox.delivered([])

        assert (ids(outbox.due(NOW, 10)), outbox.depth()) == (["b"], 1)


def test_postponed_ticket_waits_behind_those_never_tried(state: Path) -> None:
    """A ticket that fails does not delay the others."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("a", b""), Parcel("b", b""), Parcel("c", b"")])
        outbox.postpone("a", until=NOW + 30, error="status 503")
        outbox.postpone("b", until=NOW + 10, error="e" * 1000)
        outbox.postpone("never", until=NOW, error="")

        assert ids(outbox.due(NOW, 10)) == ["c"]
        assert ids(outbox.due(NOW + 10, 10)) == ["c", "b"]
        assert [(entry.id, entry.attempts) for entry in outbox.due(NOW + 30, 10)] == [("c", 0), ("a", 1), ("b", 1)]
        assert ids(outbox.due(NOW + 30, 2)) == ["c", "a"]


def test_new_ticket_is_due_after_the_clock_was_set_back(state: Path) -> None:
    """A ticket without an attempt is due at any time."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("a", b"")])

        assert ids(outbox.due(NOW - 1e9, 10)) == ["a"]


def test_restart_makes_tickets_due_that_a_wrong_clock_postponed(state: Path) -> None:
    """Tickets that are due within an hour keep their backoff."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("a", b""), Parcel("b", b"")])
        outbox.postpone("a", until=NOW + 1e9, error="")
        outbox.postpone("b", until=NOW + 3600, error="")

    with open_outbox(state) as outbox:
        assert ids(outbox.due(NOW, 10)) == ["a"]


def test_due_reads_a_few_of_very_many_lazily(state: Path) -> None:
    """The query uses an index, does not sort and does not load the rest. Ticket 95,001 is refused."""
    with Outbox(state, clock=clock) as outbox:
        outbox.put_many([Parcel(f"t{number}", bytes(100)) for number in range(95_000)])
        tracemalloc.start()
        entries = outbox.due(NOW, 10)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        plan = [row[3] for row in outbox._connection.execute(f"EXPLAIN QUERY PLAN {DUE}", ("", 1, NOW, "[]", 10))]
        with pytest.raises(RefusedError, match=r"expected at most 95000 altogether$"):
            outbox.put_many([Parcel("one more", b"")])

    assert [f"t{number}" for number in range(10)] == ids(entries)
    assert peak < 100_000
    assert plan == [
        "SEARCH tickets USING INDEX tickets_by_rank (held=? AND origin=? AND priority=?)",
        "LIST SUBQUERY 1",
        "SCAN json_each VIRTUAL TABLE INDEX 1:",
        "CORRELATED SCALAR SUBQUERY 2",
        "SEARCH earlier USING INDEX sqlite_autoindex_tickets_1 (id>? AND id<?)",
    ]


def truncate(file: Path) -> None:
    """Cut a file in the middle."""
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)


def scramble(file: Path) -> None:
    """Overwrite a page of the tree."""
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 4096)


def replace_table(file: Path) -> None:
    """Replace the table by one with other columns."""
    connection = sqlite3.connect(file)
    connection.executescript("DROP TABLE tickets; CREATE TABLE tickets (id, payload)")
    connection.close()


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "is 0 bytes long, expected a SQLite database"),
    "garbage": (lambda file: file.write_bytes(b"garbage" * 999), "does not begin like a SQLite database"),
    "cut": (truncate, "is damaged: .+"),
    "scrambled": (scramble, "is damaged: .+"),
    "gone": (Path.unlink, "is missing, expected a SQLite database"),
    "another program's": (replace_table, "does not hold an outbox's tables"),
}


@pytest.mark.parametrize(("damage", "text"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_file_says_what_to_run(state: Path, damage: Callable[[Path], object], text: str) -> None:
    """No ticket is dropped silently: the operator moves the file, and the printed command works."""
    with open_outbox(state, max_tickets=100) as outbox:
        outbox.put_many([Parcel(str(number), bytes(1000)) for number in range(50)])
    file = state / "outbox" / "tickets.db"
    damage(file)

    with pytest.raises(DamagedError) as caught:
        open_outbox(state)

    problem, _, command = caught.value.text.partition("; to keep it for rescue and start with an empty outbox, run: ")
    assert re.fullmatch(f"{re.escape(str(file))} {text}", problem)
    assert command == f"mv {state}/outbox {state}/outbox.aside"
    subprocess.run(shlex.split(command), check=True)
    open_outbox(state).close()


def test_file_of_a_newer_release_is_left_alone(state: Path) -> None:
    """An older release must not change a file that it does not understand."""
    open_outbox(state).close()
    connection = sqlite3.connect(state / "outbox" / "tickets.db")
    connection.execute("PRAGMA user_version = 8")
    connection.close()

    with pytest.raises(ConfigError, match=r"has schema version 8, expected 7; run the newer release .* run: mv "):
        open_outbox(state)


def test_payload_of_another_type_is_refused(state: Path) -> None:
    """The table is STRICT, and the batch is not stored."""
    with open_outbox(state) as outbox:
        with pytest.raises(StorageError, match="cannot store TEXT value in BLOB column"):
            outbox.put_many([Parcel("a", b""), Parcel("b", "text")])  # type: ignore[arg-type]

        assert outbox.depth() == 0


def test_outbox_is_set_up_to_sync_each_commit(state: Path) -> None:
    """A power cut loses no ticket that was stored."""
    with open_outbox(state) as outbox:
        found = {
            name: outbox._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2}


def test_what_is_no_ticket_has_no_progress(state: Path) -> None:
    """Any number of consents and merges that origin has makes no ticket's progress be forgotten."""
    with open_outbox(state) as outbox:
        parcels = [Parcel(one, b"{}") for one in ("a", "b.merge", "b.undo", "c.consent")]
        outbox.put_many(parcels)
        assert ["a", "b.merge", "b.undo", "c.consent"] == sorted(outbox.delivered([one.id for one in parcels]))

        found = [one.id for one in parcels if outbox.progress.find(one.id) is not None]

    assert ["a"] == found
