"""Whose turn is it? Askers take turns, so that one who asks a hundred times at once delays nobody but himself."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Items that wait, by their owners. Owners take turns; an owner's items keep their order. Not thread-safe.

    >>> queue = FairQueue[str]()
    >>> for owner, item in (("a", "a1"), ("a", "a2"), ("b", "b1")):
    ...     queue.put(owner, item)
    >>> [queue.take() for _ in range(4)]
    ['a1', 'b1', 'a2', None]
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[Hashable, deque[T]] = OrderedDict()
        self._last: Hashable = None
        """Whose item was taken last."""

    def put(self, owner: Hashable, item: T) -> None:
        """Let an item wait behind its owner's others."""
        self._waiting.setdefault(owner, deque()).append(item)

    def take(self) -> T | None:
        """The item whose turn it is; None if none waits."""
        if not self._waiting:
            return None
        owner, items = self._waiting.popitem(last=False)
        if owner == self._last and self._waiting:
            # One who has just had a turn lets a newcomer go first.
            first, (owner, items) = (owner, items), self._waiting.popitem(last=False)
            self._waiting[first[0]] = first[1]
            self._waiting.move_to_end(first[0], last=False)
        self._last = owner
        item = items.popleft()
        if items:
            # Behind all others: they come first, however many are left here.
            self._waiting[owner] = items
        return item
