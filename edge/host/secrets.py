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
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import ConfigError

MAX_TOKEN_CHARACTERS = 512
"""Twelve times 256 bits in base64. A longer file is not a token file."""

MAX_LINE_BYTES = 4096
"""Far above any secret of one line. A longer file is the wrong file."""

NKEY_ADVICE = "write the seed that was made with: nk -gen user"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_private(path: Path, *, what: str, advice: str) -> None:
    """Raise `ConfigError` if others than this process may read or change the file.

    A group may read a file of another owner, as in Kubernetes with `fsGroup`: this process reads it by that group.
    """
    with _readable(what, advice):
        status = path.stat()
        mode = stat.S_IMODE(status.st_mode)
    if is_open_to_others(mode, owner=status.st_uid, own=os.geteuid()):
        run = f"chmod 600 {shlex.quote(str(path))}"
        raise ConfigError(f"{path} has mode {mode:04o}, expected 0600, so others may know it; run: {run}")


def is_open_to_others(mode: int, *, owner: int, own: int) -> bool:
    """True if a file with these permissions and `owner` is no secret of a process that runs as user `own`."""
    return bool(mode & (_OTHERS if owner == own else _OTHERS & ~stat.S_IRGRP))


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
