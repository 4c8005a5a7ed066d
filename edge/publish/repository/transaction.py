"""One change of a repository: edits of the state, written as files in an order that survives a crash.

Targets, the roles that name them and the snapshot are files with new names, which no client asks for yet. They are
synced together. When all of them are durable, `timestamp.json` is replaced. That rename is the moment of the
change: a writer that stops earlier has changed nothing, and the next writer uses the same names again. With a new root
the moment is the rename of the root instead (`edge.publish.repository.root_switch`).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signature
from tuf.api.metadata import MetaFile, Snapshot, Targets, Timestamp

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import Step, make_folder, replace_file, stage_files, sync_folder, sync_folders
from edge.publish.keys import KeyStore, TufSigner
from edge.publish.repository.listed_targets import list_keys, sign_loaders
from edge.publish.repository.root_switch import finish_root_switch, waiting_timestamp
from edge.publish.repository.state import State, key_name, life, root_keys, signed_bytes
from edge.publish.repository.verified_roles import own_copy
from edge.publish.repository.versions import ONLINE, next_version, restart_online_versions
from edge.trust import first_root, next_root, signed_by


class Transaction:
    """Edits of the state and the roles to sign, then all of it written at once. `now` has whole seconds, as in TUF."""

    def __init__(self, state: State, *, keys: KeyStore, folder: Path, now: datetime, on_step: Step) -> None:
        self.state = state
        self.keys = keys
        self.now = now
        self._folder = folder
        self._metadata = folder / "metadata"
        self._on_step = on_step
        self._old_root = own_copy(state.root)
        self._targets: dict[Path, bytes] = {}
        self._touched: dict[str, None] = {}
        self._collected: dict[str, Mapping[str, Signature]] = {}
        self.reissues_root = False
        """True if the root before the new one does not vouch for it."""

    @property
    def home(self) -> Path:
        """The publisher's home, for the commands that errors end with."""
        return self._folder.parent

    def add_target(self, path: str, content: bytes) -> None:
        """Write `content` as a new target; `path` is relative to the repository."""
        self._targets[self._folder / path] = content

    def start(self, role: str) -> None:
        """Sign `role` for the first time."""
        self.state.signed(role).expires = self.now + life(role)
        self._touched[role] = None

    def touch(self, role: str) -> None:
        """Sign `role` again: next version, full life. Idempotent."""
        if role not in self._touched:
            signed = self.state.signed(role)
            signed.version = next_version(role, signed.version, self.now)
            self.start(role)

    def collect(self, role: str, signatures: Mapping[str, Signature]) -> None:
        """Put `role` in force as it is in the state, with signatures that were made elsewhere."""
        self._touched[role] = None
        self._collected[role] = signatures

    @property
    def touched(self) -> tuple[str, ...]:
        """The roles that this change signs."""
        return tuple(self._touched)

    @property
    def reissued_version(self) -> int:
        """The version of a new root of trust: the highest root's plus 2.

        The gap is for PoPs that trust the old root: they ask for the next version, find none, and go on as before.
        """
        return max(int(path.name.partition(".")[0]) for path in self._metadata.glob("*.root.json")) + 2

    def drafts(self) -> dict[str, bytes]:
        """The touched roles without signatures, by file name, for people to sign; the online roles are left out.

        Files of new targets are written at once: who assembles the drafts does not have them, and nobody asks for them
        before a role in force lists them.
        """
        self._touch_broken()
        self._list_targets()
        for path, content in self._targets.items():
            make_folder(path.parent)
            replace_file(path, content)
        sync_folders({path.parent for path in self._targets})
        roles = {role: self.state.signed(role) for role in self._touched if role not in ONLINE}
        return {f"{signed.version}.{role}.json": signed_bytes(signed, []) for role, signed in roles.items()}

    def write(self) -> None:
        """Put the change in force; the top roles past half their life are renewed with it. Durable on return.

        Raises `ConfigError` when a signature is missing, `StorageError` when the disk fails. What was in force before
        is then still in force, unless a new root is already in its place: the next writer completes that.
        """
        self._touch_broken()
        # A role that is only renewed keeps its keys, so the renewal breaks no other role.
        self.touch_due(("root", "snapshot", "targets"))
        self._list_targets()
        # Everything is signed before anything is written: a missing key leaves no file behind.
        files = self._sign()
        root, timestamp = files.pop("root", None), files.pop("timestamp")
        named = {self._metadata / f"{self.state.signed(role).version}.{role}.json": files[role] for role in files}
        for folder in {path.parent for path in self._targets}:
            make_folder(folder)
        new = self._targets | named
        last = {self._metadata / "timestamp.json": timestamp} if root is None else {}
        staged = stage_files(new | last, on_step=self._on_step)
        for file in staged[: len(new)]:
            file.put_in_place(on_step=self._on_step)
        sync_folders({path.parent for path in new})
        self._on_step("new files synced")
        # If we crash before this line, no client has seen any of it.
        if root is not None:
            self._write_root(root, timestamp)
        else:
            staged[-1].put_in_place(on_step=self._on_step)
        sync_folder(self._metadata)
        self._on_step("timestamp synced")

    def _list_targets(self) -> None:
        if "targets" in self._touched:
            for path, content in list_keys(self.state.targets).items():
                self.add_target(path, content)
        # Signatures that were collected are of a draft with the loaders as they are.
        if "targets" in self._touched and "targets" not in self._collected:
            sign_loaders(self.state.targets, self.keys, allowed=self.state.keys("targets"), now=self.now)

    def _write_root(self, root: bytes, timestamp: bytes) -> None:
        version = self.state.root.version
        path = self._metadata / f"{version}.root.json"
        if path.exists():
            raise StorageError(f"{path} exists, and a root that was once public is never replaced")
        replace_file(waiting_timestamp(self.home, version), timestamp, on_step=self._on_step)
        sync_folder(self.home)
        # If we crash before the root is there, the next writer deletes the waiting timestamp; after it, moves it.
        replace_file(path, root, on_step=self._on_step)
        sync_folder(self._metadata)
        self._on_step("root synced")
        finish_root_switch(self.home, on_step=self._on_step)

    def can_sign(self, role: str) -> bool:
        """True if enough of the role's keys are in this home; a root needs enough of the old root's keys, too."""
        present = self._present_keys(role)
        enough = len(present.intersection(self.state.keys(role))) >= self.state.threshold(role)
        if role == "root":
            old_threshold = self._old_root.roles["root"].threshold
            enough = enough and len(present.intersection(root_keys(self._old_root))) >= old_threshold
        return enough

    def touch_due(self, roles: Iterable[str]) -> None:
        """Touch those of `roles` that are past half their life and whose keys are in this home."""
        for role in roles:
            left = self.state.expires(role) - self.now
            if role not in self._touched and left < life(role) / 2 and self.can_sign(role):
                self.touch(role)

    def _touch_broken(self) -> None:
        """Touch the roles whose file on disk no longer counts, because this change takes its signer's key away.

        Otherwise the new root or the new delegations would be in force with a file that every client refuses.
        """
        roles: list[str] = []
        if "root" in self._touched:
            # First of all, because it sets version numbers: a role that is touched already keeps its number.
            restart_online_versions(self, self._old_root, self._metadata)
            roles += ["targets", "snapshot", "timestamp"]
        # Tenants only if `targets` is edited. If the loop touches `targets`, the delegations are still the same.
        if "targets" in self._touched:
            roles += self.state.tenants
        # The root is not in the list: its keys change only when it is touched itself.
        for role in roles:
            if role not in self._touched and not self._is_still_signed(role):
                self.touch(role)

    def _is_still_signed(self, role: str) -> bool:
        version = self.state.signed(role).version
        name = "timestamp.json" if role == "timestamp" else f"{version}.{role}.json"
        try:
            self._check(role, (self._metadata / name).read_bytes())
        except (RefusedError, OSError):
            return False
        return True

    def _sign(self) -> dict[str, bytes]:
        """Every file of the change, by role. Each role lists the ones before it, so the order matters."""
        state, files = self.state, dict[str, bytes]()
        names = self.keys.names()
        for role in [role for role in self._touched if role not in ONLINE]:
            files[role] = self._signed_file(role, names)
            if role != "root":
                state.snapshot.meta[f"{role}.json"] = MetaFile(state.signed(role).version)
        # A snapshot does not list the root, so a change of the root alone needs no new snapshot.
        if self._touched.keys() - {"root", "timestamp"}:
            self.touch("snapshot")
            files["snapshot"] = self._signed_file("snapshot", names)
            state.timestamp.snapshot_meta = MetaFile(state.snapshot.version)
        # The timestamp is always signed: its rename is what puts a change in force.
        self.touch("timestamp")
        files["timestamp"] = self._signed_file("timestamp", names)
        return files

    def _signed_file(self, role: str, present: Collection[str]) -> bytes:
        names, allowed = self.keys.names_for(key_name(role), among=present), self._allowed(role)
        signers = [TufSigner(self.keys.load(name)) for name in names if self.keys.public(name) in allowed]
        content = signed_bytes(self.state.signed(role), signers, collected=self._collected.get(role))
        try:
            self._check(role, content)
        except RefusedError as error:
            if role in ONLINE:
                path = self.keys.folder / f"{role}.json"
                raise ConfigError(f"no key {path}, restore it with: cp YOUR-COPY {path}") from error
            advice = "let the others sign a draft: repeat the command with --out DIR"
            if role in self._collected:
                advice = "let the others sign the draft, too: skerry keys ceremony sign DRAFT --key KEY.json"
            text = f"{error.text}; {self.keys.folder} has {len(signers)} of the role's keys"
            raise ConfigError(f"{text}, {advice}") from error
        return content

    def _check(self, role: str, content: bytes) -> None:
        if role == "root":
            _ = first_root(content) if self.reissues_root else next_root(content, self._old_root)
            return
        kinds: dict[str, Any] = {"targets": Targets, "snapshot": Snapshot, "timestamp": Timestamp}
        if role in kinds:
            self.state.verified.check(self.state.root, kinds[role], content, role)
            return
        signed_by(self.state.targets, Targets, content, role)

    def _present_keys(self, role: str) -> set[bytes]:
        return {self.keys.public(name) for name in self.keys.names_for(key_name(role))}

    def _allowed(self, role: str) -> set[bytes]:
        """The public keys whose signatures count. For a root these include the keys of the root before it."""
        allowed = set(self.state.keys(role))
        return allowed | root_keys(self._old_root) if role == "root" else allowed
