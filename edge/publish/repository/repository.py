"""The publisher's TUF repository on disk, and the changes that can be made to it.

    home/keys/          private keys (`edge.publish.keys.key_store`)
    home/repository/    the files that are served: metadata/ and targets/
    home/root.json      the root that new PoPs start from; every change of root replaces it
    home/lock           locked during a change: one at a time, also across processes

A change happens completely or not at all, even if it is interrupted (`edge.publish.repository.transaction`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.host import Step, ignore, make_folder, replace_file, sync_folder
from edge.publish.keys import KEYS_FOLDER, KeyStore, Passphrase, PrivateKey, TufSigner, lock_home, make_sealing_keys
from edge.publish.repository.load import read_state
from edge.publish.repository.root_switch import finish_root_switch
from edge.publish.repository.state import (
    SignedIsland,
    State,
    check_why,
    fresh_state,
    key_name,
    revision_in,
    set_island,
    signed_bytes,
    target_path,
    withdrawn_in,
)
from edge.publish.repository.tenant_names import check_tenants
from edge.publish.repository.transaction import Transaction
from edge.publish.repository.verified_roles import VerifiedRoles
from edge.records import IslandName
from edge.trust import Withdrawal, register_keys

_TOP_ROLES = ("targets", "snapshot", "timestamp")


class Repository:
    """The repository of one publisher. Methods block; instances share only the disk, so any thread may make its own."""

    def __init__(self, home: Path, *, on_step: Step = ignore, passphrase: Passphrase | None = None) -> None:
        register_keys()
        self.home = home
        self.keys = KeyStore(home / KEYS_FOLDER, passphrase=passphrase)
        self.folder = home / "repository"
        self.metadata = self.folder / "metadata"
        self.root_copy = home / "root.json"
        self._on_step, self._verified = on_step, VerifiedRoles()

    def init(
        self, *, now: datetime, tenants: Sequence[str] = (), root_keys: int = 1, threshold: int = 1
    ) -> tuple[str, ...]:
        """Make the repository, or what is missing of it: keys, tenants, `root.json`. Returns the tenants that are new.

        Idempotent. A new repository gets `root_keys` root keys, of which `threshold` must sign; an existing one keeps
        its own. Raises `ConfigError` for a tenant's name, or when the home cannot be used.
        """
        check_tenants(tenants)
        self.make_folders()
        with self._locked():
            if not self.exists():
                self._create(now, root_keys=root_keys, threshold=threshold)
            added = self._add_tenants(tenants, now)
            make_sealing_keys(self.keys)
            self._copy_root()
        return added

    def publish_island(self, name: IslandName, sign: Callable[[int], SignedIsland], *, now: datetime) -> SignedIsland:
        """Publish an island; in force on return. `sign` makes it for the revision that it is given.

        Raises `ConfigError` for an unknown tenant, and what `sign` raises. Nothing has changed then.
        """
        with self.change(now) as change:
            self.require_tenant(change.state, name.tenant)
            role = change.state.tenants[name.tenant]
            revision = revision_in(role, name) + 1
            signed = sign(revision)
            if (made := signed.custom.revision) != revision:
                raise RefusedError(f"island '{name}' is revision {made}, expected {revision}", reason=Reason.ROLLBACK)
            set_island(role, name, signed)
            change.add_target(target_path(name, signed.sha256), signed.data)
            change.touch(name.tenant)
        return signed

    def withdraw(self, name: IslandName, *, why: str, now: datetime) -> Withdrawal:
        """Take an island back; in force on return. Idempotent: the first withdrawal of an island stays as it is.

        Raises `ConfigError` for an unknown tenant, `RefusedError` for an unreadable reason or an unknown island.
        """
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
        """Sign the timestamp again, and each role past half its life whose keys are here; returns the latter roles."""
        with self.change(now) as change:
            change.touch_due(change.state.tenants)
        return tuple(role for role in change.touched if role != "timestamp")

    def state(self) -> State:
        """The metadata in force. Raises `ConfigError` without a repository, `StorageError` if it is damaged."""
        self._require()
        try:
            return read_state(self.metadata, self.root_copy, self._verified)
        except StorageError:
            # A change of root replaces two files, and this may have read one before and one after. With the lock, the
            # writer has finished; if it has died, `_locked` completes its change.
            with self._locked():
                return read_state(self.metadata, self.root_copy, self._verified)

    def tenant_key(self, tenant: str) -> PrivateKey:
        """The newest key in this home that may sign the tenant's role and snippets. Raises `ConfigError`."""
        state = self.state()
        self.require_tenant(state, tenant)
        names = {self.keys.public(name): name for name in self.keys.names_for(key_name(tenant))}
        present = [names[public] for public in state.keys(tenant) if public in names]
        if not present:
            path = self.keys.folder / f"{key_name(tenant)}.json"
            text = f"no key of tenant {tenant!r} is in {self.keys.folder}, restore it with: cp YOUR-COPY {path}"
            command = f"skerry tenant publish FILE --key KEY.json --role VERSION.{tenant}.json --out DIR"
            raise ConfigError(f"{text}, or publish on the machine that has the key, with: {command}")
        return self.keys.load(present[-1])

    @contextmanager
    def change(self, now: datetime) -> Iterator[Transaction]:
        """A change to edit in the block; in force at its end, dropped if the block raises. Raises as `proposal`."""
        with self.proposal(now) as change:
            yield change
            change.write()

    @contextmanager
    def proposal(self, now: datetime) -> Iterator[Transaction]:
        """A change that is only written if the block does so.

        Raises `ConfigError` without a repository, `StorageError` if it is damaged, and what `Transaction.write` raises.
        """
        self._require()
        with self._locked():
            yield self._open_change(read_state(self.metadata, self.root_copy, self._verified), now)

    def _open_change(self, state: State, now: datetime) -> Transaction:
        now = now.replace(microsecond=0)
        return Transaction(state, keys=self.keys, folder=self.folder, now=now, on_step=self._on_step)

    @contextmanager
    def first_proposal(self, state: State, *, now: datetime) -> Iterator[Transaction]:
        """A change that begins the repository with `state`; it is only written if the block does so.

        Raises `ConfigError` if there is a repository already.
        """
        self.make_folders()
        with self._locked():
            if self.exists():
                command = f"skerry keys ceremony prepare --home {self.home} --root FILE --out DIR"
                raise ConfigError(f"{self.home} has a repository already, change its root with: {command}")
            yield self._open_change(state, now)

    def make_folders(self) -> None:
        """Make the home and its folders. Durable on return, idempotent. Raises `ConfigError`."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, self.metadata, self.folder / "targets"):
                make_folder(folder)
        except (OSError, StorageError) as error:
            text = f"cannot make a repository in {self.home}: {error}"
            raise ConfigError(f"{text}, choose another folder with: --home DIR") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Lock the repository for the block, after cleaning up behind a writer that died."""
        with lock_home(self.home, keys=self.keys.folder):
            finish_root_switch(self.home, on_step=self._on_step)
            yield

    def _create(self, now: datetime, *, root_keys: int, threshold: int) -> None:
        """Version 1 of the top roles, without tenants."""
        # With a root.json this home had a repository. A new version 1 of it would be refused by every PoP.
        if self.root_copy.exists():
            raise StorageError(f"{self.metadata}/timestamp.json is missing, restore the repository from a copy")
        root_signers = [self._signer(f"root-{number}") for number in range(1, root_keys + 1)]
        state = fresh_state(
            root_keys=[signer.public_key for signer in root_signers],
            threshold=threshold,
            role_keys={role: self._signer(role).public_key for role in _TOP_ROLES},
            now=now.replace(microsecond=0),
        )
        # No earlier root vouches for it, so no transaction can write it. After a crash here the next call begins again.
        root = signed_bytes(state.root, root_signers)
        replace_file(self.metadata / "1.root.json", root, on_step=self._on_step)
        change = self._open_change(state, now)
        for role in _TOP_ROLES:
            change.start(role)
        change.write()

    def _add_tenants(self, tenants: Sequence[str], now: datetime) -> tuple[str, ...]:
        change = self._open_change(read_state(self.metadata, self.root_copy, self._verified), now)
        state = change.state
        new = tuple(tenant for tenant in dict.fromkeys(tenants) if tenant not in state.tenants)
        for tenant in new:
            state.delegate(tenant, self._signer(key_name(tenant)).public_key)
            change.start(tenant)
        if new:
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
        """True if there is metadata in force."""
        return (self.metadata / "timestamp.json").exists()

    def _require(self) -> None:
        if not self.exists():
            raise ConfigError(f"no repository in {self.home}, run: skerry keys init --home {self.home}")

    def check_known(self, tenant: str) -> None:
        """Raises `ConfigError`, with the names of all tenants, if the tenant has no role."""
        known = sorted(self.state().tenants)
        if tenant not in known:
            tenants = f"expected one of {', '.join(known)}" if known else "where no tenant has one yet"
            text = f"tenant {tenant!r} has no role in {self.home}, {tenants}"
            raise ConfigError(f"{text}; run: skerry keys status --home {self.home}")

    def require_tenant(self, state: State, tenant: str) -> None:
        """Raises `ConfigError`, with the command that adds the tenant, if it has no role in `state`."""
        if tenant not in state.tenants:
            run = f"skerry keys init --home {self.home} --tenant {tenant}"
            raise ConfigError(f"tenant {tenant!r} has no role in {self.home}, run: {run}")
