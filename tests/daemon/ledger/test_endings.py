"""The end of an event: its log is closed, archived, read there, and only then deleted here."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from click.testing import CliRunner

from edge.cli import cli
from edge.daemon.archiving import FolderArchive
from edge.daemon.ledger import LogEndings, events_served, log_of
from edge.errors import Cause, StorageError, UnreachableError
from edge.ledger import NoteKey, SignatureType, cosignature
from edge.records import IslandName, IslandState
from edge.store.ledger import CosignedNotes, LogArchive, LogState, StoredLog
from tests.daemon.ledger.test_writer import EVENT, START, LedgerOf
from tests.ledger.logs import PEN

DAY = timedelta(days=1)
WITNESS = NoteKey("witness.example/w1", bytes(PEN.verify_key), SignatureType.COSIGNATURE)


class Shelf:
    """A shelf with one island, in a state."""

    def __init__(self, state: IslandState, *, island: str = EVENT, event: str = "drop") -> None:
        entry = SimpleNamespace(island=SimpleNamespace(tenant="acme", event_name=event))
        self.slots = {0: SimpleNamespace(name=IslandName.parse(island), entry=cast(Any, entry))}
        self._state = state

    def status_of(self, _slot: object, _now: datetime) -> Any:
        """The status of a slot."""
        return SimpleNamespace(state=self._state)


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[LedgerOf]:
    """A ledger with an archive, and a leaf of an event."""
    run = LedgerOf(tmp_path, archive="archive")
    await run.writer.begin()
    run.note()
    await run.writer.write()
    yield run
    await run.writer.close()
    run.outbox_thread.submit(run.outbox.close).result()
    run.thread.shutdown()
    run.outbox_thread.shutdown()


def endings(run: LedgerOf, shelf: Shelf, after: timedelta, **more: Any) -> LogEndings:
    """What looks after the logs, so long after the last leaf."""
    archive = FolderArchive(run.config.path(run.config.ledger.archive), run.ledger)
    arguments: dict[str, Any] = {"archive": archive, "metrics": run.metrics.ledger} | more
    return LogEndings(
        config=run.config, ledger=run.ledger, shelf=lambda: cast(Any, shelf), now=lambda: START + after, **arguments
    )


def place(log: StoredLog) -> str:
    """Each tenant has a place of its own."""
    return log.name.partition("/")[0]


async def state_after(run: LedgerOf, shelf: Shelf, after: timedelta, *, looks: int = 3) -> tuple[LogState, int]:
    """State and size of the log after some looks."""
    for _ in range(looks):
        await endings(run, shelf, after).look()
        await run.writer.write()
    log = await run.ledger.log(EVENT)
    assert log is not None
    return log.state, log.size


async def test_log_of_an_event_that_is_served_stays_open(run: LedgerOf) -> None:
    """However quiet it is; also while an island of another name belongs to it."""
    assert (LogState.OPEN, 1) == await state_after(run, Shelf(IslandState.STALE), 30 * DAY)
    assert (LogState.OPEN, 1) == await state_after(run, Shelf(IslandState.FRESH, island="acme/other"), 30 * DAY)


@pytest.mark.parametrize("state", [IslandState.EXPIRED, IslandState.WITHDRAWN])
async def test_log_of_an_event_that_is_over(run: LedgerOf, state: IslandState, tmp_path: Path) -> None:
    """It stays open for a week, for replies; then it is closed, archived and deleted here."""
    assert (LogState.OPEN, 1) == await state_after(run, Shelf(state), 6 * DAY)
    assert (LogState.ARCHIVED, 2) == await state_after(run, Shelf(state), 8 * DAY)
    public = await run.writer.read(lambda store: store.public)

    origin = f"pop-1/{EVENT}"
    archive = LogArchive(tmp_path / "archive", origin)
    assert 2 == await asyncio.to_thread(archive.check, NoteKey(origin, public))


async def test_log_without_an_archive_is_closed_and_stays(run: LedgerOf) -> None:
    """Its leaves are here."""
    looking = endings(run, Shelf(IslandState.EXPIRED), 8 * DAY, archive=None)
    for _ in range(3):
        await looking.look()
        await run.writer.write()
    log = await run.ledger.log(EVENT)

    assert log is not None
    assert (LogState.CLOSED, 2) == (log.state, log.size)
    assert 2 == len(await run.leaves())


async def test_archive_that_cannot_be_written(run: LedgerOf, tmp_path: Path) -> None:
    """The log stays here, an error says so, and the next look tries again."""
    (tmp_path / "archive").write_bytes(b"not a folder")
    with structlog.testing.capture_logs() as lines:
        assert (LogState.CLOSED, 2) == await state_after(run, Shelf(IslandState.EXPIRED), 8 * DAY)
    assert {"a log cannot be archived, it stays here"} == {line["event"] for line in lines}
    assert 2 == len(await run.leaves())
    (tmp_path / "archive").unlink()

    assert (LogState.ARCHIVED, 2) == await state_after(run, Shelf(IslandState.EXPIRED), 8 * DAY)


async def test_archive_that_hangs(run: LedgerOf) -> None:
    """The logs of other events are closed meanwhile."""
    await close(run)
    run.note(event="acme/tour")
    await run.writer.write()
    asked, never = asyncio.Event(), asyncio.Event()

    async def keep(*_: object) -> bool:
        asked.set()
        return await never.wait()

    looking = endings(run, Shelf(IslandState.EXPIRED), 8 * DAY, archive=SimpleNamespace(keep=keep, place=place))
    look = asyncio.create_task(looking.look())
    await asyncio.wait({look, asyncio.create_task(asked.wait())}, return_when=asyncio.FIRST_COMPLETED)
    await run.writer.write()
    look.cancel()
    log = await run.ledger.log("acme/tour")

    assert log is not None
    assert (LogState.CLOSED, True) == (log.state, asked.is_set())


async def test_archive_that_takes_long_to_fail(run: LedgerOf) -> None:
    """The pause begins when the attempt has ended."""
    await close(run)
    after, attempts = 8 * DAY, list[timedelta]()

    async def keep(*_: object) -> bool:
        nonlocal after
        attempts.append(after)
        after += timedelta(minutes=10)
        raise UnreachableError("it does not answer", cause=Cause.SILENT)

    looking = endings(run, Shelf(IslandState.EXPIRED), after, archive=SimpleNamespace(keep=keep, place=place))
    looking._now = lambda: START + after
    for _ in range(2):
        await looking.look()
    after += timedelta(minutes=1)
    await looking.look()

    assert [0, 11] == [(one - 8 * DAY) // timedelta(minutes=1) for one in attempts]


@pytest.mark.parametrize(
    ("cause", "asked"),
    [
        (Cause.SILENT, ["acme/drop", "globex/tour", "acme/fair", "globex/tour"]),
        (Cause.STATUS, ["acme/drop", "acme/fair", "globex/tour", "globex/tour"]),
    ],
)
async def test_place_that_does_not_answer(run: LedgerOf, cause: Cause, asked: list[str]) -> None:
    """Its other logs wait for the next look, and other places are asked; one that answers is asked for each log."""
    for event in ("acme/fair", "globex/tour"):
        run.note(event=event)
    for event in (EVENT, "acme/fair", "globex/tour"):
        run.writer.close_log(event)
    await run.writer.write()
    attempts = list[str]()

    async def keep(log: StoredLog, *_: object) -> bool:
        attempts.append(log.name)
        if place(log) == "acme":
            raise UnreachableError("it does not answer", cause=cause)
        # It is being verified.
        return False

    looking = endings(run, Shelf(IslandState.EXPIRED), 8 * DAY, archive=SimpleNamespace(keep=keep, place=place))
    for _ in range(2):
        await looking.look()

    assert asked == attempts


async def test_archive_that_is_refused_for_long(run: LedgerOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried more and more rarely, and told once."""
    await close(run)
    (tmp_path / "archive").write_bytes(b"not a folder")
    after, attempts, begin = 8 * DAY, list[timedelta](), LogArchive.begin

    def beginning(archive: LogArchive, checkpoint: str) -> None:
        attempts.append(after - 8 * DAY)
        begin(archive, checkpoint)

    monkeypatch.setattr(LogArchive, "begin", beginning)
    looking = endings(run, Shelf(IslandState.EXPIRED), after)
    looking._now = lambda: START + after
    with structlog.testing.capture_logs() as lines:
        for _ in range(60 * 5):
            await looking.look()
            after += timedelta(minutes=1)

    assert [0, 1, 3, 7, 15, 31, 63, 123, 183, 243] == [one // timedelta(minutes=1) for one in attempts]
    assert ["a log cannot be archived, it stays here"] == [line["event"] for line in lines]


async def close(run: LedgerOf) -> str:
    """Close the log; gives its last checkpoint."""
    run.writer.close_log(EVENT)
    await run.writer.write()
    log = await run.ledger.log(EVENT)
    assert log is not None
    return log.checkpoint


async def test_log_waits_for_its_witness(run: LedgerOf, tmp_path: Path) -> None:
    """It is archived with its cosigned last state, and is verified there by it. An earlier state is not enough."""
    earlier, notes = (await run.ledger.log(EVENT)), CosignedNotes(tmp_path)
    last = await close(run)
    seen = cosignature(last.partition("\n\n")[0] + "\n", WITNESS.name, PEN, at_s=1)
    assert earlier is not None
    looking = endings(run, Shelf(IslandState.EXPIRED), 0.5 * DAY, cosigned=notes.get)
    states = []
    for note in ("", earlier.checkpoint, last + seen):
        await asyncio.to_thread(notes.put, f"pop-1/{EVENT}", note)
        await looking.look()
        log = await run.ledger.log(EVENT)
        assert log is not None
        states.append(log.state)

    assert [LogState.CLOSED, LogState.CLOSED, LogState.ARCHIVED] == states
    archived = tmp_path / "archive" / "pop-1" / EVENT
    public = await run.writer.read(lambda store: store.public)
    arguments = ["ledger", "verify", str(archived), "--key", public.hex(), "--witness", WITNESS.text]
    verified = await asyncio.to_thread(CliRunner().invoke, cli, arguments)
    assert (0, True) == (verified.exit_code, "cosigned  by witness.example/w1" in verified.output), verified.output


async def test_witness_that_does_not_answer(run: LedgerOf, tmp_path: Path) -> None:
    """After a day the log is archived without it, and a line says so. A damaged note is none."""
    await close(run)
    notes = CosignedNotes(tmp_path)
    await asyncio.to_thread(notes.put, f"pop-1/{EVENT}", "")
    (damaged,) = await asyncio.to_thread(lambda: [*(tmp_path / "cosigned").iterdir()])
    damaged.write_bytes(b"\xff")
    looking = endings(run, Shelf(IslandState.EXPIRED), 1.1 * DAY, cosigned=notes.get)
    with structlog.testing.capture_logs() as lines:
        await looking.look()
    log = await run.ledger.log(EVENT)

    assert log is not None
    assert LogState.ARCHIVED is log.state
    assert "a log is archived without a witness's signature of its last state" == lines[0]["event"]
    assert not (tmp_path / "archive" / "pop-1" / EVENT / "cosigned").exists()


async def test_archive_that_lost_a_file(run: LedgerOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is read again before anything is deleted here."""
    finish = LogArchive.finish

    def losing(archive: LogArchive) -> None:
        finish(archive)
        shutil.rmtree(tmp_path / "archive" / "pop-1" / EVENT / "tile" / "0")

    monkeypatch.setattr(LogArchive, "finish", losing)
    with structlog.testing.capture_logs() as lines:
        assert (LogState.CLOSED, 2) == await state_after(run, Shelf(IslandState.EXPIRED), 8 * DAY)

    assert "is missing, expected it in the archive" in lines[0]["error"]


async def test_process_that_died_while_it_deleted(
    run: LedgerOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of which a part is deleted is not archived again from what is left; the rest is deleted later."""
    store = run.writer._store
    assert store is not None
    remove, fails = store.remove, [True]

    def failing(name: str) -> bool:
        gone = remove(name)
        if fails:
            fails.clear()
            raise StorageError("the process is gone")
        return gone

    monkeypatch.setattr(store, "remove", failing)
    shelf, origin = Shelf(IslandState.EXPIRED), f"pop-1/{EVENT}"
    with structlog.testing.capture_logs() as lines:
        assert (LogState.ARCHIVED, 2) == await state_after(run, shelf, 8 * DAY)
    # A second process finds the rest.
    assert (LogState.ARCHIVED, 2) == await state_after(run, shelf, 8 * DAY, looks=1)
    public = await run.writer.read(lambda store: store.public)

    assert "a log is in the archive and cannot be deleted here" == lines[0]["event"]
    assert 2 == await asyncio.to_thread(LogArchive(tmp_path / "archive", origin).check, NoteKey(origin, public))
    assert [(0,)] == await run.writer.read(
        lambda store: store._connection.execute("SELECT count(*) FROM leaves").fetchall()
    )


def test_events_that_are_served() -> None:
    """By the event that islands sign."""
    shelf = cast(Any, Shelf(IslandState.FRESH, island="acme/shoe", event="summer"))

    assert {"acme/summer"} == events_served(shelf, START)
    assert frozenset() == events_served(cast(Any, Shelf(IslandState.EXPIRED)), START)


def test_names_that_only_viewers_gave_make_no_logs() -> None:
    """They share one of their tenant; a name that is signed has its own."""
    assert ["acme/_", "acme/_", "acme/drop"] == [
        log_of("acme/made-up", None, is_known=False),
        log_of("acme/another", None, is_known=False),
        log_of("acme/drop", None),
    ]
