"""One change to a repository, from the state before to the state after, as files in the order that survives a crash.

First the targets, then the roles that name them, then the snapshot: files with a new name each, which nobody asks for
yet. When all of them last, `timestamp.json` is replaced: that one rename is the moment at which the change happens.
A writer that stops earlier has changed nothing, and the next one writes the same names again. With a new root, the
moment is the root's rename instead (`edge.publish.repository.root_switch`).
"""

import copy
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signature
from tuf.api.metadata import MetaFile, Root, Snapshot, Targets, Timestamp

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import Step, make_folder, replace_file, sync_folder
from edge.publish.keys import KeyStore, TufSigner
from edge.publish.repository.key_targets import list_keys
from edge.publish.repository.root_switch import finish_root_switch, waiting_timestamp
from edge.publish.repository.state import LIFE, TENANT_LIFE, State, signed_bytes
from edge.trust import first_root, next_root, signed_by

_ONLINE = ("snapshot", "timestamp")


class Transaction:
    """Collects what is different, then writes it. `now` has whole seconds, as TUF's times do."""

    def __init__(self, state: State, *, keys: KeyStore, folder: Path, now: datetime, on_step: Step) -> None:
        self.state = state
        self.keys = keys
        self.now = now
        self._folder = folder
        self._metadata = folder / "metadata"
        self._on_step = on_step
        self._before = copy.deepcopy(state.root)
        self._targets: dict[Path, bytes] = {}
        self._touched: dict[str, None] = {}
        self._collected: dict[str, Mapping[str, Signature]] = {}
        self.reissues_root = False
        """Whether the new root is one that the root before it does not vouch for."""

    def add_target(self, path: str, content: bytes) -> None:
        """A new target, by its path below the repository."""
        self._targets[self._folder / path] = content

    def start(self, role: str) -> None:
        """Sign `role` for the first time."""
        self.state.signed(role).expires = self.now + life(role)
        self._touched[role] = None

    def touch(self, role: str) -> None:
        """Sign `role` again: next version, full life."""
        if role not in self._touched:
            self.state.signed(role).version += 1
            self.start(role)

    def collect(self, role: str, signatures: Mapping[str, Signature]) -> None:
        """Take `role` as it stands in the state, with signatures that were made elsewhere."""
        self._touched[role] = None
        self._collected[role] = signatures

    @property
    def touched(self) -> tuple[str, ...]:
        """The roles that are signed by this change."""
        return tuple(self._touched)

    @property
    def reissued_version(self) -> int:
        """The version of a new root of trust; it leaves a gap after the last root there ever was.

        PoPs that still trust that one ask for the next, find none, and go on as before.
        """
        return max(int(path.name.partition(".")[0]) for path in self._metadata.glob("*.root.json")) + 2

    def drafts(self) -> dict[str, bytes]:
        """What people would have to sign, by file name: every touched role but the online ones, without a signature."""
        self._touch_broken()
        self._list_keys()
        signed = {role: self.state.signed(role) for role in self._touched if role not in _ONLINE}
        return {f"{one.version}.{role}.json": signed_bytes(one, []) for role, one in signed.items()}

    def write(self) -> None:
        """Make the change happen, and renew the top roles that are past half their life; lasting on return.

        Raises `ConfigError` when a signature is wanting, or `StorageError`; the repository then still says what it
        said before.
        """
        self._touch_broken()
        self.touch_due(("root", "snapshot", "targets"))
        self._list_keys()
        files = self._sign()
        for path, content in self._targets.items():
            make_folder(path.parent)
            replace_file(path, content, on_step=self._on_step)
            sync_folder(path.parent)
            self._on_step(f"{path.parent.name} synced")
        root, timestamp = files.pop("root", None), files.pop("timestamp")
        for role, content in files.items():
            version = self.state.signed(role).version
            replace_file(self._metadata / f"{version}.{role}.json", content, on_step=self._on_step)
        if files:
            sync_folder(self._metadata)
            self._on_step("metadata synced")
        if root is not None:
            self._write_root(root, timestamp)
        else:
            replace_file(self._metadata / "timestamp.json", timestamp, on_step=self._on_step)
        sync_folder(self._metadata)
        self._on_step("timestamp synced")

    def _list_keys(self) -> None:
        if "targets" in self._touched:
            for path, content in list_keys(self.state.targets).items():
                self.add_target(path, content)

    def _write_root(self, root: bytes, timestamp: bytes) -> None:
        home, version = self._folder.parent, self.state.root.version
        path = self._metadata / f"{version}.root.json"
        if path.exists():
            raise StorageError(f"{path} exists, a root that was once public is never replaced")
        replace_file(waiting_timestamp(home, version), timestamp, on_step=self._on_step)
        sync_folder(home)
        replace_file(path, root, on_step=self._on_step)
        sync_folder(self._metadata)
        self._on_step("root synced")
        finish_root_switch(home, on_step=self._on_step)

    def can_sign(self, role: str) -> bool:
        """Whether enough of the role's keys are here."""
        held = self._held(role)
        enough = len(held.intersection(self.state.keys(role))) >= self.state.threshold(role)
        if role == "root":
            enough = enough and len(held.intersection(_root_keys(self._before))) >= self._before.roles["root"].threshold
        return enough

    def touch_due(self, roles: Iterable[str]) -> None:
        """Sign those of `roles` again that are past half their life and whose keys are here."""
        for role in roles:
            left = self.state.expires(role) - self.now
            if role not in self._touched and left < life(role) / 2 and self.can_sign(role):
                self.touch(role)

    def _touch_broken(self) -> None:
        """Sign again the roles that are signed by a key which this change takes away."""
        if "root" in self._touched:
            self._count_online_anew()
        roles = [role for role in ("targets", "snapshot", "timestamp") if "root" in self._touched]
        roles += [tenant for tenant in self.state.tenants if "targets" in self._touched]
        for role in roles:
            if role not in self._touched and not self._is_still_signed(role):
                self.touch(role)

    def _count_online_anew(self) -> None:
        """Where snapshot and timestamp have only new keys, PoPs forget the old versions, however far they were driven.

        Then the snapshot takes the first number that was never used, which is the next one if none was skipped. With
        only one of the two new, nothing could go back: a kept timestamp bounds the snapshot, a kept snapshot tenants.
        """
        old = {role: set(self._before.roles[role].keyids) for role in _ONLINE}
        if any(old[role].intersection(self.state.root.roles[role].keyids) for role in _ONLINE):
            return
        used = {int(path.name.partition(".")[0]) for path in self._metadata.glob("*.snapshot.json")}
        free = min(used, default=0) + 1
        while free in used:
            free += 1
        for role, version in (("snapshot", free), ("timestamp", 1)):
            self.touch(role)
            self.state.signed(role).version = version

    def _is_still_signed(self, role: str) -> bool:
        version = self.state.signed(role).version
        name = "timestamp.json" if role == "timestamp" else f"{version}.{role}.json"
        try:
            self._check(role, (self._metadata / name).read_bytes())
        except (RefusedError, OSError):
            return False
        return True

    def _sign(self) -> dict[str, bytes]:
        """Every file of the change; the snapshot after the roles it lists, the timestamp last."""
        state, files = self.state, dict[str, bytes]()
        for role in [role for role in self._touched if role not in _ONLINE]:
            files[role] = self._signed_file(role)
            if role != "root":
                state.snapshot.meta[f"{role}.json"] = MetaFile(state.signed(role).version)
        if self._touched.keys() - {"root", "timestamp"}:
            self.touch("snapshot")
            files["snapshot"] = self._signed_file("snapshot")
            state.timestamp.snapshot_meta = MetaFile(state.snapshot.version)
        self.touch("timestamp")
        files["timestamp"] = self._signed_file("timestamp")
        return files

    def _signed_file(self, role: str) -> bytes:
        keys = {name: self.keys.public(name) for name in self.keys.names_for(key_name(role))}
        allowed = self._allowed(role)
        signers = [TufSigner(self.keys.load(name)) for name, public in keys.items() if public in allowed]
        content = signed_bytes(self.state.signed(role), signers, collected=self._collected.get(role))
        try:
            self._check(role, content)
        except RefusedError as error:
            if role in _ONLINE:
                path = self.keys.folder / f"{role}.json"
                raise ConfigError(f"no key {path}, restore it with: cp YOUR-COPY {path}") from error
            advice = "let the others sign a draft: repeat the command with --out DIR"
            if role in self._collected:
                advice = "let the others sign the draft, too: skerry keys ceremony sign DRAFT --key KEY.json"
            raise ConfigError(f"{error.text}; {len(signers)} of them are in {self.keys.folder}, {advice}") from error
        return content

    def _check(self, role: str, content: bytes) -> None:
        if role == "root" and not self.reissues_root:
            next_root(content, self._before)
            return
        if role == "root":
            first_root(content)
            return
        kinds: dict[str, Any] = {"snapshot": Snapshot, "timestamp": Timestamp}
        signed_by(self.state.delegator(role), kinds.get(role, Targets), content, role)

    def _held(self, role: str) -> set[bytes]:
        return {self.keys.public(name) for name in self.keys.names_for(key_name(role))}

    def _allowed(self, role: str) -> set[bytes]:
        """The keys whose signatures count; a root needs those of the root before it, too."""
        allowed = set(self.state.keys(role))
        return allowed | _root_keys(self._before) if role == "root" else allowed


def key_name(role: str) -> str:
    """What the role's key is called in custody; tenants cannot take another role's."""
    return role if role in LIFE else f"tenant.{role}"


def life(role: str) -> timedelta:
    """How long the role's metadata is good for."""
    return LIFE.get(role, TENANT_LIFE)


def _root_keys(root: Root) -> set[bytes]:
    keys = (root.keys[key_id] for key_id in root.roles["root"].keyids)
    return {bytes.fromhex(key.keyval["public"]) for key in keys}
