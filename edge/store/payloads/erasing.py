"""Erasing: the sealed keys are overwritten, then the payloads, then the log is emptied. Only then it is done.

1. One transaction overwrites the keys, and notes the erasure's leaf. From here on nobody can read the payloads.
2. Further ones overwrite and delete the payloads, some at a time, so that a nearly full disk has room.
3. The log, which has the older pages, is brought into the file and cut to nothing.

If the process is killed between two of them, the same call again, or the next start, does what is left.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from edge.errors import Reason, RefusedError, StorageError
from edge.records.payloads import EraseRequest, Erasure
from edge.store.files import may_be_full
from edge.store.payloads.holding import CONDITIONS, HELD, Condition, found, key_value, stored_name
from edge.store.payloads.leaves import new_leaf, note_leaf
from edge.store.payloads.payload_store import PayloadStore
from edge.store.payloads.schema import ERASED

# Replies come without the name of their session: they are found by the hand-over, as long as there is any of them.
_IS_WHOLE_TICKET_OLD = """(ticket = '' OR NOT EXISTS (SELECT 1 FROM keys AS later
    WHERE later.tenant = keys.tenant AND later.ticket = keys.ticket AND later.ticket != '' AND later.last >= ?))"""

_AT_ONCE = 1_000
"""Payloads that are overwritten in one transaction."""


def erase(store: PayloadStore, request: EraseRequest, *, now: float) -> Erasure:
    """Erase what the request names. On return nothing of it is left in the file and its log.

    Idempotent. Raises `RefusedError` (`CONTRADICTORY`) if a hold keeps any of it: then nothing was erased. Raises
    `StorageError` if the disk fails: then it may be half done, and the same call again completes it.
    """
    scope, tenant = request.scope, request.tenant
    named = frozenset(key_value(scope, tenant, name) for name in request.names)
    conditions = [(condition, (tenant, value)) for value in named for condition in CONDITIONS[scope]]
    _refuse_held(store, request)
    _settle(store)
    with store.reading() as connection:
        slots = frozenset(slot for slot, _ in found(connection, conditions))
    # Before the disk: a payload that comes while this runs must not use a key that is going.
    store.forget_keys(
        lambda name, slot: slot in slots or (name.tenant == tenant and getattr(name, scope.value) in named)
    )
    return _with_reserve(store, lambda: _erase(store, conditions, (tenant, scope), now=now))


def erase_old(store: PayloadStore, kept_s: Mapping[str, float], *, now: float) -> Erasure:
    """Erase, by class, what was written longer than `kept_s` ago, but for what is held. Raises `StorageError`.

    `kept_s`: seconds for each class. A class that is not in it is kept. A key goes when its newest payload is too old,
    and so is everything else of its ticket. What is from the future counts as of now.
    """
    keys = payloads = held = 0
    for retention_class, seconds in kept_s.items():
        # Of a clock that was ahead: it would be kept for as much longer.
        with store.transaction() as connection:
            connection.execute("UPDATE keys SET last = ?1 WHERE class = ?2 AND last > ?1", (now, retention_class))
        old, values = f"class = ? AND last < ? AND {_IS_WHOLE_TICKET_OLD}", (retention_class, *[now - seconds] * 2)
        with store.reading() as connection:
            tenants = [
                tenant
                for (tenant,) in connection.execute(f"SELECT DISTINCT tenant FROM keys WHERE {old}", values)  # noqa: S608
            ]
            (kept,) = connection.execute(f"SELECT count(*) FROM keys WHERE {old} AND {HELD}", values).fetchone()  # noqa: S608
        held += kept
        for tenant in tenants:
            condition = (f"{old} AND tenant = ? AND NOT {HELD}", (*values, tenant))
            erased = _erase_class(store, condition, (tenant, f"class {retention_class}"), now=now)
            keys, payloads = keys + erased.keys, payloads + erased.payloads
    return Erasure(keys=keys, payloads=payloads, held=held)


def finish_erasures(store: PayloadStore) -> int:
    """Do what an interrupted erasure has left. Gives how many payloads were overwritten. Raises `StorageError`."""
    erased = 0
    while True:
        with store.transaction() as connection:
            many = connection.execute(
                "SELECT size, place FROM payloads WHERE slot IN (SELECT slot FROM erasing) LIMIT ?", (_AT_ONCE,)
            ).fetchall()
            # The same length: SQLite then writes over the old bytes, and moves nothing.
            connection.executemany("UPDATE contents SET content = zeroblob(?) WHERE place = ?", many)
            connection.executemany("INSERT INTO free_places (size, place) VALUES (?, ?)", many)
            connection.executemany("DELETE FROM payloads WHERE size = ? AND place = ?", many)
            if not many:
                connection.execute("INSERT INTO free SELECT slot FROM erasing")
                connection.execute("DELETE FROM erasing")
        store.on_step("payloads overwritten")
        store.empty_log()
        store.on_step("log emptied")
        erased += len(many)
        if not many:
            return erased


def _settle(store: PayloadStore) -> None:
    """Write what waits, or let it go: what is named is found by what the file has."""
    try:
        store.write()
    except StorageError:
        # An erasure needs no room, and comes before what cannot be kept now.
        store.leave_out_waiting()


def _refuse_held(store: PayloadStore, request: EraseRequest) -> None:
    scope, tenant = request.scope, request.tenant
    by_name = "SELECT 1 FROM holds WHERE scope = ? AND tenant = ? AND name = ?"
    by_key = [f"SELECT 1 FROM keys WHERE {one} AND {HELD} LIMIT 1" for one in CONDITIONS[scope]]  # noqa: S608 - ours
    with store.reading() as connection:
        if connection.execute("SELECT 1 FROM holds LIMIT 1").fetchone() is None:
            return
        for name in request.names:
            value = (tenant, key_value(scope, tenant, name))
            held = connection.execute(by_name, (scope, tenant, stored_name(scope, tenant, name))).fetchone()
            if held or any(connection.execute(one, value).fetchone() for one in by_key):
                break
        else:
            return
    raise RefusedError(
        f"a hold keeps this {scope} or a part of it, nothing was erased; see `skerry ledger holds`, and release it"
        " first with `skerry ledger release`",
        reason=Reason.CONTRADICTORY,
    )


def _erase_class(store: PayloadStore, condition: Condition, leaf: tuple[str, str], *, now: float) -> Erasure:
    return _with_reserve(store, lambda: _erase(store, [condition], leaf, now=now))


def _erase(store: PayloadStore, conditions: Sequence[Condition], leaf: tuple[str, str], *, now: float) -> Erasure:
    (tenant, scope), in_use = leaf, store.slots_in_use()
    with store.transaction() as connection:
        by_event = dict[str, list[tuple[int]]]()
        for slot, event in found(connection, conditions):
            # A key in memory has a payload that is newer than what the disk says.
            if slot not in in_use:
                by_event.setdefault(event, []).append((slot,))
        keys = payloads = 0
        for event, slots in by_event.items():
            count = _overwrite_keys(connection, slots)
            keys, payloads = keys + len(slots), payloads + count
            fields: dict[str, str | int] = {"scope": scope, "keys": len(slots), "payloads": count}
            note_leaf(connection, new_leaf(tenant, event, "erasure", at=now, fields=fields))
    store.on_step("keys overwritten")
    # Also with nothing to erase: an earlier call may have been interrupted.
    finish_erasures(store)
    return Erasure(keys=keys, payloads=payloads)


def _overwrite_keys(connection: sqlite3.Connection, slots: list[tuple[int]]) -> int:
    """Overwrite these keys. Gives how many payloads nobody can read any more."""
    connection.executemany("UPDATE sealed SET box = ? WHERE slot = ?", [(ERASED, slot) for (slot,) in slots])
    connection.executemany("INSERT INTO erasing (slot) VALUES (?)", slots)
    connection.executemany("DELETE FROM keys WHERE slot = ?", slots)
    return sum(connection.execute("SELECT count(*) FROM payloads WHERE slot = ?", slot).fetchone()[0] for slot in slots)


def _with_reserve(store: PayloadStore, act: Callable[[], Erasure]) -> Erasure:
    """Erase; on a full disk, with the space that is reserved for what frees some."""
    try:
        return act()
    except StorageError as error:
        if not may_be_full(error):
            raise
    store.reserve.give_up()
    return act()
