"""Takes the publisher's state: metadata verified, islands verified, stored durably, shelf swapped - in this order.

One attempt at a time. A push and a poll run the same steps; they differ in where bytes come from. If the process dies
between any two steps, the next start and the next attempt repair it: nothing is in force that was not stored, and
nothing is stored that was not verified.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.config import PopConfig
from edge.daemon.sync.entries import STORE_KEYS, PopShelf, PopSlot, previous_store_key, store_key
from edge.daemon.sync.fetch import FetchedIsland, IslandFetcher
from edge.daemon.sync.gc_tuning import exempt_islands
from edge.daemon.sync.refresh import PushedFiles, refresh_metadata
from edge.daemon.sync.root_anchor import RootAnchor
from edge.daemon.sync.transitions import (
    gone_slots,
    keys_by_tenant,
    listed_islands,
    revoked_slots,
    uncounted_slots,
    vouched,
)
from edge.daemon.telemetry import Metrics
from edge.errors import RefusedError, SkerryError, StorageError
from edge.host import get_logger, ignore
from edge.records import Bundle, IslandName
from edge.store.verified import VerifiedStore
from edge.triage import Triage
from edge.trust import IslandTarget, TenantRole, TrustedMetadata
from edge.wire.publisher import RepositoryClient

PARALLEL_FETCHES = 8
"""Islands fetched at once on a cold start; as many connections as a browser opens to one host, and two more."""

IN_FORCE = "in force"
"""The last step of taking the publisher's state, also when it brought nothing new."""


class Syncer:
    """Keeps one PoP's shelf in step with its publisher. `shelf` is the one in force; read it, never change it."""

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
        """`store` belongs to the thread of `executor`; islands are opened in those of `openers`.

        `on_timestamp` is told after each refresh when the newest verified timestamp expires.
        """
        self.shelf = shelf
        self._config, self._trust, self._store = config, trust, store
        self._repository, self._executor, self._metrics = repository, executor, metrics
        self._fetcher = IslandFetcher(
            store=store, triage=triage, repository=repository, executor=executor, openers=openers, on_step=on_step
        )
        self._now, self._on_step, self._on_timestamp = now, on_step, on_timestamp
        self._refused: dict[IslandName, IslandTarget] = {}
        self._in_force: dict[str, TenantRole | None] = {}
        """By tenant: the role that is in force whole, so that a push of one island does not look at ten thousand."""
        self._anchor = anchor
        self._tenant_keys = keys_by_tenant(trust)
        self._one_at_a_time = asyncio.Lock()
        self._log = get_logger()

    @property
    def trust(self) -> TrustedMetadata:
        """What is believed now."""
        return self._trust

    async def sync(self, source: str, bundle: Bundle | None = None) -> None:
        """Bring the shelf to the publisher's state.

        With a `bundle` its bytes are used before any is fetched. Raises `RefusedError` when the publisher's metadata
        broke a rule, `UnreachableError` when something could not be fetched, `StorageError` when it could not be kept.
        What was verified before that is in force; withdrawals are, even if the disk failed.
        """
        files = bundle.files if bundle else {}
        async with self._one_at_a_time:
            self._on_step("arrived")
            if bundle is None:
                self._refused.clear()
                await self._look_at_anchor()
            with self._metrics.island_accept_s.time():
                fault: SkerryError | None = None
                refused: Mapping[str, RefusedError] = {}
                try:
                    refused = await self._refresh(files, pushed=bundle is not None)
                except SkerryError as error:
                    fault = error
                self._on_timestamp(self._trust.timestamp_expires)
                self._on_step("metadata verified")
                news = self._news()
                self._forget_revoked(news.keys())
                taken, faults = await self._fetch_wanted(files, news.keys())
                try:
                    await self._put_in_force(taken, news.keys())
                except StorageError as error:
                    self._metrics.syncs.labels(source, error.reason).inc()
                    raise
            unfinished = faults.keys() | {name.tenant for name in self._refused}
            self._in_force |= {tenant: role for tenant, role in news.items() if tenant not in unfinished}
            fault = fault or next(iter([*refused.values(), *faults.values()]), None)
            self._metrics.syncs.labels(source, fault.reason if fault else "ok").inc()
            if fault:
                raise fault

    async def _refresh(self, files: Mapping[str, bytes], *, pushed: bool) -> Mapping[str, RefusedError]:
        """Bring the metadata up to date; gives back the tenants whose role was refused."""
        source = PushedFiles(files, self._repository) if pushed else self._repository
        return await refresh_metadata(self._trust, source, now=self._now(), follow=self._config.islands.wants_tenant)

    async def _look_at_anchor(self) -> None:
        if self._anchor is not None:
            anchor, trust = self._anchor, self._trust
            self._trust = await self._in_thread(lambda: anchor.applied_to(trust))

    def _news(self) -> dict[str, TenantRole | None]:
        """The tenants whose role is another than the one in force, or is not in force whole."""
        roles = {tenant: self._trust.role(tenant) for tenant in {*self._in_force, *self._trust.tenants()}}
        return {
            tenant: role
            for tenant, role in roles.items()
            if tenant not in self._in_force or role is not self._in_force[tenant]
        }

    def _forget_revoked(self, news: Collection[str]) -> None:
        """Drop what revoked keys signed, before anything new is fetched: at once, even if the disk fails.

        A tenant that has none of its keys left starts from zero: numbers that a thief drove up bind nobody.
        """
        before, self._tenant_keys = self._tenant_keys, self._tenant_keys | keys_by_tenant(self._trust)
        without_old_keys = [tenant for tenant, keys in before.items() if keys.isdisjoint(self._tenant_keys[tenant])]
        slots = revoked_slots(self.shelf, trust=self._trust, tenants=news, now=self._now())
        for slot in slots:
            self._log.warning("island dropped", island=str(slot.name), error=slot.last_error)
        self.shelf = self.shelf.put(*slots, *uncounted_slots(self.shelf, without_old_keys))

    async def _fetch_wanted(
        self, files: Mapping[str, bytes], news: Collection[str]
    ) -> tuple[list[FetchedIsland], dict[str, SkerryError]]:
        """Every revision listed by `news` that the shelf does not hold, verified; by tenant, what went wrong."""
        permits = asyncio.Semaphore(PARALLEL_FETCHES)
        listed = listed_islands(self._trust, self._config.islands, news)
        wanted = [(name, target) for name, target in listed.items() if self._is_news(name, target, files)]

        async def one(name: IslandName, target: IslandTarget) -> FetchedIsland | SkerryError:
            async with permits:
                try:
                    keys = self._keys(name.tenant)
                    return await self._fetcher.fetch(name, target, files, keys=keys, slot=self.shelf.get(name))
                except SkerryError as error:
                    self._note_fault(name, target, error)
                    return error

        results = await asyncio.gather(*(one(name, target) for name, target in wanted))
        taken = [result for result in results if isinstance(result, FetchedIsland)]
        faults = {
            name.tenant: result
            for (name, _), result in zip(wanted, results, strict=True)
            if isinstance(result, SkerryError)
        }
        return taken, faults

    async def _put_in_force(self, taken: list[FetchedIsland], news: Collection[str]) -> None:
        """Store what was verified, then swap the shelf. A withdrawal takes effect even if the disk fails."""
        now = self._now()
        gone = gone_slots(self.shelf, trust=self._trust, islands=self._config.islands, tenants=news, now=now)
        changes = self._trust.take_changes()
        islands: dict[str, bytes | None] = {key(slot.name): None for slot in gone for key in STORE_KEYS}
        islands |= {store_key(item.name): item.data for item in taken}
        islands |= {previous_store_key(item.name): item.previous for item in taken}
        try:
            await self._in_thread(lambda: self._store.commit({**changes, **islands}))
        except StorageError:
            # Bytes of a withdrawn island that stay on the disk are harmless: the role that no longer lists it is
            # offered again, and an island that no role lists is not served.
            self._trust.put_back(changes)
            self.shelf = vouched(self.shelf.put(*gone), self._trust)
            raise
        self._on_step("stored")
        served = [item.slot(now, required=self._is_required(item.name)) for item in taken]
        self.shelf = vouched(self.shelf.put(*gone, *served), self._trust)
        exempt_islands(len(taken))
        self._on_step(IN_FORCE)
        self._report(taken, gone)

    def _report(self, taken: list[FetchedIsland], gone: list[PopSlot]) -> None:
        self._metrics.islands_accepted.inc(len(taken))
        for item in taken:
            island, before = item.entry.island, item.previous_entry
            self._log.info(
                "island in force",
                island=str(item.name),
                revision=island.revision,
                sha256=item.entry.sha256,
                rolled_out_over=before.island.revision if before else None,
            )
        for slot in gone:
            revision, why = slot.withdrawn_revision, slot.withdrawn_why
            self._log.info("island withdrawn", island=str(slot.name), revision=revision, why=why)

    def _is_news(self, name: IslandName, target: IslandTarget, files: Mapping[str, bytes]) -> bool:
        """Whether this is neither in force nor refused. A push that brings the bytes, and every poll, tries again."""
        slot = self.shelf.get(name)
        if slot is not None and slot.entry is not None and slot.entry.sha256 == target.sha256:
            has_rollout = target.custom.rollout is not None
            if slot.rollout == target.custom.rollout and has_rollout == (slot.previous is not None):
                return False
        return self._refused.get(name) != target or target.repository_path in files

    def _note_fault(self, name: IslandName, target: IslandTarget, error: SkerryError) -> None:
        """Remember why. The last good revision, if there is one, stays."""
        if isinstance(error, RefusedError):
            self._refused[name] = target
        unknown = PopSlot(name=name, since=self._now(), required=self._is_required(name))
        slot = self.shelf.get(name) or unknown
        if slot.last_error != error.text:
            self._log.warning("island refused", island=str(name), reason=error.reason, error=error.text)
        self.shelf = self.shelf.put(replace(slot, last_error=error.text))

    def _is_required(self, name: IslandName) -> bool:
        return str(name) in self._config.islands.required

    def _keys(self, tenant: str) -> Mapping[str, bytes]:
        return role.keys if (role := self._trust.role(tenant)) else {}

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)
