"""Who may have which place on the push stream, so that one token or address cannot take all of them. Pure.

A token belongs to one PoP. It has few places, and its newest connection counts: a PoP that reconnects after a cut in
the network gets its place at once, although this side may not have noticed yet that the old connection is dead. An
address without a token may be a proxy with many PoPs behind it. It has half of all places, and keeps them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

MAX_PLACES_OF_TOKEN = 4
"""Of one PoP: the stream that it reads, and some that are dying. Two PoPs with one token disturb nobody else."""


class Subscriber(NamedTuple):
    """Whose places are counted together: a PoP by its token, or else an address."""

    name: str
    has_token: bool


class Places:
    """The places of one push stream, `most` at once. For one event loop."""

    def __init__(self, most: int, *, most_of_token: int = MAX_PLACES_OF_TOKEN) -> None:
        self._most, self._most_of_token = most, most_of_token
        self._most_of_address = max(most // 2, most_of_token)
        self._taken = 0
        self._ends: dict[Subscriber, dict[object, Callable[[], None]]] = {}

    def end_oldest_of(self, subscriber: Subscriber) -> bool:
        """End the oldest stream of a token that has all of its places, or any while there are no more. True if it did.

        Only a stream of the same token is ended, never another's.
        """
        ends = self._ends.get(subscriber)
        if not subscriber.has_token or not ends:
            return False
        if len(ends) < self._most_of_token and self._taken < self._most:
            return False
        place = next(iter(ends))
        end = ends[place]
        self._free(subscriber, place)
        end()
        return True

    def refusal(self, subscriber: Subscriber) -> str:
        """Why there is no place, empty if there is one."""
        if self._taken >= self._most:
            return f"{self._most} subscribers are connected, expected fewer; try again"
        if not subscriber.has_token and len(self._ends.get(subscriber, ())) >= self._most_of_address:
            text = f"{self._most_of_address} subscribers of this address are connected, expected fewer without tokens"
            return f"{text}; try again"
        return ""

    @contextmanager
    def taken(self, subscriber: Subscriber, end: Callable[[], None]) -> Iterator[None]:
        """Take a place for the block. `end` is called if the subscriber's newer connection takes it over."""
        place = object()
        self._ends.setdefault(subscriber, {})[place] = end
        self._taken += 1
        try:
            yield
        finally:
            self._free(subscriber, place)

    def _free(self, subscriber: Subscriber, place: object) -> None:
        ends = self._ends.get(subscriber, {})
        # A place that was taken over is free already.
        if ends.pop(place, None) is not None:
            self._taken -= 1
        if not ends:
            self._ends.pop(subscriber, None)
