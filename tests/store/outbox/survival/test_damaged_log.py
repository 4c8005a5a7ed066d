"""Logs of a PoP that was killed, damaged in the ways of disks: flipped, cut, zeroed, emptied, lost, replaced."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.store.files import DamagedError, in_use
from edge.store.outbox import Outbox, Parcel

ROUNDS = 10
IDS = [f"ticket-{number}" for number in range(40)]
FRAME = 24 + 4096


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The state folder of a PoP that was killed with forty tickets, each in a transaction of its own."""
    with Outbox(tmp_path / "running") as outbox:
        for name in IDS:
            outbox.put_many([Parcel(name, b'{"text":"where is my parcel"}' * 20)])
        # The index is in memory that the kernel keeps when a process is killed, so the copy has it, too.
        shutil.copytree(tmp_path / "running", tmp_path / "state")
    return tmp_path / "state"


def log_in(state: Path) -> Path:
    """The outbox's log."""
    return state / "outbox" / "tickets.db-wal"


def start_machine(state: Path) -> None:
    """Make it another start of the machine, so that the index is not to be believed."""
    (state / "outbox" / "in-use").write_bytes(b"another start\n")


def stored(state: Path) -> list[str]:
    """The tickets that a start finds."""
    with Outbox(state) as outbox:
        return [entry.id for entry in outbox.due(1e12, 100)]


def flipped(log: bytes, at: int) -> bytes:
    """The log with one other bit."""
    return log[:at] + bytes([log[at] ^ 4]) + log[at + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the first frame": lambda log: flipped(log, 32 + 2000),
    "a bit of the last frame": lambda log: flipped(log, len(log) - 2000),
    "a bit of a frame's checksum": lambda log: flipped(log, 32 + 3 * FRAME + 17),
    "a bit of the header": lambda log: flipped(log, 17),
    "the end is missing": lambda log: log[: len(log) - FRAME - 100],
    "a page of zeros": lambda log: log[:8192] + bytes(4096) + log[12288:],
    "nothing is left": lambda _log: b"",
    "other bytes": lambda log: random.Random(1).randbytes(len(log)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_log_that_is_damaged(killed: Path, damage: Callable[[bytes], bytes]) -> None:
    """The start stops with a copy and a command; after the command it goes on with what can be read."""
    log = log_in(killed)
    bytes_of_log = damage(log.read_bytes())
    log.write_bytes(bytes_of_log)
    mark = killed / "outbox" / "in-use"
    with pytest.raises(DamagedError, match=r"tickets\.db-wal is damaged: .*; a copy is in .*; to start with") as caught:
        Outbox(killed)
    with pytest.raises(DamagedError):
        Outbox(killed)

    (copy,) = killed.glob("outbox.damaged-*")
    assert bytes_of_log == (copy / log.name).read_bytes() == log.read_bytes()
    assert caught.value.text.endswith(f"run: rm {mark}")
    mark.unlink()
    assert set(stored(killed)) < set(IDS)


def test_log_that_is_missing(killed: Path) -> None:
    """Only SQLite deletes a log rightly, and then it deletes the index, too."""
    log_in(killed).unlink()

    with pytest.raises(DamagedError, match=r"tickets\.db-wal is damaged: it is missing"):
        Outbox(killed)


def test_log_of_another_use(killed: Path, tmp_path: Path) -> None:
    """A log from a backup is sound in itself, and has not what was stored since."""
    with Outbox(tmp_path / "other") as outbox:
        outbox.put_many([Parcel("other", b"{}")])
        shutil.copy(log_in(tmp_path / "other"), log_in(killed))

    with pytest.raises(DamagedError, match="it is another log than the one that was in use"):
        Outbox(killed)


def test_killed_with_a_sound_log(killed: Path) -> None:
    """Every ticket is there, and after the orderly end neither log nor mark is left."""
    assert stored(killed) == IDS
    assert ["tickets.db"] == [file.name for file in (killed / "outbox").iterdir()]


def test_log_after_a_power_cut(killed: Path) -> None:
    """What was being written may be torn. It is not there, and was not promised."""
    log = log_in(killed)
    start_machine(killed)
    log.write_bytes(flipped(log.read_bytes(), log.stat().st_size - 100))

    assert stored(killed) == IDS[:-1]


def test_machine_that_does_not_tell_its_start(killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a power cut: the index is not believed, unless systemd tells which start it is."""
    monkeypatch.setattr(in_use, "_BOOT_ID", tmp_path / "hidden")
    mark, log = killed / "outbox" / "in-use", log_in(killed)
    log.write_bytes(flipped(log.read_bytes(), log.stat().st_size - 100))
    monkeypatch.setenv("SKERRY_BOOT_ID", "f00d")
    mark.write_bytes(b"f00d")
    with pytest.raises(DamagedError):
        Outbox(killed)
    monkeypatch.delenv("SKERRY_BOOT_ID")
    mark.write_bytes(b"")

    assert stored(killed) == IDS[:-1]


def test_damaged_log_after_a_power_cut(killed: Path) -> None:
    """A bad frame before a commit that another transaction follows was durable: damage, no torn end."""
    log = log_in(killed)
    start_machine(killed)
    log.write_bytes(flipped(log.read_bytes(), 32 + 20 * FRAME + 1000))

    with pytest.raises(DamagedError, match="frame 21 is damaged, and committed ones follow"):
        Outbox(killed)


def test_log_whose_frames_are_all_in_the_database(killed: Path, tmp_path: Path) -> None:
    """A damaged log is not missed if SQLite had copied it."""
    with Outbox(tmp_path / "copied") as outbox:
        outbox.put_many([Parcel("a", b"{}")])
        outbox._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        shutil.rmtree(killed)
        shutil.copytree(tmp_path / "copied", killed)
    log_in(killed).write_bytes(b"")

    assert stored(killed) == ["a"]


def test_rolled_back_transaction_before_the_kill(tmp_path: Path) -> None:
    """Its frames are left behind those that count, and are no sign of damage."""
    with Outbox(tmp_path / "running", max_tickets=60) as outbox:
        outbox.put_many([Parcel("a", b"{}")])
        outbox._connection.execute("PRAGMA cache_size = 2")
        with pytest.raises(Exception, match="expected at most"):
            outbox.put_many([Parcel(f"big-{number}", bytes(9000)) for number in range(99)])
        outbox.put_many([Parcel("b", b"{}")])
        shutil.copytree(tmp_path / "running", tmp_path / "state")
    start_machine(tmp_path / "state")

    assert stored(tmp_path / "state") == ["a", "b"]


def test_rounds_of_damage(killed: Path, tmp_path: Path) -> None:
    """In no round a ticket is missing without a word."""
    chance = random.Random(9)
    for number in range(ROUNDS):
        state = tmp_path / f"round-{number}"
        shutil.copytree(killed, state)
        log = log_in(state)
        content = bytearray(log.read_bytes())
        match chance.choice(["flip 1", "flip 64", "cut", "zero", "empty", "random"]).split():
            case ["flip", count]:
                for _ in range(int(count)):
                    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            case ["cut"]:
                del content[chance.randrange(len(content)) :]
            case ["zero"]:
                at = chance.randrange(len(content))
                content[at : at + 4096] = bytes(len(content[at : at + 4096]))
            case ["empty"]:
                content.clear()
            case _:
                content = bytearray(chance.randbytes(len(content)))
        log.write_bytes(content)
        try:
            found = stored(state)
        except DamagedError:
            continue

        assert found == IDS, number
