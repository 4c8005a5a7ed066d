"""What a withdrawal names, and how often a session may send one that ends nothing."""

import pytest

from edge.consent import MAX_REPEATED, Known, check_withdrawal, records_to_name
from edge.errors import LimitedError

NOW = 100_000.0
GIVEN = Known("help", 1, "r-0", at=NOW - 10, expires=NOW + 10)


def ended(number: int, at: float) -> Known:
    """A withdrawal."""
    return Known("help", 0, f"w-{number}", at=at, expires=NOW + 90_000, is_given=False)


REPEATED = tuple(ended(number, NOW - 60 + number) for number in range(MAX_REPEATED))

TAKEN = {
    "the first": (),
    "the last within the bound": REPEATED[1:],
    "many of another hour": tuple(one._replace(at=one.at - 3_600) for one in REPEATED),
    "one that ends a consent": (*(one._replace(at=NOW - 100 + n) for n, one in enumerate(REPEATED)), GIVEN),
    "one after a consent that has been ended": (*REPEATED, GIVEN._replace(at=NOW - 1), ended(99, NOW - 0.5)),
}


@pytest.mark.parametrize("known", TAKEN.values(), ids=TAKEN.keys())
def test_withdrawal_is_taken(known: tuple[Known, ...]) -> None:
    """Another PoP may have what it ends."""
    check_withdrawal(known, ["help"], now=NOW)


def test_session_that_takes_back_again_and_again() -> None:
    """It is told when to come again. A consent to another purpose is no reason to record this one once more."""
    for known in (REPEATED, (GIVEN._replace(purpose="improve", at=NOW - 100), *REPEATED)):
        with pytest.raises(LimitedError, match="nothing that is taken back is in force, and 16 such") as caught:
            check_withdrawal(known, ["help"], now=NOW)

        assert (3_540, {"Retry-After": "3540"}) == (caught.value.retry_after_s, caught.value.fields)


FIRST = ended(1, NOW)._replace(withdraws=("r-0",))
NAMED = {
    "a session that gave nothing": ((), ()),
    "a consent": ((GIVEN,), ("r-0",)),
    "a consent to something else": ((GIVEN._replace(purpose="improve"),), ()),
    "one that an earlier withdrawal has named": ((GIVEN, FIRST), ()),
    "one of two purposes of a record": ((GIVEN, FIRST._replace(purpose="improve")), ("r-0",)),
    "one given since": ((GIVEN, FIRST, GIVEN._replace(record="r-1")), ("r-1",)),
    "after a withdrawal that was not stored": ((GIVEN, FIRST._replace(record="")), ("r-0",)),
    "a consent from the future": ((GIVEN._replace(at=NOW + 9_000),), ("r-0",)),
}


@pytest.mark.parametrize(("known", "expected"), NAMED.values(), ids=NAMED.keys())
def test_records_that_a_withdrawal_names(known: tuple[Known, ...], expected: tuple[str, ...]) -> None:
    """Each consent once for each of its purposes, so such withdrawals have the bound of the consents."""
    assert expected == records_to_name(known, ["help"])
