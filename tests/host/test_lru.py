"""A bounded memory."""

from edge.host import RecentlyUsed


def test_what_was_put_is_found() -> None:
    """The newest value under each key."""
    memory: RecentlyUsed[str, int] = RecentlyUsed(2)
    memory.put("a", 1)
    memory.put("a", 2)

    assert (2, None, 1) == (memory.get("a"), memory.get("b"), len(memory))


def test_least_lately_used_is_forgotten() -> None:
    """Reading and writing again both count as use; asking for what is unknown does not."""
    memory: RecentlyUsed[str, int] = RecentlyUsed(3)
    for number, key in enumerate("abc"):
        memory.put(key, number)
    memory.get("a")
    memory.get("none")
    memory.put("b", 7)
    memory.put("d", 3)
    assert (3, [0, 7, None, 3]) == (len(memory), [memory.get(key) for key in "abcd"])

    memory.put("e", 4)
    assert [None, 7, 3, 4] == [memory.get(key) for key in "abde"]


def test_value_that_is_false_is_used_as_well() -> None:
    """It is a value, not the lack of one."""
    memory: RecentlyUsed[str, int] = RecentlyUsed(2)
    memory.put("a", 0)
    memory.put("b", 1)
    memory.get("a")
    memory.put("c", 2)

    assert (0, None) == (memory.get("a"), memory.get("b"))
