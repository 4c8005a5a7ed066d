"""An archive takes the log that its checkpoint says, piece by piece, and nothing else."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from edge.archive import ArchiveRoom, LogIntake, upload
from edge.errors import DiskFullError, Reason, RefusedError, StorageError
from edge.host import replace_file
from edge.ledger import Checkpoint, Tile, verify_log
from edge.records.archive import ArchiveState, ClosedLog
from edge.records.ledger import LeafKind
from tests.archive.closed_logs import (
    KEY,
    LOG,
    LOG_PEN,
    ORIGIN,
    POP,
    POP_KEYS,
    POP_PEN,
    ClosedOne,
    files_in,
    intake_of,
    put_all,
    until_verified,
)
from tests.dying import DiedError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the archive is."""
    return tmp_path / "archive"


@pytest.fixture
def intake(folder: Path) -> Iterator[LogIntake]:
    """An empty archive."""
    intake = intake_of(folder)
    yield intake
    intake.close()


@pytest.mark.parametrize("size", [1, 256, 257, 700])
def test_whole_log(intake: LogIntake, folder: Path, size: int) -> None:
    """Its folder has the files that a PoP's own archive has, and the key by which it was verified."""
    one = ClosedOne(size)
    closed = one.closed()

    answer = put_all(intake, one, closed)

    assert (ArchiveState.KEPT, one.bundles, size) == (answer.state, answer.bundles, answer.size)
    assert one.checkpoint().root.hex() == answer.root
    signed = {"checkpoint": closed.checkpoint.encode(), "key": f"{KEY.text}\n".encode()}
    assert one.files | signed == files_in(folder / ORIGIN)
    verify_log(one.checkpoint(), lambda tile: (folder / ORIGIN / tile.path).read_bytes())


def test_log_that_is_there(intake: LogIntake) -> None:
    """It is kept, also for an archive that was started again; and pieces that come again change nothing."""
    one = ClosedOne(300)
    put_all(intake, one)

    assert ArchiveState.KEPT is intake.put_log(POP, LOG, one.closed(), POP_KEYS).state
    with pytest.raises(RefusedError, match="is not on its way here, put the log first"):
        intake.put_bundle(POP, LOG, 0, one.bundle(0))


def test_cosigned_state_goes_with_it(intake: LogIntake, folder: Path) -> None:
    """It may be an earlier one."""
    one = ClosedOne(300)

    answer = put_all(intake, one, one.closed(cosigned=one.note(7)))

    assert ArchiveState.KEPT is answer.state
    assert one.note(7) == (folder / ORIGIN / "cosigned").read_text()


def test_archive_that_was_restarted_goes_on(intake: LogIntake, folder: Path) -> None:
    """It says which bundle is the next one."""
    one = ClosedOne(700)
    intake.put_log(POP, LOG, one.closed(), POP_KEYS)
    for number in (0, 1):
        intake.put_bundle(POP, LOG, number, one.bundle(number))
    again = intake_of(folder)
    answer = again.put_log(POP, LOG, one.closed(), POP_KEYS)
    again.put_bundle(POP, LOG, 1, b"it is here already")

    assert (ArchiveState.RECEIVING, 2) == (answer.state, answer.bundles)
    assert ArchiveState.KEPT is put_all(again, one).state
    again.close()


Sent = Callable[[ClosedOne], ClosedLog]
REFUSED: dict[str, tuple[Sent, Reason, str]] = {
    "signed by another key than it names": (
        lambda one: ClosedLog(key=POP_KEYS[0].hex(), checkpoint=one.note()),
        Reason.SIGNATURE_INVALID,
        f"note is not signed by {ORIGIN}",
    ),
    "not signed by the PoP": (
        lambda one: one.closed(pop=None),
        Reason.SIGNATURE_INVALID,
        f"note is not signed by {ORIGIN}, expected the PoP's own key, too",
    ),
    "of another PoP": (
        lambda _: ClosedOne(3, origin="ams-1/acme/drop").closed(),
        Reason.SIGNATURE_INVALID,
        f"note is not signed by {ORIGIN}",
    ),
    "without entries": (
        lambda one: ClosedLog(key=one.closed().key, checkpoint=signed_twice(Checkpoint(ORIGIN, 0, bytes(32)))),
        Reason.CONTRADICTORY,
        f"log {ORIGIN} has no entries, expected a closed one",
    ),
    "no checkpoint": (
        lambda one: ClosedLog(key=one.closed().key, checkpoint="../../etc/passwd"),
        Reason.MALFORMED,
        "note of 16 characters, expected a text, an empty line, and up to 100 signatures",
    ),
    "cosigned by another log": (
        lambda one: one.closed(cosigned=ClosedOne(3, origin="ams-1/acme/drop").note()),
        Reason.SIGNATURE_INVALID,
        f"note is not signed by {ORIGIN}",
    ),
    "older than what was cosigned": (
        lambda one: one.closed(cosigned=ClosedOne(9).note()),
        Reason.ROLLBACK,
        f"log {ORIGIN} has 5 entries, expected the 9 that were cosigned",
    ),
}


def signed_twice(checkpoint: Checkpoint) -> str:
    """A state that both keys signed."""
    return checkpoint.sign(LOG_PEN) + checkpoint.sign(POP_PEN).rpartition("\n\n")[2]


@pytest.mark.parametrize(("sent", "reason", "text"), REFUSED.values(), ids=REFUSED)
def test_log_that_is_refused(intake: LogIntake, folder: Path, sent: Sent, reason: Reason, text: str) -> None:
    """Before anything of it is written."""
    with pytest.raises(RefusedError) as caught:
        intake.put_log(POP, LOG, sent(ClosedOne(5)), POP_KEYS)

    assert (reason, text) == (caught.value.reason, caught.value.text)
    assert not folder.exists()


def test_entries_that_are_not_those_of_the_checkpoint(intake: LogIntake, folder: Path) -> None:
    """A fork, or a bundle that was changed: it is found when all is there, is deleted, and may come again."""
    one, other = ClosedOne(600), ClosedOne(600, first=1)
    intake.put_log(POP, LOG, one.closed(), POP_KEYS)
    for number in range(3):
        intake.put_bundle(POP, LOG, number, (one if number == 0 else other).bundle(number))
    with pytest.raises(RefusedError) as caught:
        until_verified(intake, one.closed())

    assert Reason.HASH_MISMATCH is caught.value.reason
    assert caught.value.text.startswith("the first 600 entries have another root than a checkpoint of 600 says")
    assert {} == files_in(folder)
    assert ArchiveState.KEPT is put_all(intake, one).state


def test_log_that_has_two_histories(folder: Path) -> None:
    """Its signature is good, and its beginning is not what was cosigned here."""
    one, seen = ClosedOne(300), ClosedOne(300, first=1)
    intake = intake_of(folder, seen=lambda origin, pop: seen.checkpoint(7) if (origin, pop) == (ORIGIN, POP) else None)
    with pytest.raises(RefusedError) as caught:
        put_all(intake, one)

    assert Reason.HASH_MISMATCH is caught.value.reason
    assert caught.value.text.startswith("the first 7 entries have another root")
    # With itself, it is one.
    assert ArchiveState.KEPT is put_all(intake, seen).state
    intake.close()


def test_two_cosigned_states_of_one_size(folder: Path) -> None:
    """What comes with the log does not take the place of what was cosigned here."""
    one, seen = ClosedOne(300), ClosedOne(300, first=1)
    intake = intake_of(folder, seen=lambda *_: seen.checkpoint(7))
    with pytest.raises(RefusedError, match="the first 7 entries have another root"):
        put_all(intake, one, one.closed(cosigned=one.note(7)))

    intake.close()


def test_log_that_was_cut(intake: LogIntake) -> None:
    """A good checkpoint of an earlier state: its last entry does not close the log."""
    with pytest.raises(RefusedError, match="the last of 20 entries does not close the log") as caught:
        put_all(intake, ClosedOne(20, last=LeafKind.DECISION))
    assert Reason.CONTRADICTORY is caught.value.reason


def test_another_log_of_this_name(intake: LogIntake, folder: Path) -> None:
    """After a ledger was set aside: the one that is here stays."""
    put_all(intake, ClosedOne(3))
    before = files_in(folder)
    with pytest.raises(RefusedError, match=f"the archive has another log {ORIGIN}; its operator moves that one away"):
        intake.put_log(POP, LOG, ClosedOne(5).closed(), POP_KEYS)

    assert before == files_in(folder)


def test_log_that_takes_the_place_of_one_on_its_way(intake: LogIntake) -> None:
    """What is left of the first one is deleted."""
    intake.put_log(POP, LOG, ClosedOne(300).closed(), POP_KEYS)
    intake.put_bundle(POP, LOG, 0, ClosedOne(300).bundle(0))
    other = ClosedOne(300, first=1)

    assert 0 == intake.put_log(POP, LOG, other.closed(), POP_KEYS).bundles
    assert ArchiveState.KEPT is put_all(intake, other).state


BUNDLES: dict[str, tuple[int, Callable[[bytes], bytes], Reason, str]] = {
    "not the next one": (1, bytes, Reason.CONTRADICTORY, "bundle 1 of 2 came, expected 0, the next one"),
    "cut": (0, lambda content: content[:-1], Reason.LENGTH_MISMATCH, "expected 256"),
    "longer": (0, lambda content: content + b"\0", Reason.LENGTH_MISMATCH, "expected 256"),
    "empty": (0, lambda _: b"", Reason.LENGTH_MISMATCH, "expected 256"),
}


@pytest.mark.parametrize(("number", "change", "reason", "text"), BUNDLES.values(), ids=BUNDLES)
def test_bundle_that_is_refused(
    intake: LogIntake, number: int, change: Callable[[bytes], bytes], reason: Reason, text: str
) -> None:
    """It is not written, and the right one is taken then."""
    one = ClosedOne(300)
    intake.put_log(POP, LOG, one.closed(), POP_KEYS)
    with pytest.raises(RefusedError, match=text) as caught:
        intake.put_bundle(POP, LOG, number, change(one.bundle(0)))

    assert reason is caught.value.reason
    assert ArchiveState.KEPT is put_all(intake, one).state


def test_room_of_a_pop(folder: Path) -> None:
    """What is beyond it is refused with what to do, and the log goes on from there when there is room."""
    one, intake = ClosedOne(1_500), intake_of(folder, max_bytes=150_000)
    with pytest.raises(RefusedError, match="expected at most 150000; its operator moves older logs away") as caught:
        put_all(intake, one)
    larger = intake_of(folder)

    assert Reason.TOO_LARGE is caught.value.reason
    assert 0 < larger.put_log(POP, LOG, one.closed(), POP_KEYS).bundles < one.bundles
    assert ArchiveState.KEPT is put_all(larger, one).state
    for each in (intake, larger):
        each.close()


def test_sum_of_a_pop_is_looked_at_again(folder: Path) -> None:
    """An operator may have moved logs away; many small files count, too."""
    (folder / POP).mkdir(parents=True)
    clock = [0.0]
    room = ArchiveRoom(folder, 20_000, clock=lambda: clock[0])
    for number in range(3):
        (folder / POP / str(number)).write_bytes(b"x")
    room.take(POP, 1)
    with pytest.raises(RefusedError):
        room.take(POP, 4097)
    (folder / POP / "0").unlink()
    with pytest.raises(RefusedError):
        room.take(POP, 4097)
    clock[0] = 60.0

    room.take(POP, 4097)


def test_disk_without_room(folder: Path) -> None:
    """What else is on the disk needs some: nothing is written."""
    intake = LogIntake(folder, ArchiveRoom(folder, free_bytes=2**62))
    with pytest.raises(DiskFullError, match="bytes left, expected"):
        intake.put_log(POP, LOG, ClosedOne(3).closed(), POP_KEYS)

    assert {} == files_in(folder)
    intake.close()


def test_disk_that_is_full_while_it_verifies(intake: LogIntake, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept then, and the next request verifies again."""
    one = ClosedOne(300)

    def full(path: Path, content: bytes) -> None:
        if "tile/0" in str(path):
            raise DiskFullError(f"cannot write {path}: {errno.ENOSPC}")
        replace_file(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(upload, "replace_file", full)
        with pytest.raises(StorageError):
            put_all(intake, one)
    assert not (folder / ORIGIN).exists()

    assert ArchiveState.KEPT is until_verified(intake, one.closed()).state


def test_archive_that_is_stopped_while_it_verifies(folder: Path) -> None:
    """It verifies again when it is asked."""
    one, intake = ClosedOne(300), intake_of(folder)
    intake.put_log(POP, LOG, one.closed(), POP_KEYS)
    for number in range(2):
        intake.put_bundle(POP, LOG, number, one.bundle(number))
    intake._stopping.set()
    with pytest.raises(StorageError, match="is being closed"):
        until_verified(intake, one.closed())
    intake.close()
    again = intake_of(folder)

    assert ArchiveState.KEPT is until_verified(again, one.closed()).state
    again.close()


def test_uploads_that_are_forgotten(folder: Path) -> None:
    """Only so many are remembered; one that was forgotten goes on when its PoP asks."""
    one, intake = ClosedOne(300), intake_of(folder, max_uploads=1)
    intake.put_log(POP, LOG, one.closed(), POP_KEYS)
    other = ClosedOne(3, origin=f"{POP}/acme/other")
    intake.put_log(POP, "acme/other", other.closed(), POP_KEYS)
    with pytest.raises(RefusedError, match="put the log first"):
        intake.put_bundle(POP, LOG, 0, one.bundle(0))

    assert ArchiveState.KEPT is put_all(intake, one).state
    intake.close()


@pytest.mark.parametrize("seed", range(12))
def test_killed_archive(folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """It dies again and again, before or after a file is written or renamed: the log is kept whole."""
    rng, one = Random(seed), ClosedOne(700)
    left = [0]

    def dying(work: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise DiedError
            done = work(*arguments)
            left[0] -= 1
            if left[0] == 0:
                raise DiedError
            return done

        return step

    with monkeypatch.context() as patched:
        for name in ("replace_file", "sync_folder"):
            patched.setattr(upload, name, dying(getattr(upload, name)))
        patched.setattr(Path, "rename", dying(Path.rename))
        for _ in range(4):
            left[0], intake = rng.randint(1, 30), intake_of(folder)
            try:
                answer = put_all(intake, one)
            except DiedError:
                answer = None
            finally:
                intake.close()
            # What has its name is whole, wherever it died.
            if answer is not None or (folder / ORIGIN).exists():
                verify_log(one.checkpoint(), lambda tile: (folder / ORIGIN / tile.path).read_bytes())
    intake = intake_of(folder)
    answer = put_all(intake, one)
    intake.close()

    assert ArchiveState.KEPT is answer.state
    assert 256 == len((folder / ORIGIN / Tile(0, 1, 256).path).read_bytes()) // 32
    assert [ORIGIN.rpartition("/")[2]] == [path.name for path in (folder / ORIGIN).parent.iterdir()]
