"""Load reports from desks, in four ways: `PUT /v1/load`, headers of an origin's reply to a ticket, NATS, and a feed.

One rule holds for the first three: a report is accepted if it brings a token of its tenant's desk. A feed is fetched
from the address of Skerry's own desk, which may speak of the tenants whose tickets it gets. A refused report is counted
by its reason and changes nothing. Only over HTTP does its sender get an error: a bad report in a reply must not fail
the delivery of the ticket, and one by NATS must not end the subscription.
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
from edge.records import DECODE_ERRORS, IslandName, LoadReport
from edge.wire.desks import is_load_header, read_load_headers

MAX_LOAD_REPORT_BYTES = 4_096
"""Largest load report by NATS; a report has nine short fields."""

RETRY_BASE_S, RETRY_CAP_S = 0.25, 15.0
"""First and longest wait before NATS is subscribed again, before jitter. A restarted server is back within a second,
and a report is stale after a minute."""


class LoadSource(StrEnum):
    """The way in which a report arrived: a label of the metric."""

    HTTP = "http"
    REPLY = "reply"
    NATS = "nats"
    FEED = "feed"


class LoadSubscription(Protocol):
    """A subscription to load reports."""

    async def listen(self, receive: Callable[[str, str, bytes], None], /) -> None:
        """Call `receive` with tenant, `Authorization` and body of each report, until the connection ends.

        Raises `UnreachableError` when it cannot connect or the connection breaks; call it again later.
        """


class _TicketKey(msgspec.Struct):
    island: str
    joins: str = ""
    ticket: str = ""


class LoadReports:
    """Reads load reports, and gives those with the right token to `loads`. Not thread-safe."""

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
        self._last_refusals: dict[LoadSource, Reason] = {}
        self._log = get_logger()

    def put(self, authorization: str, body: bytes) -> None:
        """Accept a report by HTTP. Raises `RefusedError` with the problem to send back."""
        self._count(LoadSource.HTTP, lambda: self._accept(_read(body), authorization))

    def from_reply(self, ticket: bytes, headers: Iterable[tuple[str, str]]) -> None:
        """Accept the report in the headers of an origin's reply to `ticket` (JSON), if there is one. Raises nothing."""
        load_headers = [(name, value) for name, value in headers if is_load_header(name)]
        if load_headers:
            self._count_and_log(LoadSource.REPLY, lambda: self._accept_reply(ticket, load_headers))

    def from_message(self, tenant: str, authorization: str, body: bytes) -> None:
        """Accept a report by NATS on the subject of `tenant`. Raises nothing."""

        def accept() -> None:
            if len(body) > MAX_LOAD_REPORT_BYTES:
                raise RefusedError(
                    f"load report is {len(body)} bytes, expected at most {MAX_LOAD_REPORT_BYTES}",
                    reason=Reason.TOO_LARGE,
                )
            report = _read(body)
            if report.tenant != tenant:
                raise RefusedError(
                    "load report names another tenant than the subject that it came on, expected the same tenant",
                    reason=Reason.CONTRADICTORY,
                )
            self._accept(report, authorization)

        self._count_and_log(LoadSource.NATS, accept)

    def from_feed(self, report: LoadReport, *, is_theirs: Callable[[str], bool]) -> None:
        """Accept a report that was fetched from a desk. `is_theirs`: does that desk get a tenant's tickets?"""

        def accept() -> None:
            if not is_theirs(report.tenant):
                raise RefusedError(
                    "load report is of a tenant whose tickets go to another desk, expected one of this desk's",
                    reason=Reason.UNAUTHORISED,
                )
            self._loads.believe(report, self._now())

        self._count_and_log(LoadSource.FEED, accept)

    async def follow(self, subscription: LoadSubscription) -> None:
        """Accept the reports of `subscription` until cancelled; subscribe again after a failure, with full jitter.

        Logs one line when the connection is lost, not one for each attempt.
        """
        backoff = Backoff(base_s=RETRY_BASE_S, cap_s=RETRY_CAP_S, jitter=self._jitter)

        def receive(tenant: str, authorization: str, body: bytes) -> None:
            # A connection alone is no success: a server that accepts and drops it is tried less and less often.
            backoff.succeeded()
            self.from_message(tenant, authorization, body)

        while True:
            try:
                await subscription.listen(receive)
            except UnreachableError as error:
                if backoff.failures == 0:
                    self._log.warning("load reports cannot be received, the defaults hold", error=error.text)
            await self._sleep(backoff.failed())

    def _accept_reply(self, ticket: bytes, headers: Iterable[tuple[str, str]]) -> None:
        key = _key_of(ticket)
        report, token = read_load_headers(headers, tenant=IslandName.parse(key.island).tenant)
        # The desk has already counted the ticket that it replies to. Here that ticket counts as on its way until the
        # delivery is recorded, which is later; `seen` keeps it from being counted twice. A follow-up or a take-back
        # never counted.
        self._accept(report, f"Bearer {token}", seen=0 if key.joins or key.ticket else 1)

    def _accept(self, report: LoadReport, authorization: str, *, seen: int = 0) -> None:
        # The token first: without one, a sender must not learn from the error what the last report said.
        self._tokens.authorise(authorization, report.tenant)
        self._loads.believe(report, self._now(), seen=seen)

    def _count(self, source: LoadSource, accept: Callable[[], None]) -> None:
        try:
            accept()
        except RefusedError as error:
            self._metrics.load_reports.labels(source, error.reason).inc()
            raise
        self._last_refusals.pop(source, None)
        self._metrics.load_reports.labels(source, "accepted").inc()

    def _count_and_log(self, source: LoadSource, accept: Callable[[], None]) -> None:
        """As `_count`, but a refusal is logged instead of raised: one line for each new reason, not one a report."""
        try:
            self._count(source, accept)
        except RefusedError as error:
            if self._last_refusals.get(source) is not error.reason:
                self._log.warning("load report is refused", source=source, reason=error.reason, error=error.text)
            self._last_refusals[source] = error.reason


def _key_of(ticket: bytes) -> _TicketKey:
    try:
        return msgspec.json.decode(ticket, type=_TicketKey)
    except DECODE_ERRORS as error:
        raise RefusedError("load report is in the reply to something that is not a ticket") from error


def _read(body: bytes) -> LoadReport:
    """The body as a report. An empty body counts as an empty object, so that the error names the missing field."""
    return read_record(body or b"{}", LoadReport, what="a load report")
