"""Test by writing whether a directory is writable, and say which command repairs it."""

import errno
import os
import pwd
import shlex
import uuid
from pathlib import Path

from edge.errors import ConfigError, DiskFullError, SkerryError
from edge.host import is_disk_full

_PROBE = b"skerry tests whether this disk is writable\n"


def make_private(directory: Path) -> None:
    """Make sure that the directory exists and is writable. A new directory has mode 0700.

    It is tested by writing a file: a mode does not show a read-only mount. A full disk is no fault here. Raises
    `ConfigError` if the operator must act, and `DiskFullError` if there is no room for a new directory.
    """
    remedy = f"run as root: install -d -o {user_name()} -m 0700 {shlex.quote(str(directory))}"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_synced(directory)
    except OSError as error:
        raise refusal(directory, error, remedy) from error


def check_owned(folder: Path, *, remedy: str) -> None:
    """Set mode 0700, and make sure that the folder and every file in it is writable. Raises as `make_private`.

    `remedy` is the command for the operator.
    """
    try:
        folder.chmod(0o700)
        _write_synced(folder)
        for file in folder.iterdir():
            os.close(os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW))
    except OSError as error:
        raise refusal(folder, error, remedy) from error


def refusal(directory: Path, error: OSError, remedy: str) -> SkerryError:
    """The error to raise after a failed write in `directory`. Its text ends with a command to run."""
    path = shlex.quote(str(directory))
    if is_disk_full(error):
        return DiskFullError(f"{directory} has no space left: {error.strerror}; run: df -h {path}")
    problem = f"{directory} cannot be written by user {user_name()}: {error.strerror}"
    if error.errno == errno.EROFS:
        return ConfigError(f"{problem}; to see what is mounted there, run: findmnt -T {path}")
    if isinstance(error, FileExistsError | NotADirectoryError):
        in_the_way = next(path for path in (directory, *directory.parents) if os.path.lexists(path))
        file = shlex.quote(str(in_the_way))
        return ConfigError(f"{problem}; {in_the_way} is not a directory; to move it away, run: mv {file} {file}.aside")
    return ConfigError(f"{problem}; {remedy}")


def user_name() -> str:
    """Name of the user that runs this process, or its number. Many containers have no name for it."""
    user_id = os.geteuid()
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def _write_synced(directory: Path) -> None:
    probe = directory / f".probe-{uuid.uuid4().hex}"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, _PROBE)
            os.fsync(handle)
        finally:
            os.close(handle)
            probe.unlink(missing_ok=True)
    except OSError as error:
        # A PoP on a full disk serves what it has. What needs room says so when it is written.
        if not is_disk_full(error):
            raise
