"""The load of each tenant's people, computed from the queue and from who is at work. PoPs need it for surge control."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from edge.desk.live.news import News
from edge.desk.store import TenantQueue
from edge.records import LoadReport

REPEAT_S = 10.0
"""A load that has not changed is sent again after this time: a PoP believes a load for a minute."""

WAIT_STEP_S = 5.0
"""A wait that has changed by less is no news."""

_NOBODY = TenantQueue(0, 0, 0.0)


class Loads:
    """The newest load of each tenant. `clock` returns seconds."""

    def __init__(self, news: News, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._news, self._clock = news, clock
        self.newest: dict[str, LoadReport] = {}
        self._sent: dict[str, tuple[LoadReport, float]] = {}

    def update(
        self,
        tenants: set[str],
        queues: Mapping[str, TenantQueue],
        *,
        busy: set[str],
        at_work: Mapping[str, set[str]],
        behind: Mapping[str, int],
        pops: int,
        now: datetime,
    ) -> None:
        """Compute the loads of `tenants`, those with people, and send what changed or was not sent for a while.

        `behind`: of tenants whose people work at another desk, how many are at work there.

        Call it once a second. A queue of another tenant is no load: any PoP may name a tenant in a ticket.
        """
        self.newest = {}
        for tenant in sorted(tenants):
            here = at_work.get(tenant, set())
            agents, free = (behind[tenant], None) if tenant in behind else (len(here), len(here - busy))
            queue = queues.get(tenant, _NOBODY)
            self.newest[tenant] = _report(tenant, queue, agents=agents, free=free, pops=pops, now=now)
        news = {tenant: load for tenant, load in self.newest.items() if self._is_news(load)}
        at = self._clock()
        self._sent = {tenant: sent for tenant, sent in self._sent.items() if tenant in tenants}
        self._sent |= {tenant: (load, at) for tenant, load in news.items()}
        if news:
            self._news.publish_loads(news)

    def _is_news(self, load: LoadReport) -> bool:
        sent = self._sent.get(load.tenant)
        if sent is None or self._clock() - sent[1] >= REPEAT_S:
            return True
        before = sent[0]
        is_same = _counts(before) == _counts(load) and abs(before.wait_s - load.wait_s) < WAIT_STEP_S
        return not is_same


def _report(tenant: str, queue: TenantQueue, *, agents: int, free: int | None, pops: int, now: datetime) -> LoadReport:
    return LoadReport(
        tenant=tenant,
        queue_depth=queue.depth,
        wait_s=min(queue.oldest_s, 604_800.0),
        agents=agents,
        free_agents=free,
        callbacks=queue.callbacks,
        pops=max(1, pops),
        at=now,
    )


def _counts(load: LoadReport) -> tuple[int, int, int | None, int, int]:
    return load.queue_depth, load.agents, load.free_agents, load.callbacks, load.pops
