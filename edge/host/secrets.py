"""Secrets that an operator puts on this machine, in files of text. No message ever shows what is in them.

`advice` is what the operator should do, the end of every message. `what` names the file and what it should hold. All
functions block.

    check_private(path, what=f"the desks' tokens {path}", advice="...")
    for number, line in read_entries(path, what=f"the desks' tokens {path}", advice="..."):
        tenant, token = line.split()
"""

import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import ConfigError

MAX_TOKEN_CHARACTERS = 512
"""Twelve times 256 bits in base64; what is longer is another file."""

MAX_LINE_BYTES = 4096
"""No secret of one line is near it; what is longer is another file."""

NKEY_ADVICE = "write the seed that was made with: nk -gen user"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_private(path: Path, *, what: str, advice: str) -> None:
    """Return when nobody but its owner may use the file; raises `ConfigError` otherwise."""
    with _readable(what, advice):
        mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        run = f"chmod 600 {shlex.quote(str(path))}"
        raise ConfigError(f"{path} has mode {mode:04o}, expected 0600, so others may know it; run: {run}")


def read_content(path: Path, *, what: str, advice: str) -> bytes:
    """All bytes of the file; raises `ConfigError`."""
    with _readable(what, advice):
        return path.read_bytes()


def read_line(path: Path, *, what: str, advice: str, if_empty: str) -> str:
    """The text of a file of one line, without the spaces around it; raises `ConfigError`, with `if_empty` for none."""
    with _readable(what, advice), path.open("rb") as file:
        text = file.read(MAX_LINE_BYTES + 1)
        if len(text) > MAX_LINE_BYTES:
            raise ConfigError(f"{what} has more than {MAX_LINE_BYTES} bytes, expected one line; {advice}")
        line = text.decode("utf-8").strip()
    if not line:
        raise ConfigError(f"{what} is empty; {if_empty}")
    return line


def read_entries(path: Path, *, what: str, advice: str) -> list[tuple[int, str]]:
    """Every line that is not empty and no `#` comment, after its number, from 1; raises `ConfigError`."""
    with _readable(what, advice):
        lines = path.read_text(encoding="utf-8").splitlines()
    stripped = ((number, line.strip()) for number, line in enumerate(lines, start=1) if not line.startswith("#"))
    return [(number, line) for number, line in stripped if line]


def read_token(path: Path, *, advice: str) -> str:
    """The token or seed in a file of one line; raises `ConfigError`.

    It is printable ASCII without spaces, so that it fits an HTTP header.
    """
    advice = f"{advice}, then run: chmod 600 {path}"
    content = read_content(path, what=str(path), advice=advice)
    token = content.decode("ascii", errors="replace").strip()
    if not 0 < len(token) <= MAX_TOKEN_CHARACTERS or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(f"{path} is not one token in one line; {advice}")
    return token


@contextmanager
def _readable(what: str, advice: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot read {what}: {error.strerror}; {advice}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"cannot read {what}: not UTF-8 at byte {error.start}; {advice}") from None
