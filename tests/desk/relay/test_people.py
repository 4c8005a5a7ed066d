"""How many people are at work at the desk behind: how long a number is believed."""

from typing import Any, cast

import pytest

from edge.desk.relay.faults import Faults
from edge.desk.relay.people import PeopleBehind
from edge.desk.relay.relay_log import RelayLog


class Behind:
    """A desk behind at which two people are at work."""

    def __init__(self) -> None:
        self.looks = self

    async def people(self) -> int:
        """Two."""
        return 2


@pytest.mark.parametrize(("look_s", "last"), [(1.0, 60.0), (30.0, 90.0), (600.0, 1_800.0)])
async def test_number_is_believed_until_rounds_are_missing(look_s: float, last: float) -> None:
    """Three rounds, and a minute at least; after that nobody knows it."""
    behind, now = cast("Any", Behind()), [0.0]
    faults = Faults(behind, RelayLog("northwind"))
    people = PeopleBehind(behind, faults, agents=None, look_s=look_s, clock=lambda: now[0])
    await people.look()
    now[0] = last
    before = people.count
    now[0] = last + 1.0

    assert (2, None) == (before, people.count)
