"""Legal holds: what must be kept although its time is over, or although somebody asks to erase it."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from edge.records.payloads import ErasureScope, Hold, HoldRequest, Holds
from edge.store.payloads.leaves import new_leaf, note_leaf
from edge.store.payloads.live_keys import session_digest
from edge.store.payloads.payload_store import PayloadStore

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""Which keys, as SQL, and its values."""

HELD = """EXISTS (SELECT 1 FROM holds WHERE holds.tenant = keys.tenant AND (
    holds.scope = 'event' AND holds.name = keys.event
    OR holds.scope = 'ticket' AND holds.name = keys.ticket
    OR holds.scope = 'session' AND (
        holds.name = lower(hex(keys.session))
        OR keys.ticket != '' AND EXISTS (SELECT 1 FROM keys AS others
            WHERE others.tenant = keys.tenant AND others.ticket = keys.ticket AND others.ticket != ''
            AND holds.name = lower(hex(others.session))))))"""
"""True of a key that a hold keeps. A session has its tickets, whose replies come without its name."""

CONDITIONS: Mapping[ErasureScope, tuple[str, ...]] = {
    ErasureScope.SESSION: (
        "tenant = ?1 AND session = ?2",
        (
            "tenant = ?1 AND ticket != '' AND ticket IN"
            " (SELECT ticket FROM keys WHERE tenant = ?1 AND session = ?2 AND ticket != '')"
        ),
    ),
    ErasureScope.TICKET: ("tenant = ?1 AND ticket = ?2 AND ticket != ''",),
    ErasureScope.EVENT: ("tenant = ?1 AND event = ?2",),
}
"""Which keys a name means: those that any condition finds. ?1 is the tenant, ?2 the value for the name (`key_value`).

One condition with OR would look at all keys of the tenant for each name.
"""


def key_value(scope: ErasureScope, tenant: str, name: str) -> str | bytes:
    """What the column of keys has for a name."""
    return session_digest(tenant, name) if scope is ErasureScope.SESSION else name


def stored_name(scope: ErasureScope, tenant: str, name: str) -> str:
    """The name as it is stored: a session's pseudonym by its digest alone."""
    return session_digest(tenant, name).hex() if scope is ErasureScope.SESSION else name


def found(connection: sqlite3.Connection, conditions: Iterable[Condition]) -> Iterable[tuple[int, str]]:
    """Slot and event of the keys that any of the conditions finds, each once."""
    return {
        slot: event
        for condition, values in conditions
        for slot, event in connection.execute(f"SELECT slot, event FROM keys WHERE {condition}", values)  # noqa: S608
    }.items()


def hold(store: PayloadStore, request: HoldRequest, *, now: float) -> bool:
    """Hold what the request names, also what comes later. False if it is held already.

    Durable on return, with its leaves. Raises `StorageError`.
    """
    put = "INSERT INTO holds (scope, tenant, name, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    return _change(store, request, "hold", put, (now,), now=now)


def release(store: PayloadStore, request: HoldRequest, *, now: float) -> bool:
    """Release a hold. False if there is none. Durable on return, with its leaves. Raises `StorageError`."""
    return _change(
        store, request, "release", "DELETE FROM holds WHERE scope = ? AND tenant = ? AND name = ?", (), now=now
    )


def _change(
    store: PayloadStore, request: HoldRequest, kind: str, statement: str, more: tuple[float, ...], *, now: float
) -> bool:
    scope, tenant = request.scope, request.tenant
    about = (tenant, key_value(scope, tenant, request.name))
    with store.transaction() as connection:
        if not connection.execute(statement, (scope, tenant, stored_name(scope, tenant, request.name), *more)).rowcount:
            return False
        events = {event for _, event in found(connection, [(one, about) for one in CONDITIONS[scope]])}
        named = request.name if scope is ErasureScope.EVENT else ""
        for event in sorted(events) or [named]:
            note_leaf(connection, new_leaf(tenant, event, kind, at=now, fields={"scope": scope}))
    return True


def holds(store: PayloadStore) -> Holds:
    """All holds in force. Raises `StorageError`."""
    with store.reading() as connection:
        rows = connection.execute("SELECT scope, tenant, name, since FROM holds ORDER BY since, name").fetchall()
    return Holds(
        holds=tuple(
            Hold(scope=ErasureScope(scope), tenant=tenant, name=name, since=datetime.fromtimestamp(since, UTC))
            for scope, tenant, name, since in rows
        )
    )
