"""How much the outbox holds, by tenant and priority, and whether more may be put."""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.records import Priority

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


class Bounds(NamedTuple):
    """Limits of the outbox: number of tickets, total size, and age of the oldest.

    Beyond any limit new tickets are refused, so that no viewer is promised an answer that people cannot give. A stored
    ticket is never dropped. If origin keeps refusing it, it becomes a dead letter.

    Shares: ordinary tickets leave `urgent_share` of the outbox free for urgent ones. While several tenants are known,
    one has at most `tenant_share` of it; its urgent tickets may use all of that, its ordinary ones leave the same part
    of it free. Age counts by tenant: an origin that one tenant does not repair closes the outbox for that tenant alone.

    Telemetry: beyond any limit, the oldest is dropped and counted.
    """

    max_tickets: int
    max_bytes: int = 512 * 2**20
    max_age_s: float = 86_400.0
    max_telemetry_bytes: int = 16 * 2**20
    max_telemetry_age_s: float = 3_600.0
    tenant_share: float = 0.5
    urgent_share: float = 0.05

    def check(
        self,
        new: Iterable[UsageKey],
        before: Mapping[UsageKey, Usage],
        after: Mapping[UsageKey, Usage],
        *,
        tenants: int,
        age_s: Mapping[str, float],
    ) -> None:
        """Raise `RefusedError` (`OVERLOADED`) if there is no room for new tickets, which `after` contains.

        `tenants` is how many are known, apart from those in `after`. `age_s` has each one's oldest ticket.
        """
        is_shared = max(tenants, len({tenant for tenant, _ in after if tenant})) > 1
        for tenant, priority in sorted(key for key in new if key[1] in TICKETS):
            self.check_tickets(tickets_of(before), tickets_of(after), priority=priority)
            if is_shared and tenant:
                self.check_tenant(tickets_of(before, tenant), tickets_of(after, tenant), priority=priority)
            self.check_age(age_s[tenant])

    def check_tickets(self, before: Usage, after: Usage, *, priority: Priority) -> None:
        """Raise `RefusedError` (`OVERLOADED`) if all tickets together, `after`, leave too little for this priority."""
        self._check(before, after, 1.0, priority, "altogether")

    def check_tenant(self, before: Usage, after: Usage, *, priority: Priority) -> None:
        """Raise `RefusedError` (`OVERLOADED`) if the tickets of one tenant, `after`, are more than its share."""
        self._check(before, after, self.tenant_share, priority, "of one tenant")

    def _check(self, before: Usage, after: Usage, share: float, priority: Priority, whose: str) -> None:
        if priority is not Priority.URGENT:
            share *= 1.0 - self.urgent_share
        # Rounded up, so that an outbox for a handful of tickets has room for as many.
        limits = [math.ceil(round(bound * share, 6)) for bound in (self.max_tickets, self.max_bytes)]
        for what, had, has, limit in zip(("tickets", "bytes"), before, after, limits, strict=True):
            if has > limit:
                raise RefusedError(
                    f"the outbox holds {had} {what} and was given {has - had} more, expected at most {limit} {whose}",
                    reason=Reason.OVERLOADED,
                )

    def check_age(self, oldest_age_s: float) -> None:
        """Raise `RefusedError` (`OVERLOADED`) if a tenant's oldest ticket has waited for too long."""
        if oldest_age_s > self.max_age_s:
            raise RefusedError(
                f"the outbox's oldest ticket has waited {oldest_age_s:.0f} s for origin, expected at most"
                f" {self.max_age_s:.0f} s",
                reason=Reason.OVERLOADED,
            )
