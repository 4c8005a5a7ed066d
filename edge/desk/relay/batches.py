"""What a relay does at the same time, and what one after another. Pure."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from edge.errors import RefusedError
from edge.wire.desks import contact_of, read_ticket

T = TypeVar("T")


class DueTicket(NamedTuple):
    """A ticket that is to be handed on now."""

    id: str
    body: bytes
    attempts: int


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in their order, `size` at a time."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def by_viewer(due: Iterable[DueTicket]) -> list[list[DueTicket]]:
    """The tickets of each viewer in their order: they share a conversation, so the first one must be there."""
    found: dict[str, list[DueTicket]] = {}
    for one in due:
        try:
            viewer = contact_of(read_ticket(one.id, one.body))
        except RefusedError:
            viewer = one.id
        found.setdefault(viewer, []).append(one)
    return list(found.values())
