"""What the repository on disk says now, and what that adds to what it said before. Blocking.

Every file but `timestamp.json` has a name of its own for each version, so what a change adds is the difference of two
sets of names. Bytes are passed on as they lie there; PoPs verify them.
"""

import fcntl
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.errors import StorageError
from edge.records import Bundle

MAX_BUNDLE_BYTES = 8_388_608
"""Two islands of the largest size, and well below what a PoP takes as one event; what does not fit, PoPs fetch."""

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
    """Follows one publisher's repository; for one thread at a time."""

    def __init__(self, home: Path, *, max_bundle_bytes: int = MAX_BUNDLE_BYTES) -> None:
        self._max_bundle_bytes = max_bundle_bytes
        self._folder = home / "repository"
        self._lock = home / "lock"
        self._seen: tuple[int, int] | None = None
        self._paths: dict[str, frozenset[str]] = {}
        """By path of a role's file: the paths of the islands it lists. Together: all that the repository says now."""
        self._timestamp = b""
        self._root = 0
        self._greeting = Bundle(files={})

    @property
    def timestamp(self) -> bytes:
        """The newest `timestamp.json` that is known to last."""
        return self._timestamp

    @property
    def greeting(self) -> Bundle:
        """For a PoP that has just come: the state's top, and what changed last."""
        return self._greeting

    def poll(self) -> Bundle | None:
        """What is new since the last call: a changed state, or a new timestamp alone; None when nothing is.

        Raises `StorageError` when the repository cannot be read; the next call tries again.
        """
        try:
            stat = (self._folder / TIMESTAMP_PATH).stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._seen:
                return None
            bundle = self._read()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
            raise StorageError(f"repository in {self._folder} cannot be read: {error}") from error
        self._seen = seen
        return bundle

    def _read(self) -> Bundle:
        with self._lock.open("ab") as lock:
            # Between a writer's rename and its sync, a power cut could still bring the old timestamp back.
            fcntl.flock(lock, fcntl.LOCK_SH)
            timestamp = self._bytes(TIMESTAMP_PATH)
        version = _listed(timestamp).meta["snapshot.json"].version
        roots = self._new_roots()
        top = f"metadata/{version}.snapshot.json"
        before, after = self._paths, {top: frozenset[str]()}
        if top not in before:
            for name, listed in _listed(self._bytes(top)).meta.items():
                path = f"metadata/{listed.version}.{name}"
                after[path] = before[path] if path in before else self._islands(path)
            self._paths = after
            self._greeting = self._bundle(timestamp, [top, *roots, *(_new_paths(before, after) if before else ())])
            bundle = self._greeting
        else:
            bundle = self._bundle(timestamp, roots)
            self._greeting = Bundle(files=self._greeting.files | bundle.files)
        self._timestamp = timestamp
        return bundle

    def _new_roots(self) -> list[str]:
        """Roots since the last look; the timestamp of now may be signed with a key that only they name."""
        if self._root == 0:
            self._root = max(int(path.name.partition(".")[0]) for path in self._metadata().glob("[1-9]*.root.json"))
        paths = []
        while version := self._next_root():
            self._root = version
            paths.append(f"metadata/{version}.root.json")
        return paths

    def _next_root(self) -> int:
        """Its version, 0 where there is none; a new root of trust leaves one out (`Change.reissued_version`)."""
        versions = (self._root + 1, self._root + 2)
        return next((one for one in versions if (self._metadata() / f"{one}.root.json").exists()), 0)

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
        """Metadata first, then islands while they fit."""
        files = {TIMESTAMP_PATH: timestamp}
        size = len(timestamp)
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
    """What is named now and was not: of roles that changed, their files and islands. The others are not looked at."""
    changed, replaced = after.keys() - before.keys(), before.keys() - after.keys()
    return changed.union(*(after[path] for path in changed)).difference(*(before[path] for path in replaced))
