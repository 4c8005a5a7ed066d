"""An incident's answer changes one answer, and not what the island promises."""

from collections.abc import Callable

import msgspec
import pytest

from edge.publish.release.hotfix import _island_source
from edge.records import Island, PromisePolicy
from edge.records.people import PromisedOf

MEAN = PromisePolicy(floor=0.7)
PROMISES: dict[str, tuple[PromisePolicy | msgspec.UnsetType, PromisePolicy]] = {
    "an island of an earlier release": (msgspec.UNSET, PromisePolicy(of=PromisedOf.EACH)),
    "an island that promises the mean": (MEAN, MEAN),
}


@pytest.mark.parametrize(("signed", "expected"), PROMISES.values(), ids=PROMISES.keys())
def test_promise_stays(
    make_island: Callable[..., Island], signed: PromisePolicy | msgspec.UnsetType, expected: PromisePolicy
) -> None:
    """What is compiled again says what was signed before."""
    island, approver = make_island(promise=signed), type("Source", (), {"approved_by": "Di"})

    assert expected == _island_source(island, (approver,)).promise  # type: ignore[arg-type]
