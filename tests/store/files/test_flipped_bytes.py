"""Files with flipped bits, as a bad disk or bad memory leaves them: fixed seeds, so that a failure can be repeated."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.store.files import DamagedError
from edge.store.outbox import Outbox, Parcel
from edge.store.tally import TallyStore
from edge.store.verified import VerifiedStore

ROUNDS = 10


def make_tally(state: Path) -> None:
    """A tally with text on every page."""
    with TallyStore(state) as tally, tally.transaction() as connection:
        rows = [(hour, f"acme/dröp-{hour}", "größe", "asked", 1) for hour in range(300)]
        connection.executemany("INSERT INTO counts VALUES (?, ?, ?, ?, ?)", rows)


def make_verified(state: Path) -> None:
    """A verified store with thirty islands."""
    with VerifiedStore(state) as store:
        store.commit({f"island/acme/drop-{number}": bytes(3000) for number in range(30)})


def make_outbox(state: Path) -> None:
    """An outbox with tickets on every page."""
    with Outbox(state) as outbox:
        outbox.put_many([Parcel(f"ticket-{number}", b'{"text":"hello"}' * 50) for number in range(300)])


def open_tally(state: Path) -> None:
    """As a PoP does at its start."""
    TallyStore(state).close()


def open_verified(state: Path) -> None:
    """As a PoP does at its start."""
    VerifiedStore.open_or_set_aside(state)[0].close()


def open_outbox(state: Path) -> None:
    """As a PoP does at its start. A damaged one is refused with a command."""
    try:
        Outbox(state).close()
    except DamagedError as error:
        assert "run: mv " in error.text  # noqa: PT017 - one of two right ends


FILES = {
    "tally": ("tally/tally.db", make_tally, open_tally),
    "verified store": ("verified/cache.db", make_verified, open_verified),
    "outbox": ("outbox/tickets.db", make_outbox, open_outbox),
}


@pytest.mark.parametrize(("file", "make", "start"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("flips", [1, 64])
def test_file_with_flipped_bits(
    tmp_path: Path, file: str, make: Callable[[Path], None], start: Callable[[Path], None], flips: int
) -> None:
    """Statistics and islands are set aside, tickets stop the start in words; no file's bytes raise anything else."""
    make(tmp_path / "clean")
    chance = random.Random(9)
    for number in range(ROUNDS):
        state = tmp_path / f"round-{number}"
        shutil.copytree(tmp_path / "clean", state)
        content = bytearray((state / file).read_bytes())
        for _ in range(flips):
            # Behind the magic number, half of them where the names of tables are.
            end = 4096 if chance.random() < 0.5 else len(content)
            content[chance.randrange(100, end)] ^= 1 << chance.randrange(8)
        (state / file).write_bytes(content)

        start(state)


def test_tally_whose_names_are_not_text(tmp_path: Path) -> None:
    """SQLite quotes the bytes of such a file in its messages."""
    make_tally(tmp_path)
    file = tmp_path / "tally" / "tally.db"
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE counts (", b"CREATE TABLE c\xffunts ("))

    with TallyStore(tmp_path) as tally:
        assert tally.set_aside is not None
        assert tally.cells(0, "*") == {}
