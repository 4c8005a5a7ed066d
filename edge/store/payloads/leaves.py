"""Leaves of erasures and holds, until the ledger has them.

An erasure or a hold is durable together with its leaves, in one transaction. The ledger takes them over later. Time and
salt are stored with a leaf, so it has the same hash each time: if the process is killed between the two, the leaf is
handed over again, and a log takes it once.
"""

import secrets
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from edge.store.payloads.payload_store import PayloadStore

_SALT_BYTES = 32


class ErasureLeaf(NamedTuple):
    """What the ledger is to have of an erasure, a hold or a release. Nothing in it identifies a viewer."""

    salt: bytes
    """32 random bytes. Also its id."""
    at: float
    """Unix seconds."""
    tenant: str
    event: str
    """Empty: nothing of what is held is here yet."""
    kind: str
    """`erasure`, `hold` or `release`."""
    fields: Mapping[str, str | int]


def note_leaf(connection: sqlite3.Connection, leaf: ErasureLeaf) -> None:
    """Store a leaf within the caller's transaction."""
    connection.execute(
        "INSERT INTO leaves (salt, at, tenant, event, kind, body) VALUES (?, ?, ?, ?, ?, ?)",
        (*leaf[:-1], msgspec.json.encode(leaf.fields)),
    )


def new_leaf(tenant: str, event: str, kind: str, *, at: float, fields: Mapping[str, str | int]) -> ErasureLeaf:
    """A leaf with a new salt."""
    return ErasureLeaf(secrets.token_bytes(_SALT_BYTES), at, tenant, event, kind, fields)


def waiting_leaves(store: PayloadStore) -> tuple[ErasureLeaf, ...]:
    """All leaves that the ledger does not have yet, the oldest first. Raises `StorageError`."""
    with store.reading() as connection:
        rows = connection.execute("SELECT salt, at, tenant, event, kind, body FROM leaves ORDER BY at, salt").fetchall()
    return tuple(
        ErasureLeaf(salt, at, tenant, event, kind, msgspec.json.decode(body, type=dict[str, str | int]))
        for salt, at, tenant, event, kind, body in rows
    )


def forget_leaves(store: PayloadStore, leaves: tuple[ErasureLeaf, ...]) -> None:
    """Forget leaves that the ledger has durably. Idempotent. Raises `StorageError`."""
    with store.transaction() as connection:
        connection.executemany("DELETE FROM leaves WHERE salt = ?", [(leaf.salt,) for leaf in leaves])
