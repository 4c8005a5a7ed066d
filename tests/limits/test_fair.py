"""`edge.limits.fair`: owners take turns."""

from hypothesis import given
from hypothesis import strategies as st

from edge.limits import FairQueue


def test_one_who_asks_often_delays_nobody() -> None:
    """A hundred items of one owner wait; the only item of another is next but one."""
    queue: FairQueue[str] = FairQueue()
    for number in range(100):
        queue.put("flood", f"flood {number}")
    queue.put("viewer", "viewer 0")
    first, second = queue.take(), queue.take()

    assert ("flood 0", "viewer 0") == (first, second)


def test_newcomer_goes_before_one_who_has_just_had_a_turn() -> None:
    """Whenever he comes: the item that was taken last is the only one before his."""
    queue: FairQueue[str] = FairQueue()
    for number in range(3):
        queue.put("flood", f"flood {number}")
    first = queue.take()
    queue.put("viewer", "viewer 0")
    rest = [queue.take() for _ in range(4)]

    assert ("flood 0", ["viewer 0", "flood 1", "flood 2", None]) == (first, rest)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=40))
def test_nothing_is_lost_and_an_owner_keeps_his_order(owners: list[str]) -> None:
    """All that is put is taken once; each owner's items in their order, and no owner twice before another's turn."""
    queue: FairQueue[tuple[str, int]] = FairQueue()
    for number, owner in enumerate(owners):
        queue.put(owner, (owner, number))
    taken = []
    while (item := queue.take()) is not None:
        taken.append(item)

    assert sorted(taken) == sorted((owner, number) for number, owner in enumerate(owners))
    for owner in set(owners):
        own = [number for name, number in taken if name == owner]
        assert sorted(own) == own
    turns = [owner for owner, _ in taken]
    for place, owner in enumerate(turns[1:], start=1):
        if owner == turns[place - 1]:
            assert set(turns[place:]) == {owner}
