"""`edge.daemon.sync.gc_tuning`: which objects a full garbage collection visits after many islands arrived."""

import gc
from collections.abc import Iterator

import pytest

from edge.daemon.sync import exempt_islands
from edge.daemon.sync.gc_tuning import MANY


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """No object is exempt before or after a test."""
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_many_islands_are_not_visited_again() -> None:
    """Objects that live now are exempt, later ones are not."""
    exempt_islands(MANY)
    later = [[]]  # type: ignore[var-annotated]

    assert gc.get_freeze_count() > 1000
    assert any(later is visited for visited in gc.get_objects())


def test_few_islands_exempt_nothing() -> None:
    """Garbage of small changes is still collected."""
    exempt_islands(MANY - 1)

    assert 0 == gc.get_freeze_count()
