"""The keys that a PoP makes for itself at its first start, and the number of each run.

    <state>/status.key   the seed of the Ed25519 key by which the publisher knows this PoP, 0600
    <state>/status.pub   its public half, for `skerry publisher pops add`
    <state>/status.run   the number of the last run
    <state>/token.key    32 random bytes that this PoP signs its tokens with, 0600

A run's number is the time of the start in milliseconds, and above every earlier one even if the clock was set back, so
that a status can be told from one that is replayed. Nothing else of the clock is believed.

Losing `token.key` costs viewers who are in the middle of a decision tree a new start, and nothing else. So a damaged
one is replaced; a damaged `status.key` is not, for the publisher knows its public half.

Every file is whole or absent and lasts once its function returns. What a start that died left half-written is removed
by the next one, which has the state directory for itself.
"""

import secrets
import shlex
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nacl.signing import SigningKey

from edge.errors import ConfigError
from edge.host import check_private, clear_unfinished, replace_file, replace_private, sync_folder
from edge.store.files import database_errors
from edge.tokens import TOKEN_KEY_BYTES
from edge.trust import PopSigner

_SEED_HEX = 64


class PopIdentity(NamedTuple):
    """What a PoP signs with, and which of its runs this is."""

    signer: PopSigner
    run: int


def load_or_make_token_key(state_dir: Path) -> bytes:
    """The key for tokens; raises `StorageError`. `state_dir` must exist."""
    path = state_dir / "token.key"
    clear_unfinished(state_dir)
    with database_errors(path):
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
    if len(key) == TOKEN_KEY_BYTES:
        return key
    # Crash before this returns: no token was signed yet, so the next start may make another.
    key = secrets.token_bytes(TOKEN_KEY_BYTES)
    replace_private(path, key)
    return key


def open_pop_identity(state_dir: Path, *, now: datetime) -> PopIdentity:
    """The PoP's identity; key and run number are on the disk when it returns. `state_dir` must exist.

    Raises `ConfigError` when the key's file is no key or open to others, `StorageError` when the disk fails.
    """
    key, public = state_dir / "status.key", state_dir / "status.pub"
    clear_unfinished(state_dir)
    with database_errors(key):
        # A key that is missing means a first start, a directory that is missing means a fault.
        state_dir.stat()
        if not key.exists():
            replace_private(key, f"{bytes(SigningKey.generate()).hex()}\n".encode())
        signer = PopSigner(_read_seed(key))
        line = f"{signer.public.hex()}\n".encode()
        if not public.exists() or public.read_bytes() != line:
            replace_file(public, line)
            sync_folder(state_dir)
        return PopIdentity(signer, _next_run(state_dir / "status.run", now))


def _read_seed(key: Path) -> bytes:
    remedy = f"for a new one run: rm {shlex.quote(str(key))}"
    check_private(key, what=str(key), advice=remedy)
    try:
        seed = bytes.fromhex(key.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if 2 * len(seed) != _SEED_HEX:
        # Not a word of the content: half of it may still be the key.
        raise ConfigError(f"{key} is damaged, expected {_SEED_HEX} hexadecimal digits; {remedy}")
    return seed


def _next_run(file: Path, now: datetime) -> int:
    try:
        last = int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        # Damaged or gone: the clock alone is nearly always above the last run.
        last = 0
    run = max(last + 1, int(now.timestamp() * 1000))
    replace_private(file, f"{run}\n".encode())
    return run
