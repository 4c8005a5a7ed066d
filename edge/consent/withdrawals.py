"""Which consents a withdrawal names, and how often one session may take back what is not in force."""

import math
from collections.abc import Collection, Sequence

from edge.consent.standing import Known, in_force
from edge.errors import LimitedError

MAX_REPEATED = 16
"""Withdrawals that end nothing, in `REPEATED_S`: of a viewer who is not sure, or whose consent another PoP has."""

REPEATED_S = 3_600.0


def check_withdrawal(known: Sequence[Known], purposes: Collection[str], *, now: float) -> None:
    """Refuse a withdrawal of which the session has enough. `now` is in Unix seconds.

    One that ends a consent which is known here is always taken, and so are the first that end nothing: another PoP may
    have what they end. So one session's withdrawals have a bound: its consents, and `MAX_REPEATED` an hour. Raises
    `LimitedError`.
    """
    if any(one.purpose in purposes for one in in_force(known, now=now)):
        return
    consented = max((one.at for one in known if one.is_given), default=-math.inf)
    since = max(consented, now - REPEATED_S)
    repeated = {one.record: one.at for one in known if not one.is_given and one.at > since}
    if len(repeated) < MAX_REPEATED:
        return
    wait_s = max(1, math.ceil(min(repeated.values()) + REPEATED_S - now))
    raise LimitedError(
        f"nothing that is taken back is in force, and {len(repeated)} such withdrawals are recorded, expected fewer"
        f" than {MAX_REPEATED} in an hour",
        limit="withdrawals",
        retry_after_s=wait_s,
        fields={"Retry-After": str(wait_s)},
    )


def records_to_name(known: Sequence[Known], purposes: Collection[str]) -> tuple[str, ...]:
    """Ids of the consents that a withdrawal of `purposes` ends, sorted: those that no earlier one has named.

    Only a withdrawal that names a consent is always taken, and each consent is named once for each of its purposes. So
    these withdrawals have the bound of the consents. One that was not stored, and holds in memory alone, has no id: the
    next one names the same consents.
    """
    stored = [one for one in known if not one.is_given and one.record]
    named = {(record, one.purpose) for one in stored for record in one.withdraws}
    ended = [one for one in known if one.is_given and one.purpose in purposes]
    return tuple(sorted({one.record for one in ended if (one.record, one.purpose) not in named}))
