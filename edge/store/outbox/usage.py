"""How much the outbox holds, by tenant and priority, whether more may be put, and which telemetry gives way."""

import math
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.records import Priority
from edge.store.consents import MAX_BYTES, MAX_RECORDS

TICKETS = (Priority.URGENT, Priority.ESCALATION)
"""Priorities of tickets. A ticket that was stored is never dropped; telemetry may be."""

NO_TENANT = ""
"""The tenant of telemetry, and of tickets that a release before the tenants' shares stored."""


class Usage(NamedTuple):
    """Number of parcels, and total size of their payloads."""

    parcels: int = 0
    size_bytes: int = 0

    def plus(self, count: int, size_bytes: int) -> "Usage":
        """The sum of both."""
        return Usage(self.parcels + count, self.size_bytes + size_bytes)


UsageKey = tuple[str, Priority]
"""A tenant and a priority."""


def total(usages: Iterable[Usage]) -> Usage:
    """The sum of several."""
    found = Usage()
    for usage in usages:
        found = found.plus(*usage)
    return found


def tickets_of(usage: Mapping[UsageKey, Usage], tenant: str | None = None) -> Usage:
    """Usage of all tickets, urgent or not; of one tenant, or of all."""
    return total(used for (owner, priority), used in usage.items() if priority in TICKETS and tenant in {None, owner})


def with_parcel(usage: dict[UsageKey, Usage], key: UsageKey, count: int, size_bytes: int) -> None:
    """Add `count` parcels to the usage of `key`; subtract them if it is negative."""
    usage[key] = usage.get(key, Usage()).plus(count, size_bytes)


def usage_in(connection: sqlite3.Connection) -> dict[UsageKey, Usage]:
    """What is in the file. Raises `sqlite3.Error`."""
    usage: dict[UsageKey, Usage] = {}
    query = "SELECT tenant, priority, count(*), sum(size) FROM tickets GROUP BY held, tenant, priority"
    for tenant, priority, count, size in connection.execute(query):
        with_parcel(usage, (tenant, Priority(priority)), count, size)
    return usage


class Bounds(NamedTuple):
    """Limits of the outbox: number of tickets, total size, and how long origin may be silent.

    Beyond any limit new tickets are refused, so that no viewer is promised an answer that people cannot give. A stored
    ticket is never dropped. If origin keeps refusing it, it becomes a dead letter.

    Shares: ordinary tickets leave `urgent_share` of the outbox free. While several tenants are known, the tickets of
    one have at most `tenant_share` of the rest. Of the reserve each tenant has an equal part, for urgent tickets alone:
    no flood of others takes that room. The only tenant of a PoP may use all of it for urgent tickets.

    Consent records: beyond their own limits new consent is refused; none is dropped, and a withdrawal is always taken.

    Telemetry: beyond any limit, the oldest is dropped and counted.
    """

    max_tickets: int
    max_bytes: int = 512 * 2**20
    max_age_s: float = 86_400.0
    max_telemetry_bytes: int = 16 * 2**20
    max_telemetry_age_s: float = 3_600.0
    tenant_share: float = 0.5
    urgent_share: float = 0.05
    max_consents: int = MAX_RECORDS
    max_consent_bytes: int = MAX_BYTES

    def check(
        self,
        new: Iterable[UsageKey],
        before: Mapping[UsageKey, Usage],
        after: Mapping[UsageKey, Usage],
        *,
        tenants: int,
        silent_s: Mapping[str, float],
    ) -> None:
        """Raise `RefusedError` (`OVERLOADED`) if there is no room for new tickets, which `after` contains.

        `tenants` is how many are known, apart from those in `after`. `silent_s` says by tenant for how long its origin
        has taken nothing although a ticket of the tenant waits.
        """
        known = max(tenants, len({tenant for tenant, _ in after if tenant}))
        for tenant, priority in sorted(key for key in new if key[1] in TICKETS):
            self._check_silence(silent_s[tenant])
            if priority is Priority.URGENT and self._is_in_reserve(after, tenant, known):
                continue
            # The only tenant's urgent tickets may use everything; with others, more than the reserve is as ordinary.
            free = 0.0 if priority is Priority.URGENT and known <= 1 else self.urgent_share
            self._check(tickets_of(before), tickets_of(after), 1.0 - free, "altogether")
            if known > 1 and tenant:
                share = self.tenant_share * (1.0 - free)
                self._check(tickets_of(before, tenant), tickets_of(after, tenant), share, "of one tenant")

    def _is_in_reserve(self, after: Mapping[UsageKey, Usage], tenant: str, known: int) -> bool:
        urgent = after.get((tenant, Priority.URGENT), Usage())
        return all(has <= limit for has, limit in zip(urgent, self._limits(self.urgent_share / known), strict=True))

    def _check(self, before: Usage, after: Usage, share: float, whose: str) -> None:
        for what, had, has, limit in zip(("tickets", "bytes"), before, after, self._limits(share), strict=True):
            if has > limit:
                raise RefusedError(
                    f"the outbox holds {had} {what} and was given {has - had} more, expected at most {limit} {whose}",
                    reason=Reason.OVERLOADED,
                )

    def _limits(self, share: float) -> tuple[int, int]:
        # Rounded up, so that an outbox for a handful of tickets has room for as many.
        tickets, size_bytes = (math.ceil(round(bound * share, 6)) for bound in (self.max_tickets, self.max_bytes))
        return tickets, size_bytes

    def _check_silence(self, silent_s: float) -> None:
        if silent_s > self.max_age_s:
            raise RefusedError(
                f"a ticket waits for origin, which has taken none for {silent_s:.0f} s, expected at most"
                f" {self.max_age_s:.0f} s",
                reason=Reason.OVERLOADED,
            )


def drop_telemetry(connection: sqlite3.Connection, bounds: Bounds, usage: dict[UsageKey, Usage], now: float) -> int:
    """Delete the oldest telemetry beyond the limits, and take it from `usage`. Returns how many parcels.

    Within the caller's transaction. `now` is in Unix seconds.
    """
    dropped, key = 0, (NO_TENANT, Priority.TELEMETRY)
    while usage.get(key, Usage()).parcels:
        place, created, size = connection.execute(
            "SELECT place, created, size FROM tickets WHERE held = 0 AND tenant = ? AND priority = ?"
            " ORDER BY created LIMIT 1",
            key,
        ).fetchone()
        too_old = now - created > bounds.max_telemetry_age_s
        if not too_old and usage[key].size_bytes <= bounds.max_telemetry_bytes:
            break
        connection.execute("DELETE FROM tickets WHERE place = ?", (place,))
        with_parcel(usage, key, -1, -size)
        dropped += 1
    return dropped
