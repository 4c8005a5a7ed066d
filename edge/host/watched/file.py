"""One watched file: what it is, where it is, and the value that was last read from it.

Its path is followed through links at each look. So a file that is reached through a link to a folder, as in a volume
of Kubernetes, is another file as soon as the link leads elsewhere.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from edge.errors import SkerryError
from edge.host.log import error_location, get_logger
from edge.host.watched.report import FileReport, FileState

T = TypeVar("T")

Stamp = tuple[tuple[int, ...] | None, ...]
"""Of each path: device, inode, size, times of content and inode. None for a path that leads nowhere."""


class FileReading(NamedTuple, Generic[T]):
    """What is in a file now: `values` has one value, or none because of `fault`."""

    stamp: Stamp
    digest: bytes
    values: tuple[T, ...]
    fault: str


class WatchedFile(Generic[T]):
    """The value of `paths`, as an operator last changed them. `read` blocks, and raises `ConfigError` for a bad file.

    `value` is for the event loop.
    """

    def __init__(self, name: str, *paths: Path, read: Callable[[], T]) -> None:
        """Read the files for the first time. Blocks. Raises `ConfigError` as `read` does."""
        self.name, self.paths = name, paths
        self._read = read
        self._apply: list[Callable[[T], object]] = []
        self._owed: list[Callable[[T], object]] = []
        # Before the content: what is changed in between differs from it at the next look.
        self._stamp, self._digest = _stamp(paths), _digest(paths)
        self.value = read()
        self._fault = self._said = self._said_of_users = ""
        self._is_asked = False

    def on_change(self, apply: Callable[[T], object]) -> None:
        """Call `apply` with each new value, on the event loop. Most users read `value` instead.

        If it raises, it is called with this value again at the next look.
        """
        self._apply.append(apply)

    def has_changed(self) -> bool:
        """True if the files must be read again. Blocks."""
        # The cause of a bad file may be mended elsewhere, such as the mode of its folder.
        return bool(self._fault or self._owed) or _stamp(self.paths) != self._stamp

    def read_again(self) -> FileReading[T]:
        """What is in the files now. Blocks; raises nothing."""
        stamp, digest = _stamp(self.paths), _digest(self.paths)
        for path in self.paths:
            if not _can_be_read(path):
                why = f"{path} is a device, a pipe or a socket, expected a file; look at it with: ls -l {path}"
                return FileReading(stamp, digest, (), why)
        try:
            return FileReading(stamp, digest, (self._read(),), "")
        except SkerryError as error:
            return FileReading(stamp, digest, (), error.text)
        except Exception as error:  # noqa: BLE001 - a library may raise anything for odd bytes: the old value stays
            # Only its type: its text may quote a secret.
            return FileReading(stamp, digest, (), f"{type(error).__name__} at {error_location(error)}")

    def take(self, reading: FileReading[T]) -> FileReport:
        """Put a reading in force, and log what is new: a change, or a fault that lasts and was not logged before."""
        was_bad, is_asked, said = bool(self._fault), self._is_asked, self._said
        self._stamp, self._fault, self._is_asked = reading.stamp, reading.fault, False
        log = get_logger().bind(name=self.name, paths=[str(path) for path in self.paths])
        if reading.fault:
            # Found once it may be half-written, or one of two files that are replaced one after the other.
            if (was_bad or is_asked) and reading.fault != said:
                self._said = reading.fault
                log.error("file not taken, the old one stays in force", error=reading.fault)
            return self._report(FileState.NOT_TAKEN, why=reading.fault)
        self._said = ""
        if reading.digest != self._digest or said:
            self._digest, self._owed = reading.digest, self._apply.copy()
            (self.value,) = reading.values
        elif not self._owed:
            # Written again with the same content, or reached by another way.
            return self._report(FileState.UNCHANGED)
        why = self._give()
        if why:
            if why != self._said_of_users:
                log.error("file not taken by all who use it, asked again", error=why)
            self._said_of_users = why
            return self._report(FileState.NOT_TAKEN, why=why)
        self._said_of_users = ""
        log.info("file took effect")
        return self._report(FileState.TOOK_EFFECT)

    def not_read(self, why: str) -> FileReport:
        """The report of a look that did not get its content."""
        return self._report(FileState.NOT_TAKEN, why=why)

    def note_request(self) -> None:
        """Somebody asks: log a fault that the next look finds, also one that was logged before."""
        self._said, self._said_of_users, self._is_asked = "", "", True

    def _give(self) -> str:
        """Give the value to those who were not given it: why one of them failed, or nothing."""
        failed, why = list[Callable[[T], object]](), ""
        for apply in self._owed:
            try:
                apply(self.value)
            except Exception as error:  # noqa: BLE001 - the others get it, and so do the other files
                failed.append(apply)
                why = f"{type(error).__name__} at {error_location(error)}"
        self._owed = failed
        return why

    def _report(self, state: FileState, *, why: str = "") -> FileReport:
        return FileReport(name=self.name, paths=tuple(map(str, self.paths)), state=state, why=why)


def optional_file(
    name: str, path: Path | None, read: Callable[[Path], T], *, without: Callable[[], T]
) -> WatchedFile[T]:
    """A watched file that may be left out: then its value is `without()`, for ever. Blocks. Raises as `read` does."""
    if path is None:
        return WatchedFile(name, read=without)
    return WatchedFile(name, path, read=lambda: read(path))


def _stamp(paths: tuple[Path, ...]) -> Stamp:
    return tuple(map(_stamp_of, paths))


def _stamp_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _digest(paths: tuple[Path, ...]) -> bytes:
    """Tells contents apart. It stays in memory, where the secret itself is."""
    whole = hashlib.blake2b()
    for path in paths:
        content = hashlib.blake2b().digest()
        # `read` says why, if there is none.
        with suppress(OSError):
            if path.is_file():
                with path.open("rb") as file:
                    content = hashlib.file_digest(file, hashlib.blake2b).digest()
        whole.update(content)
    return whole.digest()


def _can_be_read(path: Path) -> bool:
    """False for what may never end, such as a pipe. `read` says what is wrong with a folder, or with nothing."""
    return path.is_file() or path.is_dir() or not path.exists()
