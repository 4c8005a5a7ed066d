"""One change to a repository, from the state before to the state after, as files in the order that survives a crash.

First the targets, then the roles that name them, then the snapshot: files with a new name each, which nobody asks for
yet. When all of them last, `timestamp.json` is replaced: that one rename is the moment at which the change happens.
Whoever stops earlier has changed nothing, and whoever comes next writes the same names again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from tuf.api.metadata import MetaFile, Snapshot, Targets, Timestamp

from edge.publish.custody import KeyFolder
from edge.publish.durable import Step, make_folder, replace, sync_folder
from edge.publish.key_targets import list_keys
from edge.publish.signer import CustodySigner
from edge.publish.state import LIFE, TENANT_LIFE, State, signed_bytes

_Renewable: TypeAlias = Targets | Snapshot | Timestamp


class Change:
    """Collects what is different, then writes it. `now` has whole seconds, as TUF's times do."""

    def __init__(self, state: State, *, keys: KeyFolder, folder: Path, now: datetime, on_step: Step) -> None:
        self.state = state
        self._keys = keys
        self._folder = folder
        self._metadata = folder / "metadata"
        self._now = now
        self._on_step = on_step
        self._files: dict[Path, bytes] = {}
        self._touched: dict[str, _Renewable] = {}

    def add_target(self, path: str, content: bytes) -> None:
        """A new target, by its path below the repository."""
        self._files[self._folder / path] = content

    def start(self, role: str) -> None:
        """Sign `role` for the first time."""
        signed = self._signed(role)
        signed.expires = self._now + life(role)
        self._touched[role] = signed

    def touch(self, role: str) -> None:
        """Sign `role` again: next version, full life."""
        if role not in self._touched:
            self._signed(role).version += 1
            self.start(role)

    @property
    def touched(self) -> tuple[str, ...]:
        """The roles that are signed by this change."""
        return tuple(self._touched)

    def write(self) -> None:
        """Make the change happen, and renew whatever is past half its life; lasting on return.

        Raises `StorageError` or `ConfigError`; the repository then still says what it said before.
        """
        self._touch_due()
        if "targets" in self._touched:
            for path, content in list_keys(self.state.targets).items():
                self.add_target(path, content)
        self._write_targets()
        if self._touched.keys() - {"timestamp"}:
            self._write_versioned()
        self.touch("timestamp")
        self._write_role("timestamp", "timestamp.json")
        sync_folder(self._metadata)
        self._on_step("timestamp synced")

    def write_root(self, signers: Sequence[CustodySigner]) -> None:
        """Write the root, which changes below it never do."""
        root = self.state.root
        replace(self._metadata / f"{root.version}.root.json", signed_bytes(root, signers), on_step=self._on_step)
        sync_folder(self._metadata)

    def _touch_due(self) -> None:
        for role in ("snapshot", "targets", *self.state.tenants):
            left = self._signed(role).expires - self._now
            if left < life(role) / 2 and self._keys.has(key_name(role)):
                self.touch(role)

    def _write_targets(self) -> None:
        for path, content in self._files.items():
            make_folder(path.parent)
            replace(path, content, on_step=self._on_step)
            sync_folder(path.parent)
            self._on_step(f"{path.parent.name} synced")

    def _write_versioned(self) -> None:
        """The roles under their new names, the snapshot last because it says which versions belong together."""
        self.touch("snapshot")
        for role, signed in self._touched.items():
            if role not in ("snapshot", "timestamp"):
                self._write_role(role, f"{signed.version}.{role}.json")
                self.state.snapshot.meta[f"{role}.json"] = MetaFile(signed.version)
        self._write_role("snapshot", f"{self.state.snapshot.version}.snapshot.json")
        self.state.timestamp.snapshot_meta = MetaFile(self.state.snapshot.version)
        sync_folder(self._metadata)
        self._on_step("metadata synced")

    def _write_role(self, role: str, file_name: str) -> None:
        signer = CustodySigner(self._keys.load(key_name(role)))
        replace(self._metadata / file_name, signed_bytes(self._touched[role], [signer]), on_step=self._on_step)

    def _signed(self, role: str) -> _Renewable:
        if role == "timestamp":
            return self.state.timestamp
        if role == "snapshot":
            return self.state.snapshot
        return self.state.targets if role == "targets" else self.state.tenants[role]


def key_name(role: str) -> str:
    """What the role's key is called in custody; tenants cannot take another role's."""
    return role if role in LIFE else f"tenant.{role}"


def life(role: str) -> timedelta:
    """How long the role's metadata is good for."""
    return LIFE.get(role, TENANT_LIFE)
