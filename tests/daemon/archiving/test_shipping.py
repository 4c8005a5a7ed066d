"""A closed log goes to an archive elsewhere, also if both sides are killed again and again; only then it goes here."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from edge.archive import ArchiveRoom, ArchiveRoutes
from edge.daemon.archiving import ship
from edge.daemon.ledger import LogEndings
from edge.errors import DiskFullError, RefusedError, UnreachableError
from edge.ledger import NoteKey, open_checkpoint
from edge.records import IslandState
from edge.records.archive import ArchivedLog, ArchiveState, ClosedLog
from edge.store.ledger import LedgerStore, LogArchive, LogState, StoredLog
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient
from tests.daemon.ledger.test_endings import DAY, Shelf, close
from tests.daemon.ledger.test_writer import EVENT, START, LedgerOf
from tests.dying import DiedError

LEAVES = 1_500
SIGNER = PopSigner(b"\x05" * 32)
ORIGIN = f"pop-1/{EVENT}"


class KilledClient(ArchiveClient):
    """A client whose PoP dies with its `left`th request: half of the time before it is sent."""

    left, before = 0, False

    async def _put(self, path: str, body: bytes, media: str) -> bytes:
        self.left -= 1
        if self.left == 0 and self.before:
            raise DiedError
        answer = await super()._put(path, body, media)
        if self.left == 0:
            raise DiedError
        return answer


@asynccontextmanager
async def archive_in(folder: Path) -> AsyncIterator[str]:
    """Serve an archive; gives its URL."""

    async def keys_of(_request: web.Request) -> Sequence[bytes]:
        return (SIGNER.public,)

    app = web.Application()
    ArchiveRoutes(folder, keys_of=keys_of).add_to(app)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


class HttpArchive:
    """An archive at an address: `Archive`."""

    def __init__(self, run: LedgerOf, session: aiohttp.ClientSession, url: str) -> None:
        self.run, self.client = run, KilledClient(session, url, pop="pop-1", sign=SIGNER.sign_as)

    def place(self, _log: StoredLog) -> str:
        """As `Archive` says."""
        return ""

    async def keep(self, log: StoredLog, key: NoteKey, note: str) -> bool:
        """As `Archive` says."""
        return await ship(log, key, note, ledger=self.run.ledger, client=self.client, signer=SIGNER)


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[LedgerOf]:
    """A ledger with a closed log of six bundles."""
    run = LedgerOf(tmp_path)
    await run.writer.begin()
    run.note(LEAVES)
    await close(run)
    yield run
    await run.writer.close()
    run.outbox_thread.submit(run.outbox.close).result()
    run.thread.shutdown()
    run.outbox_thread.shutdown()


def looking(run: LedgerOf, archive: Any) -> LogEndings:
    """What looks after the logs of a PoP."""
    shelf: Any = Shelf(IslandState.EXPIRED)
    return LogEndings(
        config=run.config,
        ledger=run.ledger,
        shelf=lambda: shelf,
        now=lambda: START + DAY,
        metrics=run.metrics.ledger,
        archive=archive,
    )


async def state_of(run: LedgerOf) -> LogState:
    """What the PoP says of the log."""
    log = await run.ledger.log(EVENT)
    assert log is not None
    return log.state


def leaves_in(store: LedgerStore) -> int:
    """How many leaves are on the PoP's disk."""
    return int(store._connection.execute("SELECT count(*) FROM leaves").fetchone()[0])


async def test_log_goes_and_is_deleted_here(run: LedgerOf, tmp_path: Path) -> None:
    """The folder is one that the PoP could have written; the key that the fleet knows signed its checkpoint, too."""
    folder = tmp_path / "archive"
    public = await run.writer.read(lambda store: store.public)
    async with archive_in(folder) as url, aiohttp.ClientSession() as session:
        await looking(run, HttpArchive(run, session, url)).look()

    assert LogState.ARCHIVED is await state_of(run)
    assert 0 == await run.writer.read(leaves_in)
    assert LEAVES + 1 == await asyncio.to_thread(LogArchive(folder, ORIGIN).check, NoteKey(ORIGIN, public))
    note = await asyncio.to_thread((folder / ORIGIN / "checkpoint").read_text)
    assert LEAVES + 1 == open_checkpoint(note, NoteKey(ORIGIN, SIGNER.public)).checkpoint.size


@pytest.mark.parametrize("seed", range(10))
async def test_killed_on_the_way(run: LedgerOf, tmp_path: Path, seed: int) -> None:
    """The PoP dies between two pieces, the archive is started again: no piece is lost, and nothing is deleted early."""
    rng, folder = Random(seed), tmp_path / "archive"
    public = await run.writer.read(lambda store: store.public)
    rounds = 0
    async with aiohttp.ClientSession() as session:
        while await state_of(run) is not LogState.ARCHIVED:
            assert LEAVES + 1 == await run.writer.read(leaves_in)
            async with archive_in(folder) as url:
                archive = HttpArchive(run, session, url)
                # No round brings all of it: eight requests do.
                archive.client.left, archive.client.before = rng.randint(1, 5), rng.random() < 0.5
                rounds += 1
                if rounds > 20:
                    archive.client.left = 0
                try:
                    await looking(run, archive).look()
                except DiedError:
                    assert LogState.CLOSED is await state_of(run)

    assert rounds > 1
    assert LEAVES + 1 == await asyncio.to_thread(LogArchive(folder, ORIGIN).check, NoteKey(ORIGIN, public))


async def test_archive_whose_disk_is_full(run: LedgerOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PoP keeps its log and says why; when there is room, the rest goes."""
    taken, take = [0], ArchiveRoom.take

    def full(room: ArchiveRoom, pop: str, size: int) -> None:
        taken[0] += 1
        if taken[0] > 3:
            raise DiskFullError("no room")
        take(room, pop, size)

    async with archive_in(tmp_path / "archive") as url, aiohttp.ClientSession() as session:
        archive = HttpArchive(run, session, url)
        with monkeypatch.context() as patched, capture_logs() as lines:
            patched.setattr(ArchiveRoom, "take", full)
            await looking(run, archive).look()
        assert LogState.CLOSED is await state_of(run)
        await looking(run, archive).look()

    error = next(line["error"] for line in lines if line["event"] == "the archive cannot be reached, a log stays here")
    count = run.metrics.registry.get_sample_value
    assert [1, 1] == [count("skerry_ledger_archived_total", {"result": one}) for one in ("unreachable", "ok")]
    assert error.endswith("answered with status 503: the disk of the archive is full, try again later")
    assert LogState.ARCHIVED is await state_of(run)


async def test_archive_that_is_restarted_on_the_way(run: LedgerOf, tmp_path: Path) -> None:
    """A warning with what it said; the next look asks what it has, and goes on from there."""
    async with aiohttp.ClientSession() as session, archive_in(tmp_path / "archive") as url:
        archive = HttpArchive(run, session, url)
        put = archive.client.put_bundle

        async def put_bundle(log: str, number: int, bundle: bytes) -> None:
            async with archive_in(tmp_path / "archive") as other:
                # As one that was started again at this address: it remembers nothing of the upload.
                await (put if number < 2 else HttpArchive(run, session, other).client.put_bundle)(log, number, bundle)

        archive.client.put_bundle = put_bundle  # type: ignore[method-assign]
        with capture_logs() as lines:
            await looking(run, archive).look()
        assert LogState.CLOSED is await state_of(run)
        await looking(run, HttpArchive(run, session, url)).look()

    (line,) = (line for line in lines if line.get("log") == EVENT)
    assert ("warning", "the archive cannot be reached, a log stays here") == (line["log_level"], line["event"])
    assert line["error"].endswith("this log is not on its way here, put the log first")
    assert LogState.ARCHIVED is await state_of(run)


WORDS: dict[str, tuple[ArchivedLog, type[Exception] | None]] = {
    "it verifies": (ArchivedLog(state=ArchiveState.VERIFYING, bundles=6, size=LEAVES + 1, root=""), None),
    "it has another log": (
        ArchivedLog(state=ArchiveState.KEPT, bundles=6, size=LEAVES + 1, root="0" * 64),
        RefusedError,
    ),
    "it has another size": (ArchivedLog(state=ArchiveState.KEPT, bundles=6, size=7, root=""), RefusedError),
    "it has nothing after all": (
        ArchivedLog(state=ArchiveState.RECEIVING, bundles=6, size=LEAVES + 1, root=""),
        UnreachableError,
    ),
}


@pytest.mark.parametrize(("answer", "error"), WORDS.values(), ids=WORDS)
async def test_archive_that_has_not_this_log(run: LedgerOf, answer: ArchivedLog, error: type[Exception] | None) -> None:
    """The log stays here: only `kept`, of this size and root, lets it go."""
    log = await run.ledger.log(EVENT)
    assert log is not None
    key = NoteKey(log.origin, await run.writer.read(lambda store: store.public))
    root = open_checkpoint(log.checkpoint, key).checkpoint.root.hex()

    class Lying(ArchiveClient):
        """An archive that answers the same to everything."""

        async def put_log(self, _log: str, _closed: ClosedLog) -> ArchivedLog:
            return ArchivedLog(state=answer.state, bundles=answer.bundles, size=answer.size, root=answer.root or root)

    async with aiohttp.ClientSession() as session:
        client = Lying(session, "http://127.0.0.1:9", pop="pop-1", sign=None)
        shipping = ship(log, key, "", ledger=run.ledger, client=client, signer=None)
        if error is None:
            assert await shipping is False
        else:
            with pytest.raises(error):
                await shipping
    assert LogState.CLOSED is await state_of(run)
