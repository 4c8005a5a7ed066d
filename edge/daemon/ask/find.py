"""Finds the slot of the island that a viewer names.

Anybody may name any island, so no text here repeats the name.
"""

from collections.abc import Collection
from datetime import datetime

from edge.daemon.sync import PopShelf, PopSlot
from edge.errors import Reason, RefusedError
from edge.records import IslandName


def find_slot(shelf: PopShelf, name: IslandName) -> PopSlot:
    """The slot of an island. Raises `RefusedError` (`ISLAND_UNKNOWN`) if the shelf has none."""
    slot = shelf.get(name)
    if slot is None:
        raise RefusedError(
            "no island of this name is known here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
        )
    return slot


def find_slot_for_question(
    shelf: PopShelf, name: IslandName, *, named_tenants: Collection[str], now: datetime
) -> PopSlot:
    """The slot of an island, or an empty one if its tenant is known here: people take a question to it.

    A tenant is known if verified metadata or the configuration (`named_tenants`) names it. Raises `RefusedError`
    (`ISLAND_UNKNOWN`) for any other tenant.
    """
    if shelf.get(name) is None and (name.tenant in shelf.tenants or name.tenant in named_tenants):
        return PopSlot(name=name, since=now)
    return find_slot(shelf, name)
