"""A bounded cache, and memory that the C library keeps for itself."""

import ctypes
from pathlib import Path

import pytest

from edge.host import RecentlyUsed, RecentlyUsedByOwner, give_back_memory


def test_get_after_put() -> None:
    """The newest value of each key is returned."""
    cache: RecentlyUsed[str, int] = RecentlyUsed(2)
    cache.put("a", 1)
    cache.put("a", 2)

    assert (2, None, 1) == (cache.get("a"), cache.get("b"), len(cache))


def test_least_recently_used_is_dropped() -> None:
    """Reading and writing count as use; asking for an unknown key does not."""
    cache: RecentlyUsed[str, int] = RecentlyUsed(3)
    for number, key in enumerate("abc"):
        cache.put(key, number)
    cache.get("a")
    cache.get("none")
    cache.put("b", 7)
    cache.put("d", 3)
    assert (3, [0, 7, None, 3]) == (len(cache), [cache.get(key) for key in "abcd"])

    cache.put("e", 4)
    assert [None, 7, 3, 4] == [cache.get(key) for key in "abde"]


def test_value_that_is_false_is_used_as_well() -> None:
    """A value such as 0 is a value like any other."""
    cache: RecentlyUsed[str, int] = RecentlyUsed(2)
    cache.put("a", 0)
    cache.put("b", 1)
    cache.get("a")
    cache.put("c", 2)

    assert (0, None) == (cache.get("a"), cache.get("b"))


def shared(capacity: int = 4) -> RecentlyUsedByOwner[str, int]:
    """Memory that owners share."""
    return RecentlyUsedByOwner(capacity)


def test_owner_keeps_its_share() -> None:
    """Another owner's flood takes what is free, and then forgets its own."""
    cache = shared()
    cache.put("a", 1, owner="one")
    for number in range(9):
        cache.put(f"b{number}", number, owner="two")

    assert (1, None, 6, 7, 8) == tuple(cache.get(key) for key in ("a", "b5", "b6", "b7", "b8"))
    assert 4 == len(cache)


def test_free_memory_is_given_back() -> None:
    """An owner that has more than its share makes room for one that has less."""
    cache = shared()
    for number in range(4):
        cache.put(f"b{number}", number, owner="two")
    for number in range(3):
        cache.put(f"a{number}", number, owner="one")

    assert [None, None, 2, 3] == [cache.get(f"b{number}") for number in range(4)]
    assert [None, 1, 2] == [cache.get(f"a{number}") for number in range(3)]


def test_held_entry_is_dropped_last() -> None:
    """Until its time is over, or until nothing else is left; a new value may end it."""
    cache = shared(3)
    for key in "abc":
        cache.put(key, 1, owner="one", now=0, held_until=10)
    cache.put("d", 1, owner="one", now=5)
    assert [1, 1, 1, None] == [cache.get(key) for key in "abcd"]

    cache.put("b", 2, owner="one", now=6)
    cache.put("e", 1, owner="one", now=7, held_until=17)
    assert [1, None, 1, 1] == [cache.get(key) for key in "abce"]

    cache.put("f", 1, owner="one", now=10)
    assert [None, 1, 1, 1] == [cache.get(key) for key in "acef"]


def test_more_owners_than_entries() -> None:
    """The memory stays bounded, and an owner without entries is forgotten."""
    cache = shared(2)
    for number in range(9):
        cache.put(f"{number}", number, owner=number)

    assert (2, 2, 8) == (len(cache), len(cache._shares), cache.get("8"))


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps free memory this way")
def test_free_memory_leaves_the_process() -> None:
    """Free blocks below one that is in use stay in the process until they are given back."""
    blocks = [bytes([1]) * 2_000 for _ in range(20_000)]
    blocks[:-1] = []
    before = _resident_bytes()
    give_back_memory()

    assert before - _resident_bytes() > 20 * 2**20
    assert len(blocks) == 1


def test_a_library_without_it_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the C library has no such function, nothing happens."""
    asked: list[object] = []

    def library(name: object) -> object:
        asked.append(name)
        return object()

    monkeypatch.setattr(ctypes, "CDLL", library)
    give_back_memory()

    assert [None] == asked
