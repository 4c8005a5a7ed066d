"""Rows and places of the file of payloads. Those of erased ones are used again, so that the file does not grow."""

import sqlite3

from edge.store.payloads.live_keys import KeyName, LiveKey


def has_ticket(connection: sqlite3.Connection, name: KeyName) -> bool:
    """True if anything of the ticket is kept."""
    by_ticket = "SELECT 1 FROM keys WHERE tenant = ? AND ticket = ? AND ticket != '' LIMIT 1"
    return connection.execute(by_ticket, (name.tenant, name.ticket)).fetchone() is not None


def has_place(connection: sqlite3.Connection, size: int | None = None) -> bool:
    """True if a content of this size, or any, fits into a place that was erased."""
    found = connection.execute("SELECT 1 FROM free_places WHERE ?1 IS NULL OR size = ?1 LIMIT 1", (size,))
    return found.fetchone() is not None


def new_slot(connection: sqlite3.Connection, name: KeyName, key: LiveKey, at: float) -> int:
    """Write a sealed key to a row that was erased, or to a new one."""
    row = connection.execute("SELECT min(slot) FROM free").fetchone()
    if row[0] is None:
        cursor = connection.execute("INSERT INTO sealed (box) VALUES (?)", (key.sealed,))
        slot = int(cursor.lastrowid or 0)
    else:
        slot = int(row[0])
        connection.execute("DELETE FROM free WHERE slot = ?", (slot,))
        connection.execute("UPDATE sealed SET box = ? WHERE slot = ?", (key.sealed, slot))
    connection.execute(
        "INSERT INTO keys (slot, tenant, event, session, class, ticket, last) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (slot, *name, at),
    )
    return slot


def write_payload(connection: sqlite3.Connection, leaf: str, content: bytes, *, slot: int, at: float) -> None:
    """Write a leaf's content to a place of its size that was erased, or to a new one. Once, if it comes again."""
    if connection.execute("SELECT 1 FROM payloads WHERE slot = ? AND leaf = ?", (slot, leaf)).fetchone():
        return
    size = len(content)
    row = connection.execute("SELECT min(place) FROM free_places WHERE size = ?", (size,)).fetchone()
    place: int | None = row[0]
    if place is None:
        place = connection.execute("INSERT INTO contents (content) VALUES (?)", (content,)).lastrowid
    else:
        connection.execute("DELETE FROM free_places WHERE size = ? AND place = ?", (size, place))
        connection.execute("UPDATE contents SET content = ? WHERE place = ?", (content, place))
    connection.execute(
        "INSERT INTO payloads (place, leaf, slot, at, size) VALUES (?, ?, ?, ?, ?)", (place, leaf, slot, at, size)
    )
