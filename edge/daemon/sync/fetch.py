"""Fetches one listed island and verifies it. The bytes come from the push, the disk or the repository."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import NamedTuple

from edge.daemon.sync.entries import STORE_KEYS, PopEntry, PopSlot, open_entry, previous_store_key, store_key
from edge.daemon.sync.evict import eviction_key
from edge.daemon.sync.head_cache import HeadCache
from edge.errors import Reason, RefusedError
from edge.host import get_logger
from edge.records import IslandName, Rollout
from edge.store.verified import VerifiedStore
from edge.triage import Head, Triage
from edge.trust import IslandTarget
from edge.wire.publisher import RepositoryClient


class FetchedIsland(NamedTuple):
    """A verified revision, ready to be stored and served; while it is in rollout, with the one before it."""

    name: IslandName
    data: bytes
    entry: PopEntry
    rollout: Rollout | None
    previous: bytes | None
    previous_entry: PopEntry | None

    def slot(self, now: datetime, *, required: bool) -> PopSlot:
        """The island's slot on the shelf, without an earlier withdrawal or error."""
        return PopSlot(
            name=self.name,
            since=now,
            entry=self.entry,
            rollout=self.rollout,
            previous=self.previous_entry,
            required=required,
        )


def store_changes(fetched: Iterable[FetchedIsland], gone: Iterable[PopSlot]) -> dict[str, bytes | None]:
    """The changes of the verified store for these islands; None deletes a key."""
    changes: dict[str, bytes | None] = {key(slot.name): None for slot in gone for key in (*STORE_KEYS, eviction_key)}
    for item in fetched:
        changes[store_key(item.name)] = item.data
        # None once the rollout is over: nobody gets the revision before any more.
        changes[previous_store_key(item.name)] = item.previous
        # A revision that was fetched ends an eviction.
        changes[eviction_key(item.name)] = None
    return changes


def log_changes(fetched: Iterable[FetchedIsland], gone: Iterable[PopSlot]) -> None:
    """One line for each revision put in force, and one for each island that is gone."""
    log = get_logger()
    for item in fetched:
        island, before = item.entry.island, item.previous_entry
        log.info(
            "island in force",
            island=str(item.name),
            revision=island.revision,
            sha256=item.entry.sha256,
            rolled_out_over=before.island.revision if before else None,
        )
    for slot in gone:
        log.info("island withdrawn", island=str(slot.name), revision=slot.withdrawn_revision, why=slot.withdrawn_why)


class IslandFetcher:
    """Fetches islands. `store` belongs to the thread of `executor`; islands are verified in those of `openers`."""

    def __init__(
        self,
        *,
        store: VerifiedStore,
        triage: Triage,
        repository: RepositoryClient,
        executor: Executor,
        openers: Executor,
        on_step: Callable[[str], None],
    ) -> None:
        self._store, self._heads = store, HeadCache(triage)
        self._repository, self._on_step = repository, on_step
        self._executor, self._openers = executor, openers

    async def fetch(
        self,
        name: IslandName,
        target: IslandTarget,
        files: Mapping[str, bytes],
        *,
        keys: Mapping[str, bytes],
        slot: PopSlot | None,
    ) -> FetchedIsland:
        """The island that `target` describes; during a rollout with the revision before it, both or neither.

        `files` were pushed, by path; `keys` are the tenant's, by key id; `slot` is the island's slot, None if there is
        none. Raises `RefusedError` when a rule is broken, `UnreachableError` or `StorageError` when the bytes cannot be
        fetched or read.
        """
        # Before the bytes are fetched: an older revision is refused however good its bytes are.
        if slot is not None:
            _check_not_older(name, target, slot)
        before = slot.entry.head if slot is not None and slot.entry is not None else None
        data, entry = await self._open(name, target, files, keys, before=before)
        if target.previous is None:
            return FetchedIsland(name, data, entry, None, None, None)
        previous, previous_entry = await self._open(name, target.previous, files, keys, before=entry.head)
        return FetchedIsland(name, data, entry, target.custom.rollout, previous, previous_entry)

    async def _open(
        self,
        name: IslandName,
        target: IslandTarget,
        files: Mapping[str, bytes],
        keys: Mapping[str, bytes],
        *,
        before: Head | None,
    ) -> tuple[bytes, PopEntry]:
        loop = asyncio.get_running_loop()
        # The cheapest source first. Whichever has them, the bytes are verified below.
        data = files.get(target.repository_path)
        if data is None:
            data = await loop.run_in_executor(self._executor, self._stored, name, target)
        if data is None:
            data = await self._repository.fetch(target.repository_path, target.length)
        if data is None:
            raise RefusedError(
                f"island '{name}' revision {target.custom.revision} is listed but not in the repository, "
                f"expected {target.repository_path}",
                reason=Reason.METADATA_INVALID,
            )
        self._on_step("island fetched")
        entry = await loop.run_in_executor(
            self._openers,
            lambda: open_entry(data, name=name, keys=keys, heads=self._heads, target=target, before=before),
        )
        self._on_step("island verified")
        return data, entry

    def _stored(self, name: IslandName, target: IslandTarget) -> bytes | None:
        """The bytes if the disk has them: as the revision before, or because only the rollout has changed."""
        for key in STORE_KEYS:
            data = self._store.get(key(name))
            if data is not None and hashlib.sha256(data).hexdigest() == target.sha256:
                return data
        return None


def _check_not_older(name: IslandName, target: IslandTarget, slot: PopSlot) -> None:
    """Raise `RefusedError` (`ROLLBACK`) for a revision that was replaced or withdrawn."""
    is_new = slot.entry is None or slot.entry.sha256 != target.sha256
    if is_new and target.custom.revision <= slot.highest_revision:
        raise RefusedError(
            f"island '{name}' is revision {target.custom.revision}, expected above {slot.highest_revision}",
            reason=Reason.ROLLBACK,
        )
    # The revision before a rollout may be one that was replaced, but not one that was withdrawn.
    previous = target.previous
    if previous is not None and previous.custom.revision <= slot.withdrawn_revision:
        raise RefusedError(
            f"island '{name}' is rolled out over revision {previous.custom.revision}, which was withdrawn",
            reason=Reason.ROLLBACK,
        )
