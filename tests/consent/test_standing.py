"""Which consents are in force: a withdrawal beats an older consent, in every order of arrival."""

from itertools import permutations

import pytest

from edge.consent import MAX_SKEW_S, Known, in_force

GIVEN = Known("help", 1, "r-1", at=100.0, expires=1_000.0)
ENDED = Known("help", 0, "r-2", at=200.0, expires=2_000.0, is_given=False, withdraws=("r-1",))
AGAIN = Known("help", 1, "r-3", at=300.0, expires=1_200.0)
OTHER = Known("improve", 1, "r-1", at=100.0, expires=1_000.0)

CASES = {
    "nothing is known": ((), 500.0, ()),
    "a consent": ((GIVEN,), 500.0, ("r-1",)),
    "a consent that is over": ((GIVEN,), 1_000.0, ()),
    "a withdrawal after it": ((GIVEN, ENDED), 500.0, ()),
    "a consent after the withdrawal": ((GIVEN, ENDED, AGAIN), 500.0, ("r-3",)),
    "a withdrawal of one purpose of two in one record": ((GIVEN, OTHER, ENDED), 500.0, ("r-1",)),
    "a consent that a fast clock dated after the withdrawal that names it": (
        (GIVEN._replace(at=400.0), ENDED),
        500.0,
        (),
    ),
    "a withdrawal without a name, at the same moment": ((GIVEN, ENDED._replace(at=100.0, withdraws=())), 500.0, ()),
    "a consent from the future": ((GIVEN._replace(at=500.0 + MAX_SKEW_S + 1),), 500.0, ()),
    "a consent from a clock that is a little ahead": ((GIVEN._replace(at=500.0 + MAX_SKEW_S),), 500.0, ("r-1",)),
    "the newest of two": ((GIVEN, AGAIN), 500.0, ("r-3",)),
}


@pytest.mark.parametrize("case", CASES)
def test_in_force(case: str) -> None:
    """The same in every order of arrival, and if all of it arrives twice."""
    known, now, expected = CASES[case]

    for order in permutations(known):
        assert expected == tuple(one.record for one in in_force((*order, *order), now=now))
