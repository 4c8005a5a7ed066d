"""What delivered tickets leave on the disk."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.store.outbox import Outbox, Parcel

WORDS = b"my daughter's card was charged twice"


def files_with_words(state: Path) -> list[str]:
    """Names of the files whose raw bytes have a viewer's words."""
    return [file.name for file in sorted(state.rglob("*")) if file.is_file() and WORDS in file.read_bytes()]


def put_and_deliver(outbox: Outbox, count: int) -> None:
    """Bring tickets of all sizes in and out, in batches, with failures and follow-ups on the way."""
    names = [f"ticket-{number}" for number in range(count)]
    for start in range(0, count, 50):
        batch = names[start : start + 50]
        outbox.put_many([Parcel(name, WORDS * (1 + at * 7 % 300)) for at, name in enumerate(batch)])
    outbox.put_many([Parcel(f"{names[0]}.more", WORDS)])
    outbox.postpone(names[1], until=5.0, error="desk is down")
    outbox.set_aside(names[2], error="refused")
    # Not in the order in which they came, so that pages of the file are joined and freed.
    for start in range(0, count, 7):
        outbox.delivered(names[start : start + 3])
    outbox.delivered([*names, f"{names[0]}.more"])


def test_words_after_the_last_delivery(state: Path) -> None:
    """With an empty outbox no viewer's words stay on the disk, while it runs and after it."""
    with Outbox(state) as outbox:
        put_and_deliver(outbox, 300)
        assert files_with_words(state) == ["tickets.db", "tickets.db-wal"]
        outbox.tidy()

        assert not files_with_words(state)
        put_and_deliver(outbox, 20)
    assert not files_with_words(state)


def test_tidy_while_a_ticket_waits(state: Path) -> None:
    """It is on the disk, and nothing is done."""
    with Outbox(state) as outbox:
        put_and_deliver(outbox, 5)
        outbox.put_many([Parcel("waits", WORDS)])
        outbox.tidy()

        assert files_with_words(state)
        assert outbox.depth() == 1


def test_tidy_while_another_program_reads(state: Path) -> None:
    """It is not waited for, and the words go when it has ended."""
    with Outbox(state) as outbox:
        put_and_deliver(outbox, 5)
        with closing(sqlite3.connect(state / "outbox" / "tickets.db", isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM tickets").fetchall()
            put_and_deliver(outbox, 5)
            outbox.tidy()
            assert files_with_words(state)
        outbox.tidy()

        assert not files_with_words(state)


def test_tidy_again_and_again(state: Path) -> None:
    """It writes only after something has changed."""
    with Outbox(state) as outbox:
        put_and_deliver(outbox, 5)
        outbox.tidy()
        mark = state / "outbox" / "in-use"
        written = mark.stat().st_ino, mark.stat().st_mtime_ns
        outbox.tidy()

        assert written == (mark.stat().st_ino, mark.stat().st_mtime_ns)


@pytest.mark.parametrize("count", [0, 5])
def test_kill_after_tidying(state: Path, tmp_path: Path, count: int) -> None:
    """The log has a frame, so that an empty one is known to be damaged; the next start finds nothing wrong."""
    with Outbox(state) as outbox:
        put_and_deliver(outbox, 5)
        outbox.tidy()
        outbox.put_many([Parcel(f"new-{number}", b"1") for number in range(count)])
        killed = tmp_path / "killed"
        killed.mkdir()
        for name in ("tickets.db", "tickets.db-wal", "tickets.db-shm", "in-use"):
            (killed / "outbox").mkdir(exist_ok=True)
            (killed / "outbox" / name).write_bytes((state / "outbox" / name).read_bytes())
    with Outbox(killed) as outbox:
        assert outbox.depth() == count


def test_files_of_a_writer_that_was_killed(state: Path) -> None:
    """The next start takes them away."""
    Outbox(state).close()
    half = state / "outbox" / ".unfinished-4711-in-use"
    half.write_bytes(b"half of a number")
    Outbox(state).close()

    assert not half.exists()
