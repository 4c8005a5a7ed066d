"""Memory that stays small.

Bounded: the least recently used entry is dropped first, for one owner or for several who share it. Given back: what
the C library keeps free for itself.
"""

import contextlib
import ctypes
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class RecentlyUsed(Generic[K, V]):
    """The `capacity` entries that were read or written last. Not thread-safe."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The value last stored under `key`, or None."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def pop(self, key: K) -> V | None:
        """Forget `key`. Returns the value that was stored under it, or None."""
        return self._entries.pop(key, None)

    def put(self, key: K, value: V) -> None:
        """Store `value`; drop the least recently used entry if there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)


class RecentlyUsedByOwner(Generic[K, V]):
    """At most `capacity` entries of several owners, shared so that one owner cannot make another's be forgotten.

    Each owner may count on an equal share of the memory, and may use what the others leave free. When it is full, the
    owner whose entry came in makes room itself if it has its share; else the owner with the most entries does. Within
    an owner the least recently used entry is dropped, and entries that are held are dropped last.

    Not thread-safe. Times are seconds of any one clock.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._owners: dict[K, Hashable] = {}
        self._shares: dict[Hashable, _Share[K, V]] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def get(self, key: K) -> V | None:
        """The value last stored under `key`, or None."""
        owner = self._owners.get(key)
        return self._shares[owner].get(key) if owner is not None else None

    def put(self, key: K, value: V, *, owner: Hashable, now: float = 0.0, held_until: float = 0.0) -> None:
        """Store `value` for `owner`, which stays the same for a key; make room if there are too many entries.

        The entry counts as held until `held_until`; `now` says which of the older ones still do.
        """
        share = self._shares.get(owner)
        if share is None:
            share = self._shares[owner] = _Share()
        share.put(key, value, held_until if held_until > now else None)
        self._owners[key] = owner
        if len(self._owners) > self._capacity:
            is_over = len(share) > max(1, self._capacity // len(self._shares))
            self._drop_from(owner if is_over else max(self._shares, key=lambda one: len(self._shares[one])), now)

    def _drop_from(self, owner: Hashable, now: float) -> None:
        share = self._shares[owner]
        del self._owners[share.drop_oldest(now)]
        if not len(share):
            del self._shares[owner]


class _Share(Generic[K, V]):
    """The entries of one owner."""

    def __init__(self) -> None:
        self._loose: OrderedDict[K, V] = OrderedDict()
        self._held: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._loose) + len(self._held)

    def get(self, key: K) -> V | None:
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key][0]
        value = self._loose.get(key)
        if value is not None:
            self._loose.move_to_end(key)
        return value

    def put(self, key: K, value: V, held_until: float | None) -> None:
        self._loose.pop(key, None)
        self._held.pop(key, None)
        if held_until is None:
            self._loose[key] = value
        else:
            self._held[key] = (value, held_until)

    def drop_oldest(self, now: float) -> K:
        """Drop the entry that was not used longest, a held one only if there is no other; gives its key."""
        oldest = next(iter(self._held), None)
        is_over = oldest is not None and self._held[oldest][1] <= now
        if oldest is not None and (is_over or not self._loose):
            del self._held[oldest]
            return oldest
        return self._loose.popitem(last=False)[0]


def give_back_memory() -> None:
    """Give free memory back to the machine: of what a model's loading took, glibc would keep many MiB.

    Takes some milliseconds, in which other threads may wait for memory. Call it once after something large was loaded.
    """
    # No other C library has it, and none needs it.
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
