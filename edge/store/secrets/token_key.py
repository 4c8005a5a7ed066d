"""The PoP's own key for tokens: 32 random bytes in a file for its owner only, made when there is none.

Losing it costs viewers who are in the middle of a decision tree a new start, and nothing else; so a damaged file is
simply replaced.
"""

import os
import secrets
from pathlib import Path

from edge.store.files import storage_errors

KEY_BYTES = 32
_NAME = "token.key"


def load_or_make_token_key(folder: Path) -> bytes:
    """The key; raises `StorageError`. `folder` must exist."""
    path = folder / _NAME
    with storage_errors(path):
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
        return key if len(key) == KEY_BYTES else _make(path)


def _make(path: Path) -> bytes:
    """Written whole under another name first: if we die before the rename, the next start makes another."""
    key = secrets.token_bytes(KEY_BYTES)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    unfinished.replace(path)
    return key
