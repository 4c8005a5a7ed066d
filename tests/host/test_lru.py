"""A bounded cache."""

from edge.host import RecentlyUsed


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
