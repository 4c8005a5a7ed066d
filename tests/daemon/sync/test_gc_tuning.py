"""What a full collection visits after many islands have come."""

import gc
from collections.abc import Iterator

import pytest

from edge.daemon.sync import exempt_islands
from edge.daemon.sync.gc_tuning import MANY


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Nothing is exempt before, nor afterwards."""
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_many_islands_are_not_visited_again() -> None:
    """All that lives is exempt; what comes later is not."""
    exempt_islands(MANY)
    later = [[]]  # type: ignore[var-annotated]

    assert gc.get_freeze_count() > 1000
    assert any(later is one for one in gc.get_objects())


def test_few_islands_exempt_nothing() -> None:
    """A change now and then must not pile up what it leaves behind."""
    exempt_islands(MANY - 1)

    assert 0 == gc.get_freeze_count()
