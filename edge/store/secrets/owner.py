"""Whose tickets are in this state folder? Tickets of another PoP would be delivered twice, and nobody would know.

    <state>/outbox/owner   public key of the PoP that stored the tickets, in hexadecimal, and its name

A folder that was restored or copied wrongly has an outbox that was made under another key than its `status.key`. The
file is in the outbox's own folder, so it goes where the tickets go. A folder without it is adopted: an older release
wrote it. A copy of a whole state folder is not noticed here, since its key is the same; the publisher notices two PoPs
with one key by their runs.
"""

import shlex
from contextlib import suppress
from pathlib import Path

from edge.errors import ConfigError, StorageError
from edge.foreign_words import one_line
from edge.host import replace_private
from edge.store.files import database_errors

_KEY_HEX = 64
_MAX_BYTES = 1024


def owner_file(state_dir: Path) -> Path:
    """The file that says whose tickets the outbox has."""
    return state_dir / "outbox" / "owner"


def refuse_other_owner(state_dir: Path, *, pop: str, public: bytes | None) -> None:
    """Raise `ConfigError` if the outbox has tickets of another PoP than that of the key. Call it before it is opened.

    `public` is the key of the PoP that starts, 32 bytes, or None if it has none yet, and `pop` its name. Raises
    `StorageError` if the disk fails.
    """
    file = owner_file(state_dir)
    key, name = _read_owner(file)
    if key is None or (public is not None and key == public.hex()):
        return
    ours = state_dir / "status.key"
    found = f"{ours} is missing" if public is None else f"{ours} is the key {public.hex()[:16]}... of PoP {pop!r}"
    raise ConfigError(
        f"{file.parent} has tickets of PoP {name!r} with key {key[:16]}..., but {found}, expected both of one PoP; put"
        f" the folder of PoP {pop!r} back, or, if its key was changed and the tickets are its own, run:"
        f" rm {shlex.quote(str(file))}"
    )


def note_owner(state_dir: Path, *, pop: str, public: bytes) -> None:
    """Write whose tickets the outbox has, unless it is written. Durable, unless the disk is full: the next start can.

    Call it when the outbox is open.
    """
    file = owner_file(state_dir)
    with suppress(StorageError):
        if _read_owner(file)[0] != public.hex():
            replace_private(file, f"{public.hex()} {pop}\n".encode())


def _read_owner(file: Path) -> tuple[str | None, str]:
    """Key and name. No key: there is no file, or it is damaged, which proves nothing."""
    with database_errors(file):
        try:
            with file.open("rb") as stream:
                text = stream.read(_MAX_BYTES).decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return None, ""
    key, _, name = text.partition(" ")
    is_key = len(key) == _KEY_HEX and all(digit in "0123456789abcdef" for digit in key)
    return (key if is_key else None), one_line(name.strip())
