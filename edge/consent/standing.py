"""Which consents are in force, of everything that is known of one viewer? The order of arrival changes nothing."""

from collections.abc import Iterable
from typing import NamedTuple

MAX_SKEW_S = 300.0
"""A consent from further in the future is not in force yet: the clock that dated it is wrong."""


class Known(NamedTuple):
    """What one record says of one purpose. Times are Unix seconds."""

    purpose: str
    version: int
    """The version that was agreed to; 0 in a withdrawal."""
    record: str
    """Id of the record."""
    at: float
    expires: float = 0.0
    """When a consent ends by itself; of a withdrawal, when it may be forgotten."""
    is_given: bool = True
    """False for a withdrawal."""
    withdraws: tuple[str, ...] = ()
    """Of a withdrawal: the records that it ends, however they are dated."""


def in_force(known: Iterable[Known], *, now: float) -> tuple[Known, ...]:
    """The newest consent to each purpose that nothing has ended, by the purpose's id.

    A withdrawal of a purpose ends its consents in the records that it names, and every consent to it that is not
    younger. So a withdrawal beats an older consent that arrives later, and a repeated consent is no new one.
    """
    known = tuple(known)
    withdrawals = [one for one in known if not one.is_given]
    ended = {(record, one.purpose) for one in withdrawals for record in one.withdraws}
    ended_until = {one.purpose: max(w.at for w in withdrawals if w.purpose == one.purpose) for one in withdrawals}
    found = dict[str, Known]()
    for one in sorted(known, key=lambda one: (one.at, one.record)):
        is_due = one.at <= now + MAX_SKEW_S and now < one.expires
        is_ended = (one.record, one.purpose) in ended or one.at <= ended_until.get(one.purpose, float("-inf"))
        if one.is_given and is_due and not is_ended:
            found[one.purpose] = one
    return tuple(found[purpose] for purpose in sorted(found))
