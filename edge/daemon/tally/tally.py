"""What came of decisions. Counting costs a question a few microseconds and no wait.

Everything is gathered in memory and written once in `flush_s`, in one transaction, by a thread of its own. A process
that is killed loses that long of statistics. The sender of feedback waits until it is written.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar

from edge.config import PopConfig
from edge.daemon.sync import PopShelf
from edge.daemon.tally.writer import DeskReported, Event, FeedbackAnswer, FeedbackEvent, TallyWriter
from edge.daemon.telemetry import TallyMetrics
from edge.errors import Reason, RefusedError, StorageError
from edge.host import error_location, get_logger, is_set_within
from edge.records import (
    AskRequest,
    Automation,
    Decision,
    DeskEvent,
    FeedbackRequest,
    FeedbackResponse,
    FeedbackTopic,
    IslandName,
    Outcome,
    PopTally,
    RankedCandidate,
    TallyCell,
    TallyHour,
    Ticket,
    TicketKind,
)
from edge.store.tally import TallyStore
from edge.tally import Decided, TicketRecord, hour_of
from edge.tokens import NUMBER_BYTES, Receipt, contact_of, make_receipt, read_receipt

T = TypeVar("T")

MAX_QUEUE = 20_000
"""Events in memory, some 10 MB: twenty seconds of what a PoP can decide while its disk is stuck."""

SWEEP_S = 10.0
"""How often contacts whose window is over are looked for when nothing happens."""


class Tally:
    """One PoP's. `numbers` gives random bytes."""

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
        numbers: Callable[[int], bytes] = os.urandom,
        max_queue: int = MAX_QUEUE,
    ) -> None:
        self._pop, self._config, self._store, self._thread = config.pop.name, config.stats, store, thread
        self._key, self._shelf, self._metrics, self._now, self._numbers = token_key, shelf, metrics, now, numbers
        self._writer = TallyWriter(store, texts=self._texts, contact_window_s=config.stats.contact_window_s)
        self._waiting: list[tuple[Event, asyncio.Future[FeedbackResponse] | None]] = []
        self._max_queue = max_queue
        self._urgent = asyncio.Event()
        self._lost, self._swept, self._fails = 0, 0.0, False
        self._log = get_logger()

    def decided(
        self,
        request: AskRequest,
        decision: Decision,
        *,
        ranked: Sequence[RankedCandidate],
        ticket: Ticket | None,
        now: datetime,
    ) -> str | None:
        """Count a decision; the receipt by which feedback may speak of it, None where there is nothing to speak of."""
        name, snippet = IslandName.parse(request.island), _snippet_of(decision, ranked)
        contact = contact_of(name, request.session, key=self._key)
        event = Decided(
            at=now.timestamp(),
            island=request.island,
            snippet=snippet,
            outcome=decision.outcome,
            reason=decision.reason,
            contact=contact,
            ticket=ticket.id if ticket else "",
            revision=(ticket.revision or 0) if ticket else 0,
            suggested=tuple(candidate.provenance.snippet for candidate in ticket.candidates) if ticket else (),
        )
        self._note(event)
        if not event.is_question:
            return None
        receipt = Receipt(self._numbers(NUMBER_BYTES), event.island, snippet, contact, event.at)
        return make_receipt(receipt, key=self._key)

    def reported(self, event: DeskEvent) -> None:
        """Count what a desk reported for the first time."""
        self._note(DeskReported(event, self._now().timestamp()))

    async def feedback(self, request: FeedbackRequest) -> FeedbackResponse:
        """What was taken of it, durable on return.

        Raises `RefusedError`: `MALFORMED` when nothing is said, `TOKEN_INVALID`, `OVERLOADED`; and `StorageError`.
        """
        life_s = self._config.max_feedback_age_s
        receipt = read_receipt(request.receipt, key=self._key, now=self._now().timestamp(), life_s=life_s)
        said = _said(request)
        if not said:
            topics = ", ".join(FeedbackTopic)
            raise RefusedError(f"feedback says nothing, expected one of {topics}")
        done: asyncio.Future[FeedbackResponse] = asyncio.get_running_loop().create_future()
        self._note(FeedbackEvent(receipt, said), done)
        self._urgent.set()
        return await done

    async def report(self, since: datetime, islands: str) -> PopTally:
        """Counts from the hour that `since` lies in, of islands that match `islands` (`tenant/*`, say), as of now."""
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
        )

    async def keep(self) -> None:
        """Write what happens, for ever."""
        while True:
            await is_set_within(self._urgent, self._config.flush_s)
            self._urgent.clear()
            if self._waiting or self._now().timestamp() - self._swept >= SWEEP_S:
                await self._write()

    async def close(self) -> None:
        """Write what still waits and let go of the disk. Call it when `keep` has ended."""
        await self._write()
        await self._in_thread(self._store.close)

    def _note(self, event: Event, done: "asyncio.Future[FeedbackResponse] | None" = None) -> None:
        if len(self._waiting) < self._max_queue:
            self._waiting.append((event, done))
            return
        self._lose(1)
        if done is not None:
            done.set_exception(RefusedError("too much waits to be counted, try again", reason=Reason.OVERLOADED))

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        self._swept = now = self._now().timestamp()
        fault: StorageError | None = None
        answers: Sequence[FeedbackAnswer | StorageError] = []
        try:
            written = await self._in_thread(lambda: self._writer.write([event for event, _ in batch], now))
            answers = written.answers
            self._metrics.add(written.counts)
            self._metrics.observe(written.waits)
        except StorageError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - anything may have broken: questions go on without being counted
            fault = StorageError(f"counting broke with {type(error).__name__} at {error_location(error)}")
        if fault is not None:
            answers = [fault] * len(batch)
            self._lose(len(batch))
        self._tell(fault)
        for (_, done), answer in zip(batch, answers, strict=True):
            if done is None or done.done():
                continue
            if isinstance(answer, FeedbackResponse):
                done.set_result(answer)
            elif answer is not None:
                done.set_exception(answer)

    def _lose(self, events: int) -> None:
        self._lost += events
        self._metrics.lost.inc(events)

    def _tell(self, fault: StorageError | None) -> None:
        """Once when it begins, once when it is over."""
        if fault is not None and not self._fails:
            self._log.error("statistics cannot be written and are lost meanwhile", error=fault.text)
        elif fault is None and self._fails:
            self._log.info("statistics are written again", lost=self._lost)
        self._fails = fault is not None

    def _texts(self, ticket: TicketRecord) -> Sequence[str]:
        """Called by the tally's thread: the shelf is immutable."""
        slot = self._shelf().get(IslandName.parse(ticket.island))
        slot = (slot.at_revision(ticket.revision) or slot) if slot else None
        entry = slot.entry if slot else None
        if entry is None:
            return ()
        offered = [snippet for snippet in ticket.suggested if snippet in entry.snippets]
        return [
            entry.documents[snippet].answer
            for snippet in offered
            if entry.snippets[snippet].automation is not Automation.NEVER
        ]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _said(request: FeedbackRequest) -> dict[FeedbackTopic, bool]:
    said = {
        FeedbackTopic.HELPFUL: request.helpful,
        FeedbackTopic.RESOLVED: request.resolved,
        FeedbackTopic.CONTACTED_AGAIN: request.contacted_again or None,
        FeedbackTopic.CONVERTED: request.converted or None,
    }
    return {topic: value for topic, value in said.items() if value is not None}


def _snippet_of(decision: Decision, ranked: Sequence[RankedCandidate]) -> str:
    """What a question is counted under, as `edge.tally` defines it."""
    if decision.snippet and decision.outcome in {Outcome.ANSWER, Outcome.IGNORE}:
        return decision.snippet
    is_out_of_scope = Reason.OUT_OF_SCOPE in {decision.reason, decision.because}
    if not ranked or is_out_of_scope or decision.kind is not TicketKind.SUPPORT:
        return ""
    return ranked[0].provenance.snippet
