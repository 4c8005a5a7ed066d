"""Whether a directory takes writes, found out by writing; and what the operator has to run where it does not."""

import errno
import os
import pwd
import shlex
import uuid
from pathlib import Path

from edge.errors import ConfigError, SkerryError, StorageError

_PROBE = b"skerry looks whether this disk takes writes\n"
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def make_private(directory: Path) -> None:
    """The directory exists and takes writes; mode 0700 if it had to be made.

    Raises `ConfigError` when the operator must act, `StorageError` when there is no space. Permissions are not read but
    tried: a read-only mount, a full quota and another owner all look fine in a mode.
    """
    remedy = f"run as root: install -d -o {user_name()} -m 0700 {shlex.quote(str(directory))}"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_synced(directory)
    except OSError as error:
        raise refusal(directory, error, remedy) from error


def check_owned(folder: Path, *, remedy: str) -> None:
    """The folder, mode 0700 from now on, and every file in it take writes. Raises as `make_private`, with `remedy`."""
    try:
        folder.chmod(0o700)
        _write_synced(folder)
        for file in folder.iterdir():
            os.close(os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW))
    except OSError as error:
        raise refusal(folder, error, remedy) from error


def refusal(directory: Path, error: OSError, remedy: str) -> SkerryError:
    """What to raise when the operating system refused to let us write in `directory`; ends with what to run."""
    path = shlex.quote(str(directory))
    if error.errno in _NO_SPACE:
        return StorageError(f"{directory} has no space left: {error.strerror}; run: df -h {path}")
    found = f"{directory} cannot be written by user {user_name()}: {error.strerror}"
    if error.errno == errno.EROFS:
        return ConfigError(f"{found}; to see what is mounted there, run: findmnt -T {path}")
    if isinstance(error, FileExistsError | NotADirectoryError):
        in_the_way = next(path for path in (directory, *directory.parents) if os.path.lexists(path))
        file = shlex.quote(str(in_the_way))
        return ConfigError(f"{found}; {in_the_way} is no directory, to move it away, run: mv {file} {file}.aside")
    return ConfigError(f"{found}; {remedy}")


def user_name() -> str:
    """The user that this process acts as; a number where the system has no name for it, as in many containers."""
    user_id = os.geteuid()
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def _write_synced(directory: Path) -> None:
    probe = directory / f".probe-{uuid.uuid4().hex}"
    handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if os.write(handle, _PROBE) < len(_PROBE):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)
        probe.unlink(missing_ok=True)
