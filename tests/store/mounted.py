"""A small file system of its own, so that a disk is really full. Only root may mount one; for others, tests skip it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE_BYTES = 16 * 2**20


@contextmanager
def mounted(folder: Path, *, size_bytes: int = SIZE_BYTES) -> Iterator[Path]:
    """Mount an empty file system of this size on the new `folder`."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, *, leave_bytes: int = 0) -> Path:
    """Take the space of the disk but for so much. Returns the file that has it: delete it to have room again."""
    file = disk / "full"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with file.open("ab", buffering=0) as stream:
        os.posix_fallocate(stream.fileno(), os.stat(file).st_size, max(1, free - leave_bytes))  # noqa: PTH116
    return file
