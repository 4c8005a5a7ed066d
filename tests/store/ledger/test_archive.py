"""A log in the archive: whole, or refused."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from nacl.signing import SigningKey

from edge.errors import RefusedError
from edge.ledger import Checkpoint, NoteKey
from edge.store.ledger import COSIGNED_FILE, LogArchive
from tests.ledger.logs import LogInMemory

PEN = SigningKey(b"\x02" * 32)
ORIGIN = "pop-1/acme/drop"
KEY = NoteKey(ORIGIN, bytes(PEN.verify_key))


def written(folder: Path, size: int) -> LogArchive:
    """An archive of a log of `size` leaves."""
    log, archive = LogInMemory(), LogArchive(folder, ORIGIN)
    log.add(*(f"entry {number}".encode() for number in range(size)))
    checkpoint = Checkpoint(ORIGIN, size, log.tree.root).sign(PEN)
    archive.begin(checkpoint)
    for path, content in log.files.items():
        archive.write(path, content)
    archive.write("checkpoint", checkpoint.encode())
    archive.finish()
    return archive


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_whole_archive(tmp_path: Path, size: int) -> None:
    """All of it is read."""
    assert size == written(tmp_path, size).check(KEY)


def test_archive_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    """What a process left that died before or after the rename does no harm."""
    written(tmp_path, 5)
    LogArchive(tmp_path, ORIGIN).begin((tmp_path / ORIGIN / "checkpoint").read_text())
    LogArchive(tmp_path, ORIGIN).write("tile/0/000", b"rest")

    assert 5 == written(tmp_path, 5).check(KEY)
    assert ["drop"] == [path.name for path in (tmp_path / "pop-1" / "acme").iterdir()]


def test_archive_of_another_log_stays(tmp_path: Path) -> None:
    """A ledger that was set aside begins again with the same names: what it archived before is kept.

    It is refused before anything is written.
    """
    earlier = written(tmp_path, 3)
    with pytest.raises(RefusedError, match="is the archive of another log of this name; move it"):
        written(tmp_path, 5)

    assert 3 == earlier.check(KEY)
    assert ["drop"] == [path.name for path in (tmp_path / "pop-1" / "acme").iterdir()]


def test_archive_with_a_cosigned_state(tmp_path: Path) -> None:
    """It is read again, too: damage in it is found, and one that nobody wrote."""
    archive = written(tmp_path, 3)
    (tmp_path / ORIGIN / COSIGNED_FILE).write_bytes(b"a note")

    assert 3 == archive.check(KEY, cosigned="a note")
    for other in ("a nota", ""):
        with pytest.raises(RefusedError, match="is not what the witness cosigned"):
            archive.check(KEY, cosigned=other)


def _flipped(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


DAMAGE: dict[str, Callable[[bytes, Random], bytes]] = {
    "one bit": _flipped,
    "cut": lambda content, _: content[:-1],
    "longer": lambda content, _: content + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_every_file_is_read(tmp_path: Path, damage: Callable[[bytes, Random], bytes]) -> None:
    """Damage in any file of the last state is found, and so is a file that is missing."""
    archive, rng = written(tmp_path, 300), Random(19)
    folder = tmp_path / ORIGIN
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert 6 == len(paths)
    for path in paths:
        sound = path.read_bytes()
        path.write_bytes(damage(sound, rng))
        with pytest.raises(RefusedError):
            archive.check(KEY)
        path.unlink()
        with pytest.raises(RefusedError, match="is missing, expected it in the archive"):
            archive.check(KEY)
        path.write_bytes(sound)
    assert 300 == archive.check(KEY)


def test_another_key_is_refused(tmp_path: Path) -> None:
    """The checkpoint must be signed by the log's own key."""
    with pytest.raises(RefusedError, match="is not signed by"):
        written(tmp_path, 3).check(NoteKey(ORIGIN, bytes(SigningKey(b"\x03" * 32).verify_key)))
