"""Secrets that an operator puts on this machine, in text files. No error text ever shows their content.

Every function that reads a secret first checks who else may read its file, so that all secrets are judged alike.
`read_content` is for files that are no secrets, and for bytes that were checked before.

`what` names the file and its purpose. `advice` tells the operator what to do, and ends every error text. All functions
block.

    check_private(path, what=f"the desks' tokens {path}", advice="...")
    for number, line in read_entries(path, what=f"the desks' tokens {path}", advice="..."):
        tenant, token = line.split()
"""

import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from edge.errors import ConfigError

MAX_TOKEN_CHARACTERS = 512
"""Twelve times 256 bits in base64. A longer file is not a token file."""

MAX_LINE_BYTES = 4096
"""Far above any secret of one line. A longer file is the wrong file."""

NKEY_ADVICE = "write the seed that was made with: nk -gen user"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_NO_SHELLS = frozenset({"nologin", "false", "true", "sync", "halt", "shutdown"})
"""Names of programs in the place of a shell with which nobody can work: accounts of services, and Debian's `sync`."""


def check_private(path: Path, *, what: str, advice: str) -> None:
    """Raise `ConfigError` if the file cannot be looked at, or if others may read or change it (`other_readers`)."""
    with _readable(what, advice):
        status = path.stat()
    others = other_readers(status)
    if others:
        mode, run = stat.S_IMODE(status.st_mode), f"chmod 600 {shlex.quote(str(path))}"
        raise ConfigError(f"{path} has mode {mode:04o}, expected 0600, so {others} may know it; run: {run}")


def other_readers(status: os.stat_result) -> str:
    """Who besides owner and process may know a secret with this status: `others`, a login's group, or '' for nobody.

    Its group may read it, as PostgreSQL allows for files of root and Kubernetes with `fsGroup`, unless the group is a
    login's own: then a person's other files have it as well, and nobody chose it for this secret. Nobody else may do
    anything with it, and the group may not change it. Blocks.
    """
    readable = stat.S_IRGRP | (stat.S_IXGRP if stat.S_ISDIR(status.st_mode) else 0)
    if status.st_mode & _OTHERS & ~readable:
        return "others"
    if not status.st_mode & readable:
        return ""
    login = login_of_group(status.st_gid, owner=status.st_uid, own=os.geteuid(), accounts=pwd.getpwall())
    return f"the group of the login {login}" if login else ""


def login_of_group(group: int, *, owner: int, own: int, accounts: Iterable[pwd.struct_passwd]) -> str:
    """The first login whose own group this is, by its name; '' if there is none. `own`: the user of this process.

    A login is an account with a shell, apart from root. The process's own account does not count if the file belongs to
    another: then it is read by the group, as in a container whose `fsGroup` is the group of its user.
    """
    for account in accounts:
        is_login = account.pw_uid != 0 and PurePath(account.pw_shell).name not in _NO_SHELLS
        is_reader = account.pw_uid == own != owner
        if account.pw_gid == group and is_login and not is_reader:
            return account.pw_name
    return ""


def read_content(path: Path, *, what: str, advice: str) -> bytes:
    """All bytes of the file. Raises `ConfigError` if it cannot be read."""
    with _readable(what, advice):
        return path.read_bytes()


def read_line(path: Path, *, what: str, advice: str, if_empty: str) -> str:
    """Text of a private file with one line, without the spaces around it.

    Raises `ConfigError` if the file cannot be read, is open to others or too long (with `advice`), or empty (with
    `if_empty`).
    """
    check_private(path, what=what, advice=advice)
    with _readable(what, advice), path.open("rb") as file:
        text = file.read(MAX_LINE_BYTES + 1)
        if len(text) > MAX_LINE_BYTES:
            raise ConfigError(f"{what} has more than {MAX_LINE_BYTES} bytes, expected one line; {advice}")
        line = text.decode("utf-8").strip()
    if not line:
        raise ConfigError(f"{what} is empty; {if_empty}")
    return line


def read_entries(path: Path, *, what: str, advice: str) -> list[tuple[int, str]]:
    """Number (from 1) and text of each line of a private file that is neither empty nor a `#` comment.

    Raises `ConfigError` if the file cannot be read or is open to others.
    """
    check_private(path, what=what, advice=advice)
    with _readable(what, advice):
        lines = path.read_text(encoding="utf-8").splitlines()
    stripped = ((number, line.strip()) for number, line in enumerate(lines, start=1) if not line.startswith("#"))
    return [(number, line) for number, line in stripped if line]


def read_token(path: Path, *, advice: str) -> str:
    """Token or seed in a private file with one line. Raises `ConfigError` if there is none, or others may read it.

    A token is printable ASCII without spaces, so that it fits into an HTTP header.
    """
    advice = f"{advice}, then run: chmod 600 {path}"
    check_private(path, what=str(path), advice=advice)
    with _readable(str(path), advice), path.open("rb") as file:
        content = file.read(MAX_LINE_BYTES + 1)
    token = content.decode("ascii", errors="replace").strip()
    if not 0 < len(token) <= MAX_TOKEN_CHARACTERS or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(f"{path} does not contain one token in one line; {advice}")
    return token


@contextmanager
def _readable(what: str, advice: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot read {what}: {error.strerror}; {advice}") from error
    except UnicodeDecodeError as error:
        # Without the cause: it would hold the bytes of the secret.
        raise ConfigError(f"cannot read {what}: not UTF-8 at byte {error.start}; {advice}") from None
