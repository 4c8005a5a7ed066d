"""The desk's file of tokens: one entry for each PoP and each agent, with a hash in place of the token.

    {"tokens": [{"kind": "agent", "name": "anna", "sha256": "9f86…", "tenant": "northwind", "lane": "", …}]}

A token is 32 random bytes, so a plain SHA-256 cannot be reversed by guessing. The commands change the file under a
lock; a running desk reads it again. All functions block.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from edge.errors import ConfigError, RefusedError
from edge.host import check_private, create_private, replace_private, safe_detail, storage_errors
from edge.records import DECODE_ERRORS, NAME_PATTERN, Utc

_NAME = re.compile(NAME_PATTERN)

PublicKey = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A public Ed25519 key in hexadecimal."""


class TokenKind(StrEnum):
    """Whose token it is."""

    POP = "pop"
    AGENT = "agent"
    WALL = "wall"
    """A screen that shows one tenant's figures, and nothing else."""


class DeskToken(msgspec.Struct, frozen=True, kw_only=True):
    """One token, without the token itself."""

    kind: TokenKind
    name: str
    """The PoP, or the agent. No two tokens have one name."""
    sha256: str
    """SHA-256 of the token, in hexadecimal."""
    tenant: str = ""
    """For an agent and a wall: the tenant whose tickets or figures it sees."""
    lane: str = ""
    """For an agent: the one lane that it sees; empty: all of its tenant."""
    made: Utc
    expires: Utc | None = None
    """None: never."""
    keys: tuple[PublicKey, ...] = ()
    """For a PoP: its public keys in hexadecimal, by one of which its consent records and logs must be signed. None:
    records by the first that it used, or they are not verified; logs by any.
    """


class _TokenFile(msgspec.Struct, frozen=True, kw_only=True):
    tokens: tuple[DeskToken, ...] = ()


def token_hash(token: str) -> str:
    """The hash under which a token is known."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def read_desk_tokens(path: Path) -> tuple[DeskToken, ...]:
    """All tokens in the file, expired ones included; none if there is no file yet.

    Raises `ConfigError` if it cannot be read, or others may read it. The text quotes nothing of it.
    """
    advice = f"put a copy of the file back, or begin again with: mv {path} {path}.old"
    if not path.exists():
        return ()
    check_private(path, what=f"the desk's tokens {path}", advice=advice)
    try:
        return msgspec.json.decode(path.read_bytes(), type=_TokenFile).tokens
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; {advice}") from error
    except DECODE_ERRORS as error:
        raise ConfigError(f"{path} is not a desk's file of tokens: {safe_detail(error)}; {advice}") from error


def new_desk_token() -> str:
    """A token that nobody has yet."""
    return secrets.token_urlsafe(32)


def issue_desk_token(
    path: Path,
    *,
    kind: TokenKind,
    name: str,
    tenant: str = "",
    lane: str = "",
    expires: datetime | None = None,
    now: datetime,
    token: str | None = None,
) -> str:
    """Make a token, and store its hash in place of an earlier one of this name. Durable on return.

    `token`: one of `new_desk_token` that its holder has already. None: a new one.

    Raises `RefusedError` for an impossible name or if a PoP and an agent would have one name, `ConfigError` if the file
    is faulty, `StorageError` if the disk fails.
    """
    for what, value in (("name", name), *((("tenant", tenant),) if kind is not TokenKind.POP else ())):
        if _NAME.fullmatch(value) is None:
            raise RefusedError(f"the {what} cannot be used, expected 1 to 63 lower-case letters, digits, inner '-'")
    token = token or new_desk_token()
    with _changing(path) as tokens:
        # A new token of a PoP is no new PoP: what it signs is believed by the same keys.
        keys = next((one.keys for one in tokens if one.name == name), ())
        new = DeskToken(
            kind=kind,
            name=name,
            sha256=token_hash(token),
            tenant=tenant,
            lane=lane,
            made=now,
            expires=expires,
            keys=keys,
        )
        if any(one.name == name and one.kind is not kind for one in tokens):
            raise RefusedError(f"'{name}' is the name of a token of another kind, expected a new name")
        _write(path, (*(one for one in tokens if one.name != name), new))
    return token


def set_pop_keys(path: Path, name: str, keys: Sequence[bytes]) -> None:
    """Name the public keys (32 raw bytes each) by which a PoP's consent records are believed, in place of earlier ones.

    Without any, the first key that the PoP used is believed. Durable on return. Raises `RefusedError` if no PoP of this
    name has a token.
    """
    with _changing(path) as tokens:
        found = next((one for one in tokens if one.name == name and one.kind is TokenKind.POP), None)
        if found is None:
            raise RefusedError(
                f"no PoP of this name has a token, expected one of: skerry desk token --list --home {path.parent}"
            )
        new = msgspec.structs.replace(found, keys=tuple(key.hex() for key in keys))
        _write(path, (*(one for one in tokens if one.name != name), new))


def revoke_desk_token(path: Path, name: str) -> None:
    """Remove the token of this name. Durable on return. Raises `RefusedError` if there is none."""
    with _changing(path) as tokens:
        left = tuple(one for one in tokens if one.name != name)
        if len(left) == len(tokens):
            raise RefusedError(
                f"there is no token of this name, expected one of: skerry desk token --list --home {path.parent}"
            )
        _write(path, left)


def _write(path: Path, tokens: tuple[DeskToken, ...]) -> None:
    content = msgspec.json.encode(_TokenFile(tokens=tuple(sorted(tokens, key=lambda one: (one.kind, one.name)))))
    # Both are durable and atomic; the first one refuses to replace a file that appeared meanwhile.
    (replace_private if path.exists() else create_private)(path, content + b"\n")


@contextmanager
def _changing(path: Path) -> Iterator[tuple[DeskToken, ...]]:
    """The present tokens, while no other command changes them."""
    lock_path = path.with_name(f"{path.name}.lock")
    with storage_errors(lock_path):
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_desk_tokens(path)
    finally:
        os.close(lock)
