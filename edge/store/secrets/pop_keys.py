"""The keys that a PoP makes at its first start, and the number of each run.

    <state>/status.key   seed of the Ed25519 key that signs this PoP's statuses, 0600
    <state>/status.pub   its public key, for `skerry publisher pops add`
    <state>/status.run   number of the last run
    <state>/token.key    32 random bytes, the key of this PoP's tokens and of the names of contacts, 0600

The number of a run is the time of its start in milliseconds. It is always higher than the last one, even if the clock
was set back, so the publisher can recognise a replayed status.

A new `token.key` makes every token invalid that the PoP gave out before:

* viewers in a decision tree have to start the tree again
* feedback with an earlier receipt is refused
* an earlier `callback_token` no longer shows its promise; the ticket itself is not affected
* open contacts get other names, so a session's next question begins a new contact in the stats

A damaged `token.key` is replaced all the same: no copy of it exists, and questions and tickets do not need it. But a
damaged `status.key` is not replaced, since the publisher would refuse statuses under a new key.

Every file is written atomically, and is durable when its function returns. A start that crashed may leave unfinished
files. The next start removes them, since it alone has the state directory.
"""

import secrets
import shlex
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nacl.signing import SigningKey

from edge.errors import ConfigError, DiskFullError
from edge.host import check_private, clear_unfinished, replace_file, replace_private, sync_folder
from edge.store.files import database_errors
from edge.store.secrets.owner import owner_file
from edge.tokens import TOKEN_KEY_BYTES
from edge.trust import PopSigner

_SEED_HEX = 64


class PopIdentity(NamedTuple):
    """The key that signs a PoP's statuses, and the number of this run."""

    signer: PopSigner
    run: int


def load_or_make_token_key(state_dir: Path) -> bytes:
    """Read the key for tokens: 32 bytes. A missing or damaged key is replaced by a new one. Durable on return.

    `state_dir` must exist. Raises `ConfigError` if other users may read the key, `StorageError` if the disk fails.
    """
    path = state_dir / "token.key"
    clear_unfinished(state_dir)
    with database_errors(path):
        try:
            key = path.read_bytes()
            check_private(path, what=str(path), advice=f"for a new one, run: rm {shlex.quote(str(path))}")
        except FileNotFoundError:
            key = b""
    if len(key) == TOKEN_KEY_BYTES:
        return key
    # Crash before this returns: no token has this key yet, so the next start may make another key.
    key = secrets.token_bytes(TOKEN_KEY_BYTES)
    # On a full disk the key is good until the PoP stops: better than no answers.
    with suppress(DiskFullError):
        replace_private(path, key)
    return key


def open_pop_identity(state_dir: Path, *, now: datetime) -> PopIdentity:
    """Read the PoP's key, or make it, and begin a new run. Durable on return. `now` is the time of the start.

    `state_dir` must exist. Raises `ConfigError` if the key's file is damaged or other users may read it, and
    `StorageError` if the disk fails.
    """
    clear_unfinished(state_dir)
    signer = open_pop_signer(state_dir)
    with database_errors(state_dir / "status.run"):
        return PopIdentity(signer, _next_run(state_dir / "status.run", now))


def open_pop_signer(state_dir: Path) -> PopSigner:
    """Read the PoP's key, or make it. Durable on return.

    `state_dir` must exist. Raises as `open_pop_identity`.
    """
    key, public = state_dir / "status.key", state_dir / "status.pub"
    with database_errors(key):
        # A missing key is a first start, but a missing directory is a fault: do not go on.
        state_dir.stat()
        if not key.exists():
            replace_private(key, f"{bytes(SigningKey.generate()).hex()}\n".encode())
        signer = PopSigner(_read_seed(key))
        line = f"{signer.public.hex()}\n".encode()
        if not public.exists() or public.read_bytes() != line:
            replace_file(public, line)
            sync_folder(state_dir)
        return signer


def read_public_key(state_dir: Path) -> bytes | None:
    """The public key of the PoP, 32 bytes, or None before its first start. Changes nothing.

    Raises `ConfigError` and `StorageError` as `open_pop_identity`.
    """
    key = state_dir / "status.key"
    with database_errors(key):
        return PopSigner(_read_seed(key)).public if key.exists() else None


def _read_seed(key: Path) -> bytes:
    # The outbox's tickets go on under the new key.
    files = f"{shlex.quote(str(key))} {shlex.quote(str(owner_file(key.parent)))}"
    remedy = f"for a new one, run: rm -f {files}"
    check_private(key, what=str(key), advice=remedy)
    try:
        seed = bytes.fromhex(key.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if 2 * len(seed) != _SEED_HEX:
        # The text does not quote the content: half of it may still be the key.
        raise ConfigError(f"{key} is damaged, expected {_SEED_HEX} hexadecimal digits; {remedy}")
    return seed


def _next_run(file: Path, now: datetime) -> int:
    try:
        last = int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        # The file is missing or damaged. The time alone is above the last run, unless the clock was set back.
        last = 0
    run = max(last + 1, int(now.timestamp() * 1000))
    # On a full disk the number is not kept. The next start is later, unless the clock is set back until then.
    with suppress(DiskFullError):
        replace_private(file, f"{run}\n".encode())
    return run
