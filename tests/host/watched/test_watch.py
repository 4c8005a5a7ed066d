"""Files that an operator changes while a process runs: what is taken, what is not, and what is said of each."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from edge.host import read_token
from edge.host.watched import FileState, FileWatch, WatchedFile
from tests.waiting import until_true


async def watched(path: Path) -> WatchedFile[str]:
    """A token in a file, as a process watches it."""

    def read() -> str:
        return read_token(path, advice="write it")

    return await asyncio.to_thread(lambda: WatchedFile("publisher.token_file", path, read=read))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a token."""
    path = tmp_path / "token"
    write(path, "first")
    return path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file as an editor does: another file with its name."""
    new = path.with_name("new")
    new.write_text(text)
    new.chmod(mode)
    new.rename(path)


def remove(path: Path) -> None:
    """Delete a file."""
    path.unlink()


@asynccontextmanager
async def watching(*files: WatchedFile[str]) -> AsyncIterator[FileWatch]:
    """A watch that looks every 10 ms."""
    watch = FileWatch(files, interval_s=0.01)
    task = asyncio.create_task(watch.keep())
    yield watch
    task.cancel()


async def test_file_that_is_replaced(path: Path) -> None:
    """Its new value is in force soon, is given to those who asked for it, and one line says so."""
    token, told = await watched(path), list[str]()
    token.on_change(told.append)
    with structlog.testing.capture_logs() as lines:
        async with watching(token):
            write(path, "second")
            await until_true(lambda: bool(told), "the new token in force")

    assert ("second", ["second"]) == (token.value, told)
    expected = {"event": "file took effect", "name": "publisher.token_file", "paths": [str(path)], "log_level": "info"}
    assert [expected] == lines


async def test_file_in_a_folder_that_is_swapped(tmp_path: Path) -> None:
    """A link that leads to another folder is followed at each look, and the old folder may be gone."""
    for name in ("2026_1", "2026_2"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "token", name)
    (tmp_path / "..data").symlink_to("2026_1")
    (tmp_path / "token").symlink_to("..data/token")
    token = await watched(tmp_path / "token")
    async with watching(token):
        (tmp_path / "next").symlink_to("2026_2")
        (tmp_path / "next").rename(tmp_path / "..data")
        (tmp_path / "2026_1" / "token").unlink()
        await until_true(lambda: token.value == "2026_2", "the swap taken")


FAULTS = {
    "a file that is gone": "cannot read {path}: No such file or directory",
    "an empty file": "{path} does not contain one token in one line",
    "a file that all may read": "{path} has mode 0644, expected 0600",
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_file_that_cannot_be_used(path: Path, fault: str) -> None:
    """What was read before stays in force; one line says why, and one more that a good file is back."""
    token = await watched(path)
    with structlog.testing.capture_logs() as lines:
        async with watching(token) as watch:
            if fault == "a file that is gone":
                remove(path)
            else:
                write(path, "" if fault == "an empty file" else "second", 0o644 if "all" in fault else 0o600)
            await until_true(lambda: len(lines) == 1, "the fault in the log")
            for _ in range(3):
                await watch.look_at(token)
            assert "first" == token.value
            write(path, "third")
            await until_true(lambda: token.value == "third", "the good file in force")

    said = [(line["event"], line.get("error", "")) for line in lines]
    assert [event for event, _ in said] == ["file not taken, the old one stays in force", "file took effect"]
    assert said[0][1].startswith(FAULTS[fault].format(path=path))


async def test_file_that_was_changed_before_the_first_look(path: Path) -> None:
    """A change between a process's start and its first look is not missed."""
    token = await watched(path)
    write(path, "second")
    await FileWatch([token]).look_at(token)

    assert "second" == token.value


async def test_file_that_is_bad_for_a_moment(path: Path) -> None:
    """A file that is half-written at one look and whole at the next is no fault."""
    token = await watched(path)
    watch = FileWatch([token])
    with structlog.testing.capture_logs() as lines:
        write(path, "")
        await watch.look_at(token)
        write(path, "second")
        await watch.look_at(token)
        write(path, "")
        await watch.look_at(token)
        write(path, "second")
        await watch.look_at(token)

    assert ("second", ["file took effect"]) == (token.value, [line["event"] for line in lines])


async def test_mode_that_is_mended(path: Path) -> None:
    """A file is taken when `chmod` alone made it good."""
    token = await watched(path)
    write(path, "second", 0o644)
    watch = FileWatch([token])
    await watch.look_at(token)
    assert "first" == token.value

    await asyncio.to_thread(path.chmod, 0o600)
    await watch.look_at(token)
    assert "second" == token.value


async def test_look_at_all_that_is_asked_for(tmp_path: Path) -> None:
    """Each file is named, with what became of it and why; a setting without a file is left out."""
    paths = {name: tmp_path / name for name in ("changed", "same", "bad", "touched")}
    for path in paths.values():
        write(path, "first")
    files = {name: await watched(path) for name, path in paths.items()}
    watch = FileWatch([*files.values(), WatchedFile("none", read=str)])
    write(paths["changed"], "second")
    write(paths["bad"], "two words")
    os.utime(paths["touched"], (1, 1))

    found = [(Path(report.paths[0]).name, report.state, report.why) for report in await watch.look_at_all()]
    why = f"{paths['bad']} does not contain one token in one line; write it, then run: chmod 600 {paths['bad']}"
    assert [
        ("changed", FileState.TOOK_EFFECT, ""),
        ("same", FileState.UNCHANGED, ""),
        ("bad", FileState.NOT_TAKEN, why),
        ("touched", FileState.UNCHANGED, ""),
    ] == found


async def test_fault_that_somebody_asks_about(path: Path) -> None:
    """It is logged again at each request, and otherwise once."""
    token = await watched(path)
    remove(path)
    watch = FileWatch([token])
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await watch.look_at(token)
        await watch.look_at_all()

    assert ["error", "error", "info"] == [line["log_level"] for line in lines]


async def test_request_of_a_signal(path: Path) -> None:
    """The files are read at once, and a line says how many."""
    requested = asyncio.Event()
    watch = FileWatch([await watched(path)], requested=requested, interval_s=1e6)
    task = asyncio.create_task(watch.keep())
    with structlog.testing.capture_logs() as lines:
        write(path, "second")
        requested.set()
        await until_true(lambda: len(lines) == 2, "the look that was asked for")
    task.cancel()

    summary = {"event": "files were read again on request", "files": 1, "took_effect": 1, "not_taken": 0}
    assert {**summary, "log_level": "info"} == lines[1]


async def test_reader_that_fails(path: Path) -> None:
    """A fault of a library is a file that is not taken; its text, which may quote a secret, is not logged."""
    answers = ["first"]

    def read() -> str:
        if answers:
            return answers.pop()
        raise ValueError("pelargonium")

    file = await asyncio.to_thread(lambda: WatchedFile("x", path, read=read))
    write(path, "second")
    with structlog.testing.capture_logs() as lines:
        (report,) = await FileWatch([file]).look_at_all()

    assert (FileState.NOT_TAKEN, "first") == (report.state, file.value)
    assert "ValueError at test_watch.py" in report.why
    assert "pelargonium" not in str(lines)


async def test_user_of_a_value_that_fails(path: Path) -> None:
    """It is given the same value at the next look, and another user of the file gets it once."""
    token, told, others = await watched(path), list[str](), list[str]()

    def fail_once(value: str) -> None:
        told.append(value)
        if len(told) == 1:
            raise ValueError(value)

    token.on_change(fail_once)
    token.on_change(others.append)
    with structlog.testing.capture_logs() as lines:
        async with watching(token):
            write(path, "second")
            await until_true(lambda: len(lines) == 2, "the next look")

    assert (["second"] * 2, ["second"]) == (told, others)
    assert ["file not taken by all who use it, asked again", "file took effect"] == [line["event"] for line in lines]
    assert "test_watch.py" in lines[0]["error"]


async def test_user_that_fails_at_a_look_for_another(path: Path) -> None:
    """Who is about to need the file, as before a connection, does not fail with it."""
    token = await watched(path)

    def fail(value: str) -> None:
        raise ValueError(value)

    token.on_change(fail)
    watch = FileWatch([token])
    write(path, "second")
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await watch.look_at(token)

    assert ("second", 1) == (token.value, len(lines))
