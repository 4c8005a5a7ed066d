"""`edge.daemon.sync.sync`, with a real repository and the real store."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from edge.config import IslandsSection, PopConfig
from edge.daemon.sync import PopShelf, PopSlot, Syncer, shelf_from_store
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError, StorageError, UnreachableError
from edge.host import utc_now
from edge.records import Bundle, IslandState, IslandStatus
from edge.store.verified import VerifiedStore
from edge.trust import TrustedMetadata
from tests.daemon.conftest import pop_config
from tests.pen import DROP, Pen


class FolderRepository:
    """Serves a publisher's folder as its server would; `bent` replaces files by the end of a path; None hides one."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "repository"
        self.bent: dict[str, bytes | None] = {}
        self.fetched: list[str] = []

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """As `RepositoryClient.fetch`."""
        self.fetched.append(path)
        for end, content in self.bent.items():
            if path.endswith(end):
                return content
        file = self._folder / path
        content = await asyncio.to_thread(lambda: file.read_bytes() if file.is_file() else None)
        if content is not None and len(content) > max_length:
            raise RefusedError("too long", reason=Reason.LENGTH_MISMATCH)
        return content

    def everything(self) -> Bundle:
        """A push of every file."""
        files = [file for file in self._folder.rglob("*.*") if file.is_file()]
        return Bundle(files={str(file.relative_to(self._folder)): file.read_bytes() for file in files})


class SyncedPop:
    """The part of a PoP that syncs, with one thread and a folder of its own."""

    def __init__(self, home: Path, folder: Path, pen: Pen, thread: ThreadPoolExecutor) -> None:
        self.repository = FolderRepository(home)
        self.config: PopConfig = pop_config(folder, publisher_url="http://127.0.0.1:1", origin_url="http://127.0.0.1:1")
        self.root = (home / "root.json").read_bytes()
        self.pen, self.thread = pen, thread
        self.store = thread.submit(VerifiedStore, folder).result()
        self.syncer = self.start()

    def start(self, shelf: PopShelf | None = None) -> Syncer:
        """A syncer as after a restart, from the store; `shelf` replaces the stored one."""
        files = self.thread.submit(self.store.read_all).result()
        trust = TrustedMetadata.start(files, self.root)
        stored = shelf_from_store(
            files,
            trust=trust,
            triage=self.pen.triage,
            islands=self.config.islands,
            now=utc_now(),
            openers=self.thread,
        )
        return Syncer(
            config=self.config,
            trust=trust,
            store=self.store,
            triage=self.pen.triage,
            repository=self.repository,  # type: ignore[arg-type]
            executor=self.thread,
            openers=self.thread,
            metrics=Metrics(),
            now=utc_now,
            shelf=shelf or stored,
        )

    def status(self, now: datetime | None = None) -> IslandStatus | None:
        """The drop's status."""
        return self.syncer.shelf.status(DROP, now or utc_now())

    def close(self) -> None:
        """Close the store."""
        self.thread.submit(self.store.close).result()


@pytest.fixture
async def pop(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that has not synced yet."""
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        yield pop
        await asyncio.to_thread(pop.close)


async def _publish(pen: Pen, home: Path) -> int:
    return await asyncio.to_thread(pen.publish, home)


async def test_poll_puts_the_island_in_force(pop: SyncedPop) -> None:
    """A new PoP needs only the repository's files."""
    await pop.syncer.sync("poll")

    found = pop.status()
    assert found is not None
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


async def test_push_needs_no_request(pop: SyncedPop) -> None:
    """A push with every file is accepted without a request to the repository."""
    bundle = await asyncio.to_thread(pop.repository.everything)
    await pop.syncer.sync("push", bundle)

    assert [] == pop.repository.fetched
    assert pop.status() is not None


async def test_restart_serves_the_stored_islands(pop: SyncedPop) -> None:
    """A restarted PoP builds its shelf from the store."""
    await pop.syncer.sync("poll")
    restarted = await asyncio.to_thread(pop.start)

    found = restarted.shelf.status(DROP, utc_now())
    assert found is not None
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


async def test_disk_that_cannot_be_read(pop: SyncedPop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Viewers and other PoPs read an island's error: it names no file. The log does."""

    def broken(_key: str) -> bytes:
        raise StorageError("/srv/state/verified.db could not be used: disk I/O error")

    monkeypatch.setattr(pop.store, "get", broken)
    with capture_logs() as lines, contextlib.suppress(StorageError):
        await pop.syncer.sync("poll")

    found = pop.status()
    assert found is not None
    assert "its disk failed, or a file there is not as it should be; its log says which" == found.last_error
    assert ["/srv/state/verified.db could not be used: disk I/O error"] == [
        line["error"] for line in lines if line["event"] == "island refused"
    ]


async def test_same_state_again_changes_nothing(pop: SyncedPop) -> None:
    """A push that arrives twice is accepted once."""
    bundle = await asyncio.to_thread(pop.repository.everything)
    await pop.syncer.sync("push", bundle)
    before = pop.syncer.shelf.slots
    await pop.syncer.sync("push", bundle)

    assert before == pop.syncer.shelf.slots


async def test_older_revision_is_refused(pop: SyncedPop) -> None:
    """Even the tenant's own key cannot bring back a revision that is not above the withdrawn one."""
    shelf = PopShelf().put(PopSlot(name=DROP, since=utc_now(), withdrawn_revision=7))
    pop.syncer = await asyncio.to_thread(pop.start, shelf)
    with pytest.raises(RefusedError) as caught:
        await pop.syncer.sync("poll")

    assert (Reason.ROLLBACK, "island 'northwind/hoodie-drop' is revision 1, expected above 7") == (
        caught.value.reason,
        caught.value.text,
    )


Bend = Callable[[bytes], bytes | None]

BENT_ISLANDS: dict[str, tuple[Bend, Reason, str]] = {
    "a flipped byte": (lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:], Reason.HASH_MISMATCH, "sha256"),
    "cut short": (lambda data: data[:-1], Reason.LENGTH_MISMATCH, "bytes, expected"),
    "too long": (lambda data: data + b"x", Reason.LENGTH_MISMATCH, "bytes, expected"),
    "missing": (lambda _: None, Reason.METADATA_INVALID, "is listed but not in the repository, expected targets/"),
}


@pytest.mark.parametrize(("bend", "reason", "text"), BENT_ISLANDS.values(), ids=BENT_ISLANDS.keys())
async def test_bad_island_leaves_the_last_good_one(
    pop: SyncedPop, pen: Pen, home: Path, bend: Bend, reason: Reason, text: str
) -> None:
    """The revision before is served, and its status has the error of the new one."""
    await pop.syncer.sync("poll")
    await _publish(pen, home)
    bundle = await asyncio.to_thread(pop.repository.everything)
    islands = {path: data for path, data in bundle.files.items() if path.endswith(".island")}
    pop.repository.bent = {path: bend(data) for path, data in islands.items()}
    with pytest.raises(RefusedError) as caught:
        await pop.syncer.sync("poll")

    assert reason is caught.value.reason
    assert text in caught.value.text
    found = pop.status()
    assert found is not None
    assert (1, caught.value.text) == (found.revision, found.last_error)
    assert found.state is not IslandState.REJECTED

    pop.repository.bent.clear()
    await pop.syncer.sync("poll")
    accepted = pop.status()
    assert accepted is not None
    assert (IslandState.FRESH, 2, "") == (accepted.state, accepted.revision, accepted.last_error)


async def test_refused_island_is_not_fetched_with_every_heartbeat(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """Refused bytes are fetched again only by the next poll, or come by a push."""
    await pop.syncer.sync("poll")
    await _publish(pen, home)
    pop.repository.bent = {".island": b"nonsense"}
    with pytest.raises(RefusedError):
        await pop.syncer.sync("poll")
    pop.repository.fetched.clear()
    bundle = await asyncio.to_thread(pop.repository.everything)
    await pop.syncer.sync("push", Bundle(files={k: v for k, v in bundle.files.items() if not k.endswith(".island")}))

    assert [] == pop.repository.fetched

    pop.repository.bent.clear()
    await pop.syncer.sync("poll")
    accepted = pop.status()
    assert accepted is not None
    assert (IslandState.FRESH, 2, "") == (accepted.state, accepted.revision, accepted.last_error)


async def test_unchanged_tenants_are_skipped(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """A sync costs only as much as it changes: tenants without a new role are skipped, however large they are."""
    asked: list[str] = []

    class Section(IslandsSection, frozen=True):
        """Remembers which islands were asked for."""

        def wants(self, name: str) -> bool:
            """True for every island."""
            asked.append(name)
            return True

    pop.config = msgspec.structs.replace(pop.config, islands=Section())
    pop.syncer = await asyncio.to_thread(pop.start)
    await pop.syncer.sync("poll")
    asked.clear()
    await pop.syncer.sync("poll")
    assert [] == asked

    await _publish(pen, home)
    await pop.syncer.sync("poll")
    assert {str(DROP)} == set(asked)


async def test_damaged_metadata_changes_nothing(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """A timestamp that cannot be verified leaves the shelf unchanged."""
    await pop.syncer.sync("poll")
    await _publish(pen, home)
    pop.repository.bent = {"timestamp.json": b"<html>not found</html>"}
    with pytest.raises(RefusedError) as caught:
        await pop.syncer.sync("poll")

    assert Reason.METADATA_INVALID is caught.value.reason
    found = pop.status()
    assert found is not None
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


class FullDisk(VerifiedStore):
    """A store whose disk is full."""

    def commit(self, changes: object) -> None:
        """Fail as SQLite does."""
        del changes
        raise StorageError(f"{self._file} could not be written: {sqlite3.OperationalError('disk is full')}")


async def test_full_disk_stops_new_revisions_but_no_withdrawal(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """A revision that cannot be stored is not served; a withdrawal takes effect all the same."""
    await pop.syncer.sync("poll")
    pop.store.__class__ = FullDisk
    await _publish(pen, home)
    with pytest.raises(StorageError, match="disk is full"):
        await pop.syncer.sync("poll")
    still = pop.status()
    assert still is not None
    assert 1 == still.revision

    await asyncio.to_thread(pen.withdraw, home)
    with pytest.raises(StorageError):
        await pop.syncer.sync("poll")
    gone = pop.status()
    assert gone is not None
    assert gone.state is IslandState.WITHDRAWN

    pop.store.__class__ = VerifiedStore
    await pop.syncer.sync("poll")
    restarted = await asyncio.to_thread(pop.start)
    after = restarted.shelf.status(DROP, utc_now())
    assert after is not None
    assert after.state is IslandState.WITHDRAWN


async def test_island_withdrawn_before_the_first_sync(pop: SyncedPop, pen: Pen, home: Path) -> None:
    """A new PoP shows the island as withdrawn, not as unknown."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")

    found = pop.status()
    assert found is not None
    assert found.state is IslandState.WITHDRAWN


class Silent(FolderRepository):
    """A repository that cannot be reached."""

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """Raise as if nothing answered."""
        del path, max_length
        raise UnreachableError("nobody there")


async def test_unreachable_publisher_changes_nothing(pop: SyncedPop, home: Path) -> None:
    """The islands stay in force."""
    await pop.syncer.sync("poll")
    pop.repository = Silent(home)
    silent = await asyncio.to_thread(pop.start)
    with pytest.raises(UnreachableError):
        await silent.sync("poll")

    found = silent.shelf.status(DROP, utc_now())
    assert found is not None
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


async def test_islands_that_are_not_served_here_are_not_fetched(pop: SyncedPop) -> None:
    """A PoP accepts only the islands that its configuration names."""
    islands = pop.config.islands
    pop.config = pop_config(
        pop.config.folder,
        publisher_url="http://127.0.0.1:1",
        origin_url="http://127.0.0.1:1",
        islands={"serve": ["someone/*"]},
    )
    pop.syncer = await asyncio.to_thread(pop.start)
    await pop.syncer.sync("poll")

    assert islands.wants(str(DROP))
    assert pop.status() is None
    assert not any(path.endswith((".island", ".northwind.json")) for path in pop.repository.fetched)
