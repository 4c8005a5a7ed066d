"""Accepts the publisher's state: verifies metadata and islands, stores them durably, then swaps the shelf.

One attempt at a time. A push and a poll run the same steps; only the source of the bytes differs.

**Crashes.** Nothing is in force that was not stored, and nothing is stored that was not verified. So a process that
dies between any two steps starts again from the last commit, and the next attempt does the rest. The exception is in
the safe direction: an island that was withdrawn, or whose key was revoked, leaves the shelf even if the disk fails.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.config import PopConfig
from edge.daemon.sync.entries import PopShelf, PopSlot
from edge.daemon.sync.evict import SlotChange
from edge.daemon.sync.fetch import FetchedIsland, IslandFetcher, log_changes, store_changes
from edge.daemon.sync.gc_tuning import exempt_islands
from edge.daemon.sync.refresh import PushedFiles, refresh_metadata
from edge.daemon.sync.root_anchor import RootAnchor
from edge.daemon.sync.transitions import (
    gone_slots,
    keys_by_tenant,
    revoked_slots,
    uncounted_slots,
    unserved_islands,
    vouched,
)
from edge.daemon.telemetry import Metrics
from edge.errors import RefusedError, SkerryError, StorageError, text_for_others
from edge.host import RepeatedLines, get_logger, ignore
from edge.records import Bundle, IslandName
from edge.store.verified import VerifiedStore
from edge.triage import Triage
from edge.trust import IslandTarget, TenantRole, TrustedMetadata
from edge.wire.publisher import RepositoryClient

PARALLEL_FETCHES = 8
"""Islands fetched at once on a cold start: the six connections that a browser opens to one host, and two more."""

IN_FORCE = "in force"
"""The last step of every attempt that stored its result, even if it brought nothing new."""


class Syncer:
    """Keeps one PoP's shelf at its publisher's state. `shelf` is the one in force: read it, never assign it."""

    def __init__(
        self,
        *,
        config: PopConfig,
        trust: TrustedMetadata,
        store: VerifiedStore,
        triage: Triage,
        repository: RepositoryClient,
        executor: Executor,
        openers: Executor,
        metrics: Metrics,
        now: Callable[[], datetime],
        shelf: PopShelf,
        anchor: RootAnchor | None = None,
        on_step: Callable[[str], None] = ignore,
        on_timestamp: Callable[[datetime | None], None] = ignore,
    ) -> None:
        """`store` belongs to the thread of `executor`; islands are verified in the threads of `openers`.

        After each refresh, `on_timestamp` is called with the expiry of the newest verified timestamp.
        """
        self.shelf = shelf
        self._config, self._trust, self._store = config, trust, store
        self._repository, self._executor, self._metrics, self._anchor = repository, executor, metrics, anchor
        self._fetcher = IslandFetcher(
            store=store, triage=triage, repository=repository, executor=executor, openers=openers, on_step=on_step
        )
        self._now, self._on_step, self._on_timestamp = now, on_step, on_timestamp
        self._refused: dict[IslandName, IslandTarget] = {}
        self._in_force: dict[str, TenantRole | None] = {}
        """By tenant: the role of which everything is in force. A push of one island thus skips all other tenants."""
        self._tenant_keys, self._one_at_a_time = keys_by_tenant(trust, trust.tenants()), asyncio.Lock()
        self._log, self._repeats = get_logger(), RepeatedLines()

    @property
    def trust(self) -> TrustedMetadata:
        """The verified metadata as of now."""
        return self._trust

    async def sync(self, source: str, bundle: Bundle | None = None) -> None:
        """Bring the shelf to the publisher's state. `source` is a label of the metric: `push` or `poll`.

        Files of `bundle` are used before any is fetched. Raises `RefusedError` when metadata or an island broke a rule,
        `UnreachableError` when a file could not be fetched, `StorageError` when it could not be stored. After the first
        two, everything else that was verified is in force; after a `StorageError` only withdrawals are.
        """
        files = bundle.files if bundle else {}
        async with self._one_at_a_time:
            self._on_step("arrived")
            if bundle is None:
                # A poll fetches refused islands again. A push does not, because one comes with every new timestamp.
                self._refused.clear()
                await self._apply_anchor()
            with self._metrics.island_accept_s.time():
                fault: SkerryError | None = None
                refused: Mapping[str, RefusedError] = {}
                try:
                    refused = await self._refresh(files, pushed=bundle is not None)
                except SkerryError as error:
                    # Raised at the end: the roles that were verified before it may withdraw or revoke something.
                    fault = error
                # The clock first: whether islands are open, fresh or expired depends on it.
                self._on_timestamp(self._trust.timestamp_expires)
                self._on_step("metadata verified")
                changed = self._changed_roles()
                # Before the fetches: what a stolen key signed must not be served while a slow file is on its way.
                self._forget_revoked(changed.keys())
                fetched, faults = await self._fetch_wanted(files, changed.keys())
                try:
                    await self._put_in_force(fetched, changed.keys())
                except StorageError as error:
                    self._metrics.syncs.labels(source, error.reason).inc()
                    raise
            # Last, and only for tenants without a fault: the others are looked at again in the next attempt.
            unfinished = faults.keys() | {name.tenant for name in self._refused}
            self._in_force |= {tenant: role for tenant, role in changed.items() if tenant not in unfinished}
            fault = fault or next(iter([*refused.values(), *faults.values()]), None)
            self._metrics.syncs.labels(source, fault.reason if fault else "ok").inc()
            if fault:
                raise fault

    async def replace_slot(self, decide: Callable[[PopShelf, TrustedMetadata, datetime], SlotChange]) -> PopSlot:
        """Store and swap the slot that `decide` gives; durable on return, and never during an attempt of `sync`.

        Raises what `decide` raises, and `StorageError`. Nothing is changed then.
        """
        async with self._one_at_a_time:
            slot, stored = decide(self.shelf, self._trust, self._now())
            self._on_step("slot decided")
            await self._in_thread(lambda: self._store.commit(stored))
            # If the process dies here, the next start builds the new slot from the store.
            self._on_step("slot stored")
            self.shelf = self.shelf.put(slot)
            # The tenant's islands are looked at again: one that was put back must be fetched.
            self._in_force.pop(slot.name.tenant, None)
            self._on_step(IN_FORCE)
            return slot

    async def _refresh(self, files: Mapping[str, bytes], *, pushed: bool) -> Mapping[str, RefusedError]:
        source = PushedFiles(files, self._repository) if pushed else self._repository
        return await refresh_metadata(self._trust, source, now=self._now(), follow=self._config.islands.wants_tenant)

    async def _apply_anchor(self) -> None:
        if self._anchor is not None:
            anchor, trust = self._anchor, self._trust
            self._trust = await self._in_thread(lambda: anchor.applied_to(trust))

    def _changed_roles(self) -> dict[str, TenantRole | None]:
        """By tenant: roles of which not everything is in force; None for a role that is gone."""
        before, tenants = self._in_force, self._in_force.keys() | self._trust.tenants()
        roles = {tenant: self._trust.role(tenant) for tenant in tenants}
        return {name: role for name, role in roles.items() if name not in before or role is not before[name]}

    def _forget_revoked(self, changed: Collection[str]) -> None:
        """Drop the islands of these tenants that a revoked key signed. Then not all of a role is in force any more."""
        # If the process dies before the commit, it starts with the old metadata, serves these islands once more, and
        # drops them in its first sync. A tenant that lost all of its keys starts from zero: a thief may have driven up
        # its revisions, and those of the new key are lower.
        before, present = self._tenant_keys, keys_by_tenant(self._trust, changed)
        without_old_keys = [tenant for tenant in present.keys() & before if present[tenant].isdisjoint(before[tenant])]
        self._tenant_keys = before | present
        # Under the same keys nothing is revoked: each entry was opened with the keys that its tenant had then.
        rekeyed = [tenant for tenant, keys in present.items() if keys != before.get(tenant)]
        revoked = revoked_slots(self.shelf, trust=self._trust, tenants=rekeyed, now=self._now())
        for slot in revoked:
            self._log.warning("island dropped", island=str(slot.name), error=slot.last_error)
        slots = [*revoked, *uncounted_slots(self.shelf, without_old_keys)]
        self.shelf = self.shelf.put(*slots)
        for slot in slots:
            self._in_force.pop(slot.name.tenant, None)

    async def _fetch_wanted(
        self, files: Mapping[str, bytes], changed: Collection[str]
    ) -> tuple[list[FetchedIsland], dict[str, SkerryError]]:
        """Verified islands that these tenants list and the shelf does not serve; and by tenant, a fault."""
        permits = asyncio.Semaphore(PARALLEL_FETCHES)
        trust, islands = self._trust, self._config.islands
        unserved = unserved_islands(self.shelf, trust=trust, islands=islands, tenants=changed, in_force=self._in_force)
        # A refused target is fetched again after the next poll, or if its bytes come with this push.
        wanted = [
            (name, target)
            for name, target in unserved.items()
            if self._refused.get(name) != target or target.repository_path in files
        ]

        async def fetch(name: IslandName, target: IslandTarget) -> FetchedIsland | SkerryError:
            async with permits:
                try:
                    role, slot = self._trust.role(name.tenant), self.shelf.get(name)
                    return await self._fetcher.fetch(name, target, files, keys=role.keys if role else {}, slot=slot)
                except SkerryError as error:
                    # One bad island must not hold back the others.
                    self._record_fault(name, target, error)
                    return error

        results = await asyncio.gather(*(fetch(name, target) for name, target in wanted))
        pairs = zip(wanted, results, strict=True)
        faults = {name.tenant: result for (name, _), result in pairs if isinstance(result, SkerryError)}
        return [result for result in results if isinstance(result, FetchedIsland)], faults

    async def _put_in_force(self, fetched: list[FetchedIsland], changed: Collection[str]) -> None:
        """Store metadata and islands in one transaction, then swap the shelf."""
        now = self._now()
        gone = gone_slots(self.shelf, trust=self._trust, islands=self._config.islands, tenants=changed, now=now)
        metadata = self._trust.take_changes()
        try:
            await self._in_thread(lambda: self._store.commit({**metadata, **store_changes(fetched, gone)}))
        except StorageError:
            # Bytes of a withdrawn island may stay on the disk: the next attempt offers the role that no longer lists
            # it again, and an island that no role lists is not served.
            self._trust.put_back(metadata)
            self.shelf = vouched(self.shelf.put(*gone), self._trust)
            raise
        # If the process dies here, the next start builds the new shelf from the store.
        self._on_step("stored")
        served = [item.slot(now, required=self._is_required(item.name)) for item in fetched]
        self.shelf = vouched(self.shelf.put(*gone, *served), self._trust)
        exempt_islands(len(fetched))
        self._on_step(IN_FORCE)
        self._metrics.islands_accepted.inc(len(fetched))
        log_changes(fetched, gone)
        # Now, while nothing waits for the disk. The next attempt's commit would take longer otherwise.
        self._executor.submit(self._store.shorten_log)

    def _record_fault(self, name: IslandName, target: IslandTarget, error: SkerryError) -> None:
        """Put the error into the island's slot, for others to read. The last good revision, if any, stays in force."""
        if isinstance(error, RefusedError):
            self._refused[name] = target
        slot = self.shelf.get(name) or PopSlot(name=name, since=self._now(), required=self._is_required(name))
        # One line for each new error, not one for each attempt, and one a minute where a mirror makes up new ones.
        text = text_for_others(error)
        if slot.last_error != text and self._repeats.left_out((name, error.reason)) is not None:
            self._log.warning("island refused", island=str(name), reason=error.reason, error=error.text)
        self.shelf = self.shelf.put(replace(slot, last_error=text))

    def _is_required(self, name: IslandName) -> bool:
        return str(name) in self._config.islands.required

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)
