"""By which keys a PoP's consent records are believed: those that the operator named, or else the first that it used.

A PoP proves who it is by its token, so its first record says which key is its own. A thief of the token cannot change
that later: only the operator names another key (`skerry desk key`).
"""

import base64
import binascii
import sqlite3
from collections.abc import Collection, Mapping

from edge.errors import RefusedError
from edge.records.consent import ConsentMessage

KEY_TABLES = (
    """CREATE TABLE IF NOT EXISTS consent_keys (
        pop      TEXT NOT NULL,
        is_named INTEGER NOT NULL,
        key      TEXT NOT NULL,
        PRIMARY KEY (pop, is_named, key)
    ) STRICT, WITHOUT ROWID""",
    # Of records that an earlier release stored, the first one of each PoP: SQLite takes `body` from the row of MIN.
    """INSERT OR IGNORE INTO consent_keys SELECT pop, 0, key FROM
        (SELECT pop, json_extract(CAST(body AS TEXT), '$.key') AS key, MIN(received) FROM consents GROUP BY pop)""",
)
"""Statements for a file of any release; after those of `book.TABLES`. Keys are in base64."""

_OF_POP = "SELECT is_named, key FROM consent_keys WHERE pop = ?"
_PUT = "INSERT OR IGNORE INTO consent_keys VALUES (?, ?, ?)"


def key_of(message: ConsentMessage) -> bytes:
    """The key that a message names, which has not signed it for sure. Raises `RefusedError`."""
    try:
        return base64.b64decode(message.key, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("the consent record names no key, expected 32 bytes in base64") from None


def keys_of(connection: sqlite3.Connection, pop: str) -> frozenset[bytes]:
    """The keys by which the records of a PoP are believed now; none before its first record, if none is named."""
    rows = connection.execute(_OF_POP, (pop,)).fetchall()
    named = [key for is_named, key in rows if is_named]
    return frozenset(base64.b64decode(key) for key in named or [key for _, key in rows])


def remember_first_key(connection: sqlite3.Connection, pop: str, key: bytes) -> None:
    """Remember the key of a PoP's first record, within the caller's transaction. Later ones change nothing."""
    if all(is_named for is_named, _ in connection.execute(_OF_POP, (pop,))):
        connection.execute(_PUT, (pop, 0, base64.b64encode(key).decode()))


def name_keys(connection: sqlite3.Connection, named: Mapping[str, Collection[bytes]]) -> None:
    """Replace the keys that the operator named, by PoP, within the caller's transaction."""
    connection.execute("DELETE FROM consent_keys WHERE is_named = 1")
    for pop, keys in named.items():
        connection.executemany(_PUT, [(pop, 1, base64.b64encode(key).decode()) for key in keys])


def named_keys(connection: sqlite3.Connection) -> dict[str, frozenset[bytes]]:
    """The keys that the operator named, by PoP."""
    found = dict[str, frozenset[bytes]]()
    for pop, key in connection.execute("SELECT pop, key FROM consent_keys WHERE is_named = 1"):
        found[pop] = found.get(pop, frozenset()) | {base64.b64decode(key)}
    return found
