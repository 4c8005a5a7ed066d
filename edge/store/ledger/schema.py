"""The tables of the ledger's file, and how it is opened.

The key that signs is in the same folder as the leaves, and made with it. A damaged ledger is set aside with its key,
and the PoP begins again with another one: so no key ever signs two histories of a log, even after damage to the disk.
Who followed the old key sees that it is gone.

    <state>/ledger/leaves.db   logs, leaves, and hashes of complete subtrees
    <state>/ledger/key         seed of the Ed25519 key that signs checkpoints
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from nacl.signing import SigningKey

from edge.store.files import (
    DamagedError,
    Home,
    apply_schema,
    database_errors,
    make_durable,
    open_existing,
    open_or_begin_again,
    schema_in,
)

FILE = "leaves.db"
NAME = "ledger"
VERSION = 1

_KEY_FILE = "key"
_SEED_BYTES = 32

_THOROUGH_BYTES = 8 * 2**20
"""A larger file is not read whole: that takes 0.1 s, and a PoP serves within one. SQLite reports a damaged page when it
reads it."""

_CACHE_KIB = 256
"""SQLite's own default is 2 MiB, which a PoP would have for rows that it writes once."""

_SCHEMA = (
    """CREATE TABLE logs (
    slot       INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    origin     TEXT NOT NULL,
    state      TEXT NOT NULL,
    size       INTEGER NOT NULL,
    counted    INTEGER NOT NULL,
    checkpoint TEXT NOT NULL,
    written    REAL NOT NULL
) STRICT""",
    """CREATE TABLE leaves (
    log    INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id     BLOB NOT NULL,
    entry  BLOB NOT NULL,
    PRIMARY KEY (log, number)
) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX leaves_by_id ON leaves (id)",
    """CREATE TABLE nodes (
    log    INTEGER NOT NULL,
    level  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (log, level, number)
) STRICT, WITHOUT ROWID""",
)


class OpenedLedger(NamedTuple):
    """The ledger's folder, a connection, its key, and where a damaged one is."""

    home: Home
    connection: sqlite3.Connection
    key: SigningKey
    set_aside: Path | None


def open_ledger(directory: Path, *, factory: type[sqlite3.Connection]) -> OpenedLedger:
    """Lock the folder and open the ledger in it; set a damaged one aside and create an empty one with a new key.

    Raises `StorageError` if the disk fails, and `ConfigError` if the operator must act.
    """
    home = Home(directory, NAME)
    (key, connection), aside = open_or_begin_again(
        home, _create, lambda folder: (_read_key(folder), _open(folder / FILE, factory))
    )
    return OpenedLedger(home, connection, key, aside)


def _create(folder: Path) -> None:
    # Both are there when the folder gets its name, or neither is.
    (folder / _KEY_FILE).touch(mode=0o600)
    (folder / _KEY_FILE).write_bytes(bytes(SigningKey.generate()))
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        make_durable(connection)
        apply_schema(connection, _SCHEMA, version=VERSION)


def _read_key(folder: Path) -> SigningKey:
    file = folder / _KEY_FILE
    with database_errors(file):
        try:
            seed = file.read_bytes()
        except FileNotFoundError:
            seed = b""
    if len(seed) != _SEED_BYTES:
        raise DamagedError(f"{file} has {len(seed)} bytes, expected the {_SEED_BYTES} of a key")
    return SigningKey(seed)


def _open(file: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = open_existing(file, factory=factory, max_thorough_bytes=_THOROUGH_BYTES)
    try:
        with database_errors(file):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != VERSION or schema_in(connection) != sorted(_SCHEMA):
                raise DamagedError(f"{file} does not hold a ledger's tables of version {VERSION}")
            make_durable(connection)
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection
