"""Follow the repository on disk and bundle the files that each change adds. Blocking.

Every file except `timestamp.json` has another name in each version. So the files that a change adds are the difference
between two sets of names. Bytes are passed on unread as far as possible; PoPs verify them.
"""

import fcntl
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.errors import StorageError
from edge.records import DECODE_ERRORS, Bundle

MAX_BUNDLE_BYTES = 8_388_608
"""Room for two islands of the largest size, and well below the limit of a PoP for one event. PoPs fetch the rest."""

TIMESTAMP_PATH = "metadata/timestamp.json"


class _Version(msgspec.Struct):
    version: int


class _Listed(msgspec.Struct):
    version: int
    meta: dict[str, _Version]


class _ListedFile(msgspec.Struct):
    signed: _Listed


class _Target(msgspec.Struct):
    hashes: dict[str, str]


class _Targets(msgspec.Struct):
    targets: dict[str, _Target]


class _TargetsFile(msgspec.Struct):
    signed: _Targets


class ChangeFeed:
    """Follows the repository of one home. For one thread at a time."""

    def __init__(self, home: Path, *, max_bundle_bytes: int = MAX_BUNDLE_BYTES) -> None:
        self._max_bundle_bytes = max_bundle_bytes
        self._folder = home / "repository"
        self._lock = home / "lock"
        self._stamp: tuple[int, int] | None = None
        self._paths: dict[str, frozenset[str]] = {}
        """Paths of the present state: the islands that a role lists, by path of the role's file."""
        self._timestamp = b""
        self._root = 0
        self._greeting = Bundle(files={})

    @property
    def timestamp(self) -> bytes:
        """The newest `timestamp.json` that a power cut cannot undo."""
        return self._timestamp

    @property
    def greeting(self) -> Bundle:
        """The bundle for a PoP that connects: timestamp and snapshot, and the files of the last change."""
        return self._greeting

    def poll(self) -> Bundle | None:
        """Files that are new since the last call: a changed state, or a new timestamp alone. None if there are none.

        Raises `StorageError` if the repository cannot be read; the next call tries again.
        """
        try:
            # Every change ends with a new timestamp, so only that file is checked.
            stat = (self._folder / TIMESTAMP_PATH).stat()
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if stamp == self._stamp:
                return None
            bundle = self._read()
        except (OSError, KeyError, *DECODE_ERRORS) as error:
            raise StorageError(f"repository in {self._folder} cannot be read: {error}") from error
        # Only now: after an error, the next call must read again.
        self._stamp = stamp
        return bundle

    def _read(self) -> Bundle:
        with self._lock.open("ab") as lock:
            # A writer holds the lock until its rename is synced. Before that, a power cut could bring the old
            # timestamp back, and PoPs would have seen one that no longer exists.
            fcntl.flock(lock, fcntl.LOCK_SH)
            timestamp = self._bytes(TIMESTAMP_PATH)
        version = _listed(timestamp).meta["snapshot.json"].version
        roots = self._new_roots()
        snapshot = f"metadata/{version}.snapshot.json"
        before, after = self._paths, {snapshot: frozenset[str]()}
        if snapshot not in before:
            for name, listed in _listed(self._bytes(snapshot)).meta.items():
                path = f"metadata/{listed.version}.{name}"
                if path in before:
                    # Its file was there, so none of a hundred unchanged roles costs a look at the disk.
                    after[path] = before[path]
                elif (self._folder / path).exists():
                    after[path] = self._islands(path)
                # Else a tenant that was lost with an older home: a snapshot goes on listing it (TUF, 5.5.5).
            self._paths = after
            # At the first call nothing is known to have changed last, so no islands are sent.
            new_paths = _new_paths(before, after) if before else set[str]()
            self._greeting = self._bundle(timestamp, [snapshot, *roots, *new_paths])
            bundle = self._greeting
        else:
            # Only a new timestamp. Later subscribers still need the last change, with this timestamp.
            bundle = self._bundle(timestamp, roots)
            self._greeting = Bundle(files=self._greeting.files | bundle.files)
        self._timestamp = timestamp
        return bundle

    def _new_roots(self) -> list[str]:
        """Paths of roots since the last call. The new timestamp may be signed with a key that only they list."""
        if self._root == 0:
            self._root = max(int(path.name.partition(".")[0]) for path in self._metadata().glob("[1-9]*.root.json"))
        paths = []
        while version := self._next_root():
            self._root = version
            paths.append(f"metadata/{version}.root.json")
        return paths

    def _next_root(self) -> int:
        """Version of the next root; 0 if there is none. A new root of trust skips a version (`reissued_version`)."""
        versions = (self._root + 1, self._root + 2)
        return next((version for version in versions if (self._metadata() / f"{version}.root.json").exists()), 0)

    def _metadata(self) -> Path:
        return self._folder / "metadata"

    def _islands(self, role_path: str) -> frozenset[str]:
        signed = msgspec.json.decode(self._bytes(role_path), type=_TargetsFile).signed
        paths = []
        for path, target in signed.targets.items():
            tenant, _, file_name = path.partition("/")
            paths.append(f"targets/{tenant}/{target.hashes['sha256']}.{file_name}")
        return frozenset(paths)

    def _bundle(self, timestamp: bytes, paths: Iterable[str]) -> Bundle:
        """Timestamp, metadata and islands, in this order. A file that does not fit is left out."""
        files = {TIMESTAMP_PATH: timestamp}
        size = len(timestamp)
        # Sorted, `metadata/` comes before `targets/`, so islands do not crowd out metadata.
        for path in sorted(set(paths)):
            content = self._bytes(path)
            if size + len(content) <= self._max_bundle_bytes:
                files[path] = content
                size += len(content)
        return Bundle(files=files)

    def _bytes(self, path: str) -> bytes:
        return (self._folder / path).read_bytes()


def _listed(content: bytes) -> _Listed:
    return msgspec.json.decode(content, type=_ListedFile).signed


def _new_paths(before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]) -> set[str]:
    """Paths that are new in `after`: files of changed roles, and their new islands. Other roles cost nothing."""
    changed, replaced = after.keys() - before.keys(), before.keys() - after.keys()
    return changed.union(*(after[path] for path in changed)).difference(*(before[path] for path in replaced))
