"""Files that are either complete or absent, even if the machine stops at any moment.

A file is written under a temporary name and synced, then renamed, then its folder is synced. `Step` is called with a
word after the first two, so that a test can stop there.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from edge.errors import DiskFullError, StorageError
from edge.host.no_op import ignore

Step: TypeAlias = Callable[[str], None]
T = TypeVar("T")
R = TypeVar("R")

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TEMPORARY = ".unfinished-"
_AT_ONCE = 8
"""Files that are synced at once. The file system writes its journal once for all that wait: four take as long as one
or two.
"""


class StagedFile(NamedTuple):
    """New content of the file `path`, durable under a temporary name."""

    path: Path
    temporary: Path

    def put_in_place(self, *, on_step: Step = ignore) -> None:
        """Give it its name, atomically. That is durable only after `sync_folder`. Raises `StorageError`."""
        with storage_errors(self.path):
            self.temporary.rename(self.path)
        on_step(f"{self.path.name} renamed")


def replace_file(path: Path, content: bytes, *, on_step: Step = ignore) -> None:
    """Replace the content of `path` atomically. Durable only after `sync_folder`. Raises `StorageError`."""
    staged = _stage((path, content))
    on_step(f"{path.name} written")
    staged.put_in_place(on_step=on_step)


def stage_files(files: Mapping[Path, bytes], *, on_step: Step = ignore) -> list[StagedFile]:
    """Write the content of many files, and sync all of it at once. Gives them in their order.

    Raises `StorageError` if one fails. Then `clear_unfinished` removes the others.
    """
    staged = _at_once(_stage, files.items())
    for file in staged:
        on_step(f"{file.path.name} written")
    return staged


def create_private(path: Path, content: bytes) -> None:
    """Create a file that only its owner can read. Durable on return. Raises `StorageError`, also if it exists."""
    with storage_errors(path):
        temporary = _write_temporary(path, content, mode=0o600)
        try:
            # A hard link, not a rename: a rename would silently replace an existing file.
            os.link(temporary, path)
        finally:
            temporary.unlink()
    sync_folder(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Replace a file atomically, readable by its owner only. Durable on return. Raises `StorageError`."""
    with storage_errors(path):
        _write_temporary(path, content, mode=0o600).rename(path)
    sync_folder(path.parent)


def make_folder(folder: Path, *, mode: int = 0o755) -> None:
    """Create a folder unless it exists; its parent must exist. Durable on return. Raises `StorageError`."""
    with storage_errors(folder):
        if not folder.is_dir():
            folder.mkdir(mode)
            sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the file names in `folder` durable. Raises `StorageError`."""
    with storage_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folders(folders: Iterable[Path]) -> None:
    """Make the file names in these folders durable, all at once. Raises `StorageError`."""
    _at_once(sync_folder, folders)


def clear_unfinished(folder: Path) -> None:
    """Remove temporary files of writers that stopped half-way. A missing folder is fine. Raises `StorageError`."""
    with storage_errors(folder), suppress(FileNotFoundError, NotADirectoryError):
        for name in os.listdir(folder):  # noqa: PTH208 - a path for each of ten thousand names takes 20 ms
            if is_unfinished(name):
                (folder / name).unlink(missing_ok=True)


def is_unfinished(name: str) -> bool:
    """True if `name` is a temporary file's: its writer is still at work, or died."""
    return name.startswith(_TEMPORARY)


def _at_once(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What `work` gives for each, in threads. Raises what the first that fails raises, once all have ended."""
    all_items = list(items)
    threads = _threads(os.getpid())
    running = [threads.submit(work, item) for item in all_items[1:]]
    try:
        # The first in this thread, which would wait for one more otherwise.
        done = [work(item) for item in all_items[:1]]
    finally:
        wait(running)
    return [*done, *(one.result() for one in running)]


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """Threads of this process, kept: to start them takes longer than a sync of an idle disk."""
    return ThreadPoolExecutor(_AT_ONCE, "sync")


def _stage(file: tuple[Path, bytes]) -> StagedFile:
    path, content = file
    with storage_errors(path):
        return StagedFile(path, _write_temporary(path, content, mode=0o644))


def _write_temporary(path: Path, content: bytes, *, mode: int) -> Path:
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    # A dead process with the same id, as in a container, may have left this file.
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return temporary


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raise an `OSError` of the block as a `StorageError` that names `path`."""
    try:
        yield
    except OSError as error:
        kind = DiskFullError if is_disk_full(error) else StorageError
        raise kind(f"cannot write {path}: {error.strerror}") from error


def is_disk_full(error: OSError) -> bool:
    """True if the disk has no space left, or the user may have no more of it."""
    return error.errno in _NO_SPACE
