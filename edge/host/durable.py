"""Files that are whole or absent, also when the machine stops at any moment.

A file is written under a temporary name, synced, renamed, and its folder synced. `Step` is called with a word between
every two of these, so that a test can stop there.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from edge.errors import StorageError
from edge.host.no_op import ignore

Step: TypeAlias = Callable[[str], None]

_TEMPORARY = ".unfinished-"


def replace_file(path: Path, content: bytes, *, on_step: Step = ignore) -> None:
    """Give `path` its new content at once. Lasting only after `sync_folder`; raises `StorageError`."""
    with storage_errors(path):
        temporary = _write_temporary(path, content, mode=0o644)
        on_step(f"{path.name} written")
        temporary.rename(path)
        on_step(f"{path.name} renamed")


def create_private(path: Path, content: bytes) -> None:
    """Make a file that only its owner can read, lasting on return; raises `StorageError`, also when it exists."""
    with storage_errors(path):
        temporary = _write_temporary(path, content, mode=0o600)
        try:
            # A link refuses to replace a file, a rename does not.
            os.link(temporary, path)
        finally:
            temporary.unlink()
    sync_folder(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Give a file that only its owner can read its new content at once, lasting on return; raises `StorageError`."""
    with storage_errors(path):
        _write_temporary(path, content, mode=0o600).rename(path)
    sync_folder(path.parent)


def make_folder(folder: Path, *, mode: int = 0o755) -> None:
    """Make a folder, lasting on return, unless there is one; its parent must exist. Raises `StorageError`."""
    with storage_errors(folder):
        if not folder.is_dir():
            folder.mkdir(mode)
            sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` last; raises `StorageError`."""
    with storage_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear_unfinished(folder: Path) -> None:
    """Remove what a writer that stopped half-way left behind, if the folder is there; raises `StorageError`."""
    with storage_errors(folder), suppress(FileNotFoundError, NotADirectoryError):
        for name in os.listdir(folder):  # noqa: PTH208 - a path for each of ten thousand names takes 20 ms
            if is_unfinished(name):
                (folder / name).unlink(missing_ok=True)


def is_unfinished(name: str) -> bool:
    """Whether a file's name is that of one whose writer has not come to its end, or died."""
    return name.startswith(_TEMPORARY)


def _write_temporary(path: Path, content: bytes, *, mode: int) -> Path:
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return temporary


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """What the system says of `path` during the block becomes a `StorageError`."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
