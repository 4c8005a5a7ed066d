"""The publisher's TUF repository on disk, and every change that can be made to it.

    home/keys/          private keys (`edge.publish.keys.key_store`)
    home/repository/    what is served: metadata/ and targets/
    home/root.json      the first root, for PoPs to start from
    home/lock           held during a change: one at a time, also across processes

Each change happens at once or not at all (`edge.publish.repository.transaction`), also when it is interrupted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.host import Step, ignore, make_folder, replace_file, sync_folder
from edge.publish.keys import KeyStore, Passphrase, PrivateKey, TufSigner, lock_home
from edge.publish.repository.load import read_state
from edge.publish.repository.root_switch import finish_root_switch
from edge.publish.repository.state import (
    SignedIsland,
    State,
    check_why,
    fresh_state,
    revision_in,
    set_island,
    signed_bytes,
    target_path,
    withdrawn_in,
)
from edge.publish.repository.transaction import Transaction, key_name
from edge.publish.source import RESERVED_TENANTS
from edge.records import NAME_PATTERN, IslandName
from edge.trust import Withdrawal, register_keys

_TOP_ROLES = ("targets", "snapshot", "timestamp")
_NAME = re.compile(NAME_PATTERN)


class Repository:
    """The repository of one publisher. Instances share nothing but the disk; blocking."""

    def __init__(self, home: Path, *, on_step: Step = ignore, passphrase: Passphrase | None = None) -> None:
        register_keys()
        self.home = home
        self.keys = KeyStore(home / "keys", passphrase=passphrase)
        self.folder = home / "repository"
        self.metadata = self.folder / "metadata"
        self.root_copy = home / "root.json"
        self._on_step = on_step

    def init(
        self, *, now: datetime, tenants: Sequence[str] = (), root_keys: int = 1, threshold: int = 1
    ) -> tuple[str, ...]:
        """Make the repository, or only what is missing of it: keys, tenants, `root.json`. The tenants that were added.

        Safe to repeat. `root_keys`, of which `threshold` must sign, are for a new repository; another keeps its own.
        """
        check_tenants(tenants)
        self.make_folders()
        with self._locked():
            if not self.exists():
                self._create(now, root_keys=root_keys, threshold=threshold)
            added = self._add_tenants(tenants, now)
            self._copy_root()
        return added

    def publish_island(self, name: IslandName, sign: Callable[[int], SignedIsland], *, now: datetime) -> SignedIsland:
        """Make an island current; in force when this returns. `sign` is given the next revision.

        Raises `ConfigError` for an unknown tenant; what `sign` raises passes through. Then nothing has changed.
        """
        with self.change(now) as change:
            self.require_tenant(change.state, name.tenant)
            role = change.state.tenants[name.tenant]
            revision = revision_in(role, name) + 1
            signed = sign(revision)
            if signed.custom.revision != revision:
                raise RefusedError(
                    f"island '{name}' is revision {signed.custom.revision}, expected {revision}", reason=Reason.ROLLBACK
                )
            set_island(role, name, signed)
            change.add_target(target_path(name, signed.sha256), signed.data)
            change.touch(name.tenant)
        return signed

    def withdraw(self, name: IslandName, *, why: str, now: datetime) -> Withdrawal:
        """Take an island back; in force when this returns. One that is withdrawn already stays as it was."""
        check_why(why)
        with self.change(now) as change:
            self.require_tenant(change.state, name.tenant)
            role = change.state.tenants[name.tenant]
            withdrawn = withdrawn_in(role)
            if name.island not in withdrawn:
                revision = revision_in(role, name)
                if revision == 0:
                    raise RefusedError(f"island '{name}' was never published", reason=Reason.NOT_FOUND)
                withdrawn[name.island] = Withdrawal(revision=revision, at=now.replace(microsecond=0), why=why)
                change.state.set_withdrawn(name.tenant, withdrawn)
                role.targets.pop(name.target_path)
                change.touch(name.tenant)
        return withdrawn[name.island]

    def renew(self, *, now: datetime) -> tuple[str, ...]:
        """Sign the timestamp again, and every role past half its life whose key is here; the latter's names."""
        with self.change(now) as change:
            change.touch_due(change.state.tenants)
        return tuple(role for role in change.touched if role != "timestamp")

    def state(self) -> State:
        """What the repository says now."""
        self._require()
        try:
            return read_state(self.metadata, self.root_copy)
        except StorageError:
            # A root and the timestamp that belongs to it are two files: somebody may be between them.
            with self._locked():
                return read_state(self.metadata, self.root_copy)

    def tenant_key(self, tenant: str) -> PrivateKey:
        """The key that signs the tenant's role and snippets: the newest of those that may."""
        state = self.state()
        self.require_tenant(state, tenant)
        names = {self.keys.public(name): name for name in self.keys.names_for(key_name(tenant))}
        held = [names[public] for public in state.keys(tenant) if public in names]
        if not held:
            path = self.keys.folder / f"{key_name(tenant)}.json"
            text = f"no key of tenant {tenant!r} is in {self.keys.folder}, restore it with: cp YOUR-COPY {path}"
            raise ConfigError(f"{text}, or publish where it is with: skerry tenant publish")
        return self.keys.load(held[-1])

    @contextmanager
    def change(self, now: datetime) -> Iterator[Transaction]:
        """A change to collect into; written at the end of the block, forgotten when the block raises."""
        with self.proposal(now) as change:
            yield change
            change.write()

    @contextmanager
    def proposal(self, now: datetime) -> Iterator[Transaction]:
        """A change that nobody writes unless the block does."""
        self._require()
        with self._locked():
            yield self._open_change(read_state(self.metadata, self.root_copy), now)

    def _open_change(self, state: State, now: datetime) -> Transaction:
        moment = now.replace(microsecond=0)
        return Transaction(state, keys=self.keys, folder=self.folder, now=moment, on_step=self._on_step)

    @contextmanager
    def founding(self, state: State, *, now: datetime) -> Iterator[Transaction]:
        """A change that would begin the repository with `state`; nobody writes it unless the block does.

        Raises `ConfigError` where there is one already.
        """
        self.make_folders()
        with self._locked():
            if self.exists():
                raise ConfigError(f"{self.home} has a repository, change its root: skerry keys ceremony prepare")
            yield self._open_change(state, now)

    def make_folders(self) -> None:
        """Make the home and what is in it, lasting on return; raises `ConfigError`."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, self.metadata, self.folder / "targets"):
                make_folder(folder)
        except (OSError, StorageError) as error:
            text = f"cannot make a repository in {self.home}: {error}"
            raise ConfigError(f"{text}, choose another place with: skerry keys init --home DIR") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else changes the repository during the block; what a writer who died left half-done is gone."""
        with lock_home(self.home, keys=self.keys.folder):
            finish_root_switch(self.home, on_step=self._on_step)
            yield

    def _create(self, now: datetime, *, root_keys: int, threshold: int) -> None:
        """The first version of everything, still without tenants."""
        if self.root_copy.exists():
            raise StorageError(f"{self.metadata}/timestamp.json is missing, restore the repository from a copy")
        root_signers = [self._signer(f"root-{number}") for number in range(1, root_keys + 1)]
        state = fresh_state(
            root_keys=[signer.public_key for signer in root_signers],
            threshold=threshold,
            role_keys={role: self._signer(role).public_key for role in _TOP_ROLES},
            now=now.replace(microsecond=0),
        )
        root = signed_bytes(state.root, root_signers)
        replace_file(self.metadata / "1.root.json", root, on_step=self._on_step)
        change = self._open_change(state, now)
        for role in _TOP_ROLES:
            change.start(role)
        change.write()

    def _add_tenants(self, tenants: Sequence[str], now: datetime) -> tuple[str, ...]:
        state = read_state(self.metadata, self.root_copy)
        new = tuple(tenant for tenant in dict.fromkeys(tenants) if tenant not in state.tenants)
        if not new:
            return new
        change = self._open_change(state, now)
        for tenant in new:
            state.delegate(tenant, self._signer(key_name(tenant)).public_key)
            change.start(tenant)
        change.touch("targets")
        change.write()
        return new

    def _signer(self, role: str) -> TufSigner:
        return TufSigner(self.keys.load_or_create(role))

    def _copy_root(self) -> None:
        if not self.root_copy.exists():
            replace_file(self.root_copy, (self.metadata / "1.root.json").read_bytes(), on_step=self._on_step)
            sync_folder(self.home)

    def exists(self) -> bool:
        """Whether anything is in force."""
        return (self.metadata / "timestamp.json").exists()

    def _require(self) -> None:
        if not self.exists():
            raise ConfigError(f"no repository in {self.home}, run: skerry keys init --home {self.home}")

    def check_known(self, tenant: str) -> None:
        """Raises `ConfigError`, with the tenants that there are, when this is none of them."""
        known = sorted(self.state().tenants)
        if tenant not in known:
            there = f"expected one of {', '.join(known)}" if known else "where no tenant has one yet"
            raise ConfigError(f"tenant {tenant!r} has no role in {self.home}, {there}; see: skerry keys status")

    def require_tenant(self, state: State, tenant: str) -> None:
        """Raises `ConfigError`, with how to make one, when the tenant has no role."""
        if tenant not in state.tenants:
            text = f"tenant {tenant!r} has no role in {self.home}"
            raise ConfigError(f"{text}, run: skerry keys init --home {self.home} --tenant {tenant}")


def check_tenants(tenants: Sequence[str]) -> None:
    """Raises `ConfigError` for what cannot be a tenant's name."""
    for tenant in tenants:
        if tenant in RESERVED_TENANTS or _NAME.fullmatch(tenant) is None:
            text = f"{tenant[:64]!r} cannot be a tenant, choose 1 to 63 lower-case letters, digits and inner '-'"
            raise ConfigError(f"{text}, but none of {', '.join(sorted(RESERVED_TENANTS))}")
