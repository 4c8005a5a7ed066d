"""`edge.limits.distinct`: an asker counts once a window and topic, in bounded memory."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from edge.limits import AskerName, DistinctAskers

STEPS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["pay", "ship", None]), st.sampled_from("abcd")))


@given(STEPS)
def test_asker_counts_once_a_window(steps: Sequence[tuple[int, str | None, str]]) -> None:
    """As in a list of everything that was counted, which is searched whole."""
    askers, now = DistinctAskers(window_s=60.0, max_askers=100), 0.0
    counted: list[tuple[float, str | None, str]] = []
    for later_s, topic, name in steps:
        now += later_s
        is_new = not any((t, n) == (topic, name) and at > now - 60 for at, t, n in counted)
        counted += [(now, topic, name)] if is_new else []

        assert is_new == askers.count(topic, AskerName(name), now)
        assert sum(t == topic and at > now - 60 for at, t, _ in counted) == askers.weight(topic, now)


def test_memory_is_bounded() -> None:
    """Beyond the limit the one that was counted longest ago is forgotten, and its topic with it."""
    askers = DistinctAskers(window_s=60.0, max_askers=3)
    askers.count("ship", AskerName("first"), 0.0)
    for number in range(1_000):
        askers.count("pay", AskerName(f"v-{number}", 0.5), 1.0)

    assert (3, 1.5, 0.0) == (len(askers), askers.weight("pay", 2.0), askers.weight("ship", 2.0))
    assert {"pay"} == askers._weights.keys()
