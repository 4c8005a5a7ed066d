"""How many leaves were made, in a file that outlives the process."""

from pathlib import Path

from edge.store.ledger import GivenCounts


def test_numbers_are_there_after_a_kill(tmp_path: Path) -> None:
    """Another process reads what was written, without a sync or a close."""
    given = GivenCounts(tmp_path / "given")
    given.write(1, 5)
    given.write(3, 9)
    other = GivenCounts(tmp_path / "given")

    assert [0, 5, 0, 9, 0] == [other.read(slot) for slot in range(5)]
    given.close()
    other.close()


def test_numbers_of_logs_that_were_never_written(tmp_path: Path) -> None:
    """They are counted once, and their slots are free again."""
    given = GivenCounts(tmp_path / "given")
    for slot in (1, 2, 3):
        given.write(slot, 10 * slot)

    assert (50, 0) == (given.take_beyond(2), given.take_beyond(2))
    assert [10, 0] == [given.read(1), given.read(2)]
    assert (10, 0) == (given.take(1), given.take(1))
    given.close()


def test_damaged_number_counts_as_none(tmp_path: Path) -> None:
    """A number that no log reaches, or a part of one."""
    (tmp_path / "given").write_bytes(b"\xff" * 20)
    given = GivenCounts(tmp_path / "given")

    assert [0, 0, 0] == [given.read(slot) for slot in range(3)]
    given.close()


def test_disk_that_fails_costs_nothing_else(tmp_path: Path) -> None:
    """After it was closed, as with a disk that fails, reading gives nothing and writing does nothing."""
    given = GivenCounts(tmp_path / "given")
    given.write(1, 5)
    given.close()
    given.close()
    given.write(1, 6)

    assert (0, 0) == (given.read(1), given.take_beyond(1))
