"""People's load, however it comes: `PUT /v1/load`, headers of origin's replies, NATS. One trust rule for all three.

Each report shows a token of that tenant's desk. What is not believed is counted, by its reason, and changes
nothing; over HTTP its sender is told, from a reply or from NATS it must not disturb what else goes on.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.people.desk_tokens import DeskTokens
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError, UnreachableError
from edge.host import Backoff, get_logger, read_record
from edge.records import IslandName, LoadReport
from edge.wire.desks import is_load_header, read_load_headers

MAX_LOAD_REPORT_BYTES = 4_096
"""A report has nine short fields."""

RETRY_BASE_S, RETRY_CAP_S = 0.25, 15.0
"""As for the publisher's stream: a restarted server is back within a second, and a report is stale after a minute."""


class LoadSource(StrEnum):
    """How a report came."""

    HTTP = "http"
    REPLY = "reply"
    NATS = "nats"


class LoadSubscription(Protocol):
    """Reports that are pushed to us."""

    async def listen(self, take: Callable[[str, str, bytes], None]) -> None:
        """Hand on tenant, `Authorization` and body of each until the connection ends; raises `UnreachableError`."""


class _About(msgspec.Struct):
    island: str


class LoadReports:
    """Reads reports and hands those that are believed to `loads`. Not for threads."""

    def __init__(
        self,
        *,
        loads: DeskLoads,
        tokens: DeskTokens,
        metrics: Metrics,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._loads, self._tokens, self._metrics, self._now = loads, tokens, metrics, now
        self._jitter, self._sleep = jitter, sleep
        self._refused_last: dict[LoadSource, Reason] = {}
        self._log = get_logger()

    def put(self, authorization: str, body: bytes) -> None:
        """A report by HTTP; raises `RefusedError` as its sender should be told."""
        self._counted(LoadSource.HTTP, lambda: self._take(_read(body), authorization))

    def from_reply(self, ticket: bytes, headers: Iterable[tuple[str, str]]) -> None:
        """What origin's reply to a `ticket` (JSON) says of that tenant's people, if anything. Raises nothing."""
        said = [(name, value) for name, value in headers if is_load_header(name)]
        if said:
            self._quietly(LoadSource.REPLY, lambda: self._take_reply(_tenant_of(ticket), said))

    def from_message(self, tenant: str, authorization: str, body: bytes) -> None:
        """A report by NATS on the subject of `tenant`. Raises nothing."""

        def take() -> None:
            if len(body) > MAX_LOAD_REPORT_BYTES:
                raise RefusedError(
                    f"a load report of {len(body)} bytes came, expected at most {MAX_LOAD_REPORT_BYTES}",
                    reason=Reason.TOO_LARGE,
                )
            report = _read(body)
            if report.tenant != tenant:
                raise RefusedError(
                    "a load report came on the subject of another tenant than it names", reason=Reason.CONTRADICTORY
                )
            self._take(report, authorization)

        self._quietly(LoadSource.NATS, take)

    async def follow(self, feed: LoadSubscription) -> None:
        """Listen for ever; reconnect with full jitter. One line in the log when the feed is lost, not one a try."""
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=RETRY_CAP_S, jitter=self._jitter)

        def take(tenant: str, authorization: str, body: bytes) -> None:
            backoff.succeeded()
            self.from_message(tenant, authorization, body)

        while True:
            try:
                await feed.listen(take)
            except UnreachableError as error:
                if backoff.failures == 0:
                    self._log.warning("people's load is not heard; the defaults hold", error=error.text)
            await self._sleep(backoff.failed())

    def _take_reply(self, tenant: str, headers: Iterable[tuple[str, str]]) -> None:
        report, token = read_load_headers(headers, tenant=tenant)
        # The ticket that this replies to is in the desk's count already, and noted as arrived only afterwards.
        self._take(report, f"Bearer {token}", seen=1)

    def _take(self, report: LoadReport, authorization: str, *, seen: int = 0) -> None:
        self._tokens.authorise(authorization, report.tenant)
        self._loads.believe(report, self._now(), seen=seen)

    def _counted(self, source: LoadSource, take: Callable[[], None]) -> None:
        try:
            take()
        except RefusedError as error:
            self._metrics.load_reports.labels(source, error.reason).inc()
            raise
        self._refused_last.pop(source, None)
        self._metrics.load_reports.labels(source, "accepted").inc()

    def _quietly(self, source: LoadSource, take: Callable[[], None]) -> None:
        try:
            self._counted(source, take)
        except RefusedError as error:
            if self._refused_last.get(source) is not error.reason:
                self._log.warning("load report refused", source=source, reason=error.reason, error=error.text)
            self._refused_last[source] = error.reason


def _tenant_of(ticket: bytes) -> str:
    try:
        return IslandName.parse(msgspec.json.decode(ticket, type=_About).island).tenant
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError("a reply spoke of people's load, to something that is no ticket") from error


def _read(body: bytes) -> LoadReport:
    """The body as a report; an empty one is an empty object."""
    return read_record(body or b"{}", LoadReport, what="a load report")
