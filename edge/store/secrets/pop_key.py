"""Who this PoP is to its publisher: an Ed25519 key made at the first start, and the number of this run.

    <state>/status.key   the key's seed, 0600
    <state>/status.pub   its public half, for `skerry publisher pops add`
    <state>/status.run   the number of the last run

The number is the time of the start in milliseconds, and above every earlier one even if the clock was set back, so that
a status can be told from one that is replayed. Nothing else of the clock is believed.
"""

import os
import shlex
import stat
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nacl.signing import SigningKey

from edge.errors import ConfigError
from edge.store.files import storage_errors
from edge.trust import PopSigner

_SEED_HEX = 64
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class PopIdentity(NamedTuple):
    """What a PoP signs with, and which of its runs this is."""

    signer: PopSigner
    run: int


def open_pop_identity(state_dir: Path, *, now: datetime) -> PopIdentity:
    """The PoP's identity; key and run number are on the disk when it returns. `state_dir` must exist.

    Raises `ConfigError` when the key's file is no key or open to others, `StorageError` when the disk fails.
    """
    key = state_dir / "status.key"
    with storage_errors(key):
        if not key.exists():
            _write(key, f"{bytes(SigningKey.generate()).hex()}\n", mode=0o600)
        signer = PopSigner(_read_seed(key))
        public = state_dir / "status.pub"
        line = f"{signer.public.hex()}\n"
        if not public.exists() or public.read_text() != line:
            _write(public, line, mode=0o644)
        return PopIdentity(signer, _next_run(state_dir / "status.run", now))


def _read_seed(key: Path) -> bytes:
    path = shlex.quote(str(key))
    mode = stat.S_IMODE(key.stat().st_mode)
    if mode & _OTHERS:
        raise ConfigError(f"{key} has mode {mode:04o}, expected 0600, so others may know it; run: chmod 600 {path}")
    try:
        text = key.read_text(encoding="ascii").strip()
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if 2 * len(seed) != _SEED_HEX:
        # Not a word of the content: half of it may still be the key.
        raise ConfigError(f"{key} is damaged, expected {_SEED_HEX} hexadecimal digits; for a new one run: rm {path}")
    return seed


def _next_run(file: Path, now: datetime) -> int:
    try:
        last = int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        # Damaged or gone: the clock alone is nearly always above the last run.
        last = 0
    run = max(last + 1, int(now.timestamp() * 1000))
    _write(file, f"{run}\n", mode=0o600)
    return run


def _write(path: Path, text: str, *, mode: int) -> None:
    """The whole text under this name, or what was there before; lasting on return."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
