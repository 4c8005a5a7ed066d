"""Uploads that nobody goes on with are deleted a week after their last byte; logs that are whole never are."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from edge.archive import LogIntake, intake
from edge.archive.whole import complete
from edge.errors import RefusedError, StorageError
from edge.records.archive import ArchiveState
from tests.archive.closed_logs import LOG, ORIGIN, POP, POP_KEYS, ClosedOne, files_in, intake_of, put_all
from tests.archive.test_routes import put_all as put_over_http
from tests.archive.test_routes import serving
from tests.dying import DiedError
from tests.waiting import until

WEEK_S = 7 * 86_400
ONE = ClosedOne(700)
OLD = f"{ORIGIN}.new"


def age(folder: Path, seconds: float) -> None:
    """Make everything below a folder so old."""
    for path in (folder, *folder.rglob("*")):
        at = path.stat().st_mtime - seconds
        os.utime(path, (at, at))


def begun(folder: Path, *, bundles: int = 2) -> LogIntake:
    """An archive to which a PoP sent a part of a log."""
    archive = intake_of(folder)
    archive.put_log(POP, LOG, ONE.closed(), POP_KEYS)
    for number in range(bundles):
        archive.put_bundle(POP, LOG, number, ONE.bundle(number))
    return archive


@pytest.mark.parametrize("is_restarted", [False, True])
def test_upload_that_nobody_goes_on_with(tmp_path: Path, *, is_restarted: bool) -> None:
    """After a week it is gone, with what it counted; its PoP begins again and is taken."""
    folder = tmp_path / "archive"
    archive = begun(folder)
    if is_restarted:
        archive.close()
        archive = intake_of(folder)
    age(folder / OLD, WEEK_S - 60)
    archive.delete_abandoned()
    kept = (folder / OLD).exists()
    age(folder / OLD, 120)
    with capture_logs() as lines:
        archive.delete_abandoned()

    assert (True, {}) == (kept, files_in(folder))
    assert [("unfinished upload is deleted", ORIGIN)] == [(line["event"], line["log"]) for line in lines]
    with pytest.raises(RefusedError, match="put the log first"):
        archive.put_bundle(POP, LOG, 2, ONE.bundle(2))
    assert ArchiveState.KEPT is put_all(archive, ONE).state
    archive.close()


def test_one_late_byte_keeps_all_of_it(tmp_path: Path) -> None:
    """The last file counts, and a PoP that asks again as well."""
    archive = begun(tmp_path)
    age(tmp_path / OLD, WEEK_S + 60)
    archive.put_bundle(POP, LOG, 2, ONE.bundle(2))
    archive.delete_abandoned()

    assert ArchiveState.KEPT is put_all(archive, ONE).state
    archive.close()


def test_what_is_never_deleted(tmp_path: Path) -> None:
    """A log that is whole, folders of the operator's own, and a log that is being verified, however old they are."""
    archive = intake_of(tmp_path)
    put_all(archive, ONE)
    for name in (f"{POP}/acme/My Notes.new", f"{POP}/acme/a.b.new", "old/acme.new", f"{POP}/acme/.gone"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_bytes(b"x")
    age(tmp_path, 10 * WEEK_S)
    before = files_in(tmp_path)
    archive.delete_abandoned()

    assert before == files_in(tmp_path)
    archive.close()


def test_upload_that_is_being_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left alone, and kept in the end."""
    reading, go_on = Event(), Event()

    def slowly(*arguments: object, **more: object) -> None:
        reading.set()
        go_on.wait(20)
        complete(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "complete", slowly)
    archive = begun(tmp_path, bundles=3)
    archive.put_log(POP, LOG, ONE.closed(), POP_KEYS)
    reading.wait(20)
    age(tmp_path / OLD, 2 * WEEK_S)
    archive.delete_abandoned()
    go_on.set()

    assert ArchiveState.KEPT is put_all(archive, ONE).state
    archive.close()


def dying(work: Callable[..., None], *, is_after: bool) -> Callable[..., None]:
    """A step at which the process dies, before or after its effect; a deletion has deleted a part then."""

    def step(*arguments: Path) -> None:
        if is_after:
            work(*arguments)
        elif work is shutil.rmtree:
            next(path for path in arguments[0].rglob("*") if path.is_file()).unlink()
        raise DiedError

    return step


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("place", ["rename", "rmtree"])
def test_process_that_dies_while_it_deletes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, *, is_after: bool
) -> None:
    """The next start deletes the rest, but nothing of an upload that began again meanwhile."""
    archive = begun(tmp_path)
    age(tmp_path / OLD, WEEK_S + 60)
    with monkeypatch.context() as patched:
        if place == "rename":
            patched.setattr(Path, "rename", dying(Path.rename, is_after=is_after))
        else:
            patched.setattr(shutil, "rmtree", dying(shutil.rmtree, is_after=is_after))
        with pytest.raises(DiedError):
            archive.delete_abandoned()
    archive.close()
    again = begun(tmp_path)
    again.delete_abandoned()

    assert [OLD] == [f"{POP}/acme/{path.name}" for path in (tmp_path / POP / "acme").iterdir()]
    assert ArchiveState.KEPT is put_all(again, ONE).state
    again.close()


def test_upload_that_cannot_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are deleted all the same, and its fault is raised."""
    archive = begun(tmp_path)
    other = ClosedOne(3, origin=f"{POP}/acme/tour")
    archive.put_log(POP, "acme/tour", other.closed(), POP_KEYS)
    age(tmp_path / POP, WEEK_S + 60)
    rename = Path.rename

    def failing(path: Path, target: Path) -> None:
        if path == tmp_path / OLD:
            raise OSError(5, "Input/output error")
        rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(StorageError, match="Input/output error"):
        archive.delete_abandoned()

    assert [OLD] == [f"{POP}/acme/{path.name}" for path in (tmp_path / POP / "acme").iterdir()]
    archive.close()


def test_archive_that_has_nothing(tmp_path: Path) -> None:
    """Nothing is made for it."""
    archive = intake_of(tmp_path / "archive")
    archive.delete_abandoned()

    assert not (tmp_path / "archive").exists()
    archive.close()


async def test_server_looks_at_its_start_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails is a warning, and the server goes on."""
    folder = tmp_path / "archive"
    await asyncio.to_thread(lambda: begun(folder).close())
    await asyncio.to_thread(age, folder / OLD, WEEK_S + 60)
    rmtree, faults = shutil.rmtree, [OSError(5, "Input/output error")]

    def failing(path: Path) -> None:
        if faults:
            raise faults.pop()
        rmtree(path)

    monkeypatch.setattr(shutil, "rmtree", failing)
    with capture_logs() as lines:
        async with serving(tmp_path, tidy_s=0.05) as served:

            async def is_gone() -> bool:
                # Only names are looked at: files go while others are read.
                return not await asyncio.to_thread(lambda: list(folder.glob("*/*/*")))

            await until(is_gone, "the upload is deleted")
            answer = await put_over_http(served, ONE)

    assert ArchiveState.KEPT is answer.state
    assert "unfinished uploads cannot be deleted" == lines[0]["event"]
    assert "Input/output error" in lines[0]["error"]
