"""The counting of outcomes, desk events and feedback.

It costs a question a few microseconds, and no question waits for it. Events are gathered in memory, and written every
`flush_s` in one transaction, by a thread of their own. A process that is killed loses the events of that time. Only the
sender of feedback waits until it is written.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar

from edge.config import PopConfig
from edge.daemon.people import Thresholds
from edge.daemon.sync import PopShelf
from edge.daemon.tally.decided import decided
from edge.daemon.tally.in_force import thresholds_in_force
from edge.daemon.tally.suggested import suggested_texts
from edge.daemon.tally.writer import (
    ArrivedDeskEvent,
    ChoiceEvent,
    Event,
    FeedbackEvent,
    FeedbackResult,
    TallyWriter,
    statements_of,
)
from edge.daemon.telemetry import TallyMetrics
from edge.decide import Conclusion
from edge.errors import BrokenRuleError, Reason, RefusedError, StorageError
from edge.host import error_location, get_logger, is_set_within
from edge.host.threads import in_thread
from edge.records import (
    AskRequest,
    DeskEvent,
    FeedbackRequest,
    FeedbackResponse,
    FeedbackTopic,
    PopTally,
    RankedCandidate,
    TallyCell,
    TallyHour,
    Ticket,
)
from edge.store.tally import TallyStore
from edge.tally import CounterName, hour_of
from edge.tokens import NUMBER_BYTES, Receipt, make_receipt, question_hash, read_receipt

T = TypeVar("T")

MAX_QUEUE = 20_000
"""Events in memory, about 10 MB: twenty seconds at the highest rate of a PoP, while its disk is stuck."""

SWEEP_S = 10.0
"""How often contacts whose window is over are closed when there are no events."""


class Tally:
    """One PoP's tally. `keep` must run as a task; `thread` owns `store`."""

    def __init__(
        self,
        *,
        config: PopConfig,
        store: TallyStore,
        thread: Executor,
        token_key: bytes,
        shelf: Callable[[], PopShelf],
        metrics: TallyMetrics,
        now: Callable[[], datetime],
        thresholds: Callable[[], Thresholds] = dict,
        random_bytes: Callable[[int], bytes] = os.urandom,
        max_queue: int = MAX_QUEUE,
    ) -> None:
        self._pop, self._config, self._store, self._thread = config.pop.name, config.stats, store, thread
        self._key, self._shelf, self._metrics, self._now = token_key, shelf, metrics, now
        self._random_bytes, self._max_queue, self._thresholds = random_bytes, max_queue, thresholds
        # Runs in the tally's thread, which is safe because a shelf is immutable.
        self._writer = TallyWriter(
            store,
            texts=lambda ticket: suggested_texts(ticket, self._shelf()),
            contact_window_s=config.stats.contact_window_s,
        )
        self._waiting: list[tuple[Event, asyncio.Future[FeedbackResponse] | None]] = []
        self._has_feedback, self._log = asyncio.Event(), get_logger()
        self._lost, self._last_write, self._is_failing = 0, 0.0, False

    def count_decision(
        self,
        request: AskRequest,
        conclusion: Conclusion,
        *,
        ranked: Sequence[RankedCandidate],
        ticket: Ticket | None,
        now: datetime,
        is_vouched: bool = False,
        offer_revision: int = 0,
        wanted: Sequence[str] = (),
    ) -> str | None:
        """Count a decision; gives the receipt that feedback on it must bring, None if it was no question to count.

        `offer_revision`: the island's revision, if the viewer can choose from the decision's options; else 0. `wanted`:
        the viewer's languages, for the receipt of an offer.
        """
        decision = conclusion.decision
        event = decided(request, decision, ranked=ranked, ticket=ticket, now=now, key=self._key)
        if offer_revision > 0:
            event = event._replace(is_offer=True)
        self._enqueue(event)
        if not event.is_question:
            return None
        number, bar = self._random_bytes(NUMBER_BYTES), (conclusion.threshold, conclusion.share, conclusion.why)
        receipt = Receipt(number, event.island, event.snippet, event.contact, event.at, is_vouched, *bar)
        if event.filtered:
            receipt = receipt._replace(rules=event.rules)
        if event.is_offer:
            offered = tuple(option.snippet for option in decision.options)
            question = question_hash(request.text, key=self._key)
            receipt = receipt._replace(
                revision=offer_revision, offered=offered, question=question, wanted=" ".join(wanted)
            )
            if decision.reason is Reason.RAMP:
                receipt = receipt._replace(is_ramp=True)
            if ticket is not None:
                receipt = receipt._replace(ticket=ticket.id, lane=ticket.lane, keeps_ticket=decision.keeps_ticket)
        return make_receipt(receipt, key=self._key)

    def count_choice(self, offer: Receipt, name: CounterName) -> None:
        """Count a choice from an offer under `name`: one of its snippets, or none of these."""
        self._enqueue(ChoiceEvent(offer, name))

    def count_desk_event(self, event: DeskEvent) -> None:
        """Count a desk event that is new; the caller leaves out repetitions."""
        self._enqueue(ArrivedDeskEvent(event, self._now().timestamp()))

    def read_receipt(self, token: str) -> Receipt:
        """A receipt of this PoP. Raises `RefusedError` (`TOKEN_INVALID`) for one that is another's, or too old."""
        return read_receipt(token, key=self._key, now=self._now().timestamp(), life_s=self._config.max_feedback_age_s)

    async def count_feedback(self, receipt: Receipt, request: FeedbackRequest) -> FeedbackResponse:
        """Count feedback that brought `receipt`; durable on return. Says which topics were counted, and which again.

        Raises `RefusedError`: `MALFORMED` when no topic is given, `OVERLOADED`. Raises `StorageError` when the disk
        fails; then it may be sent again.
        """
        statements = statements_of(request)
        if not statements:
            topics = ", ".join(FeedbackTopic)
            raise BrokenRuleError(f"feedback has no topic, expected at least one of {topics}")
        done: asyncio.Future[FeedbackResponse] = asyncio.get_running_loop().create_future()
        self._enqueue(FeedbackEvent(receipt, statements), done)
        self._has_feedback.set()
        return await done

    async def stats(self, since: datetime, islands: str) -> PopTally:
        """Counts from the hour of `since` until now. `islands`: `*`, `tenant/*` or `tenant/island`.

        Raises `StorageError` when the tally cannot be read.
        """
        # Written first, so that the counts include the last moments.
        await self._write()
        until, hour = self._now(), hour_of(since.timestamp())
        cells, hours = await self._in_thread(
            lambda: (self._store.cells(hour, islands), self._store.hours(hour, islands))
        )
        return PopTally(
            pop=self._pop,
            since=datetime.fromtimestamp(hour, UTC),
            until=until,
            contact_window_s=self._config.contact_window_s,
            prices=self._config.prices,
            lost=self._lost,
            cells=tuple(TallyCell(island=i, snippet=s, counts=counts) for (i, s), counts in cells.items()),
            hours=tuple(TallyHour(hour=datetime.fromtimestamp(h, UTC), counts=c) for h, c in hours.items()),
            thresholds=thresholds_in_force(self._thresholds(), islands),
        )

    async def keep(self) -> None:
        """Write events until cancelled: every `flush_s`, sooner when feedback waits."""
        while True:
            await is_set_within(self._has_feedback, self._config.flush_s)
            self._has_feedback.clear()
            if self._waiting or self._now().timestamp() - self._last_write >= SWEEP_S:
                await self._write()

    async def close(self) -> None:
        """Write the events that still wait, and close the store. Call it after `keep` ended."""
        await self._write()
        await self._in_thread(self._store.close)

    def _enqueue(self, event: Event, done: "asyncio.Future[FeedbackResponse] | None" = None) -> None:
        # A full queue loses the event and never holds up a question. Only feedback gets an error: its sender can retry.
        if len(self._waiting) < self._max_queue:
            self._waiting.append((event, done))
            return
        self._lose(1)
        if done is not None:
            done.set_exception(RefusedError("too many events wait to be counted, try again", reason=Reason.OVERLOADED))

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        self._last_write = now = self._now().timestamp()
        fault: StorageError | None = None
        results: Sequence[FeedbackResult | StorageError] = []
        try:
            written = await self._in_thread(lambda: self._writer.write([event for event, _ in batch], now))
            results = written.results
            # Metrics after the commit: they never count what the store does not have.
            self._metrics.add(written.counts)
            self._metrics.observe(written.waits)
        except StorageError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - anything may have failed: questions go on without being counted
            fault = StorageError(f"counting failed with {type(error).__name__} at {error_location(error)}")
        if fault is not None:
            # Lost, not put back: a disk that stays full would fill memory with events that are never written.
            results = [fault] * len(batch)
            self._lose(len(batch))
        self._log_change(fault)
        for (_, done), result in zip(batch, results, strict=True):
            if done is None or done.done():
                continue
            if isinstance(result, FeedbackResponse):
                done.set_result(result)
            elif result is not None:
                done.set_exception(result)

    def _lose(self, events: int) -> None:
        self._lost += events
        self._metrics.lost.inc(events)

    def _log_change(self, fault: StorageError | None) -> None:
        """Log one line when writing begins to fail, and one when it works again."""
        if fault is not None and not self._is_failing:
            self._log.error("statistics cannot be written, events are lost meanwhile", error=fault.text)
        elif fault is None and self._is_failing:
            self._log.info("statistics are written again", lost=self._lost)
        self._is_failing = fault is not None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await in_thread(self._thread, work)
