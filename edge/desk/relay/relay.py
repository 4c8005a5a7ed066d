"""One tenant's relay: hands tickets on, and looks for what people did. One task; a fault of it is nobody else's.

A fault that may be about one ticket postpones that ticket alone. A desk that is gone, fails or asks for time pauses the
relay, a minute at most unless it asks for more. Nothing is given up: what is not handed on stays in the desk's queue.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from edge.desk.live import DeskThread, OpenDesk
from edge.desk.relay.batches import DueTicket, batched, by_viewer
from edge.desk.relay.behind import Behind
from edge.desk.relay.book import OpenConversation, RelayBook
from edge.desk.relay.faults import Faults
from edge.desk.relay.people import PeopleBehind
from edge.desk.relay.relay_log import RelayLog
from edge.desk.relay.rounds import MAX_LOOKS, Rounds
from edge.desk.relay.settings import RelaySettings
from edge.errors import RefusedError, SkerryError, StorageError, UnreachableError, cause_of
from edge.host import Backoff, delay_s
from edge.wire.conversations import Changes
from edge.wire.desks import NothingThereError, contact_of, read_ticket

T = TypeVar("T")

MAX_TICKETS = 20
"""Tickets that are handed on before the next look."""

AT_ONCE = 4
"""Conversations that are looked at, or viewers whose tickets are handed on, at the same time."""

MAX_PAUSE_S = 60.0
RETRY_BASE_S, MAX_RETRY_S = 5.0, 600.0
"""Wait of a ticket that could not be handed on: it doubles with each failure."""


class Relay:
    """The relay of `tenant` to the desk `behind`. For one event loop. `clock` returns seconds that nobody sets."""

    def __init__(
        self,
        tenant: str,
        behind: Behind,
        thread: DeskThread,
        *,
        settings: RelaySettings,
        tick_s: float,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._tenant, self._behind, self._thread = tenant, behind, thread
        self._settings, self._tick_s, self._clock, self._jitter = settings, tick_s, clock, jitter
        self._backoff = Backoff(base_s=1.0, cap_s=MAX_PAUSE_S, jitter=jitter)
        self._paused_until, self._look_at = 0.0, 0.0
        self._log = RelayLog(tenant, clock=clock)
        self._faults = Faults(behind, self._log)
        self._has_more = False
        self._rounds = Rounds()
        self._hints: set[str] = set()
        self._is_hinted = asyncio.Event()
        self._book: RelayBook | None = None
        self._people = PeopleBehind(behind, self._faults, agents=settings.agents, look_s=settings.look_s, clock=clock)

    def hint(self, ticket: str) -> None:
        """Look at the conversation of this ticket at once."""
        if len(self._hints) < MAX_LOOKS:
            self._hints.add(ticket)
        self._is_hinted.set()

    @property
    def people(self) -> int | None:
        """How many are at work at the desk behind; None if it is not known now."""
        return self._people.count

    async def keep(self) -> None:
        """Work until cancelled. Faults are logged, once for each cause."""
        while True:
            try:
                await self.work()
            except StorageError as error:
                self._paused_until = self._clock() + self._backoff.failed()
                self._log.disk_failed(error)
            except UnreachableError as error:
                self._pause(error)
            except Exception as error:  # noqa: BLE001 - a bug here must not end the desk, nor another tenant's relay
                self._log.bug(error)
                self._paused_until = self._clock() + MAX_PAUSE_S
            await self._rest()

    async def work(self) -> None:
        """Hand on what is due, and look if it is time. Raises `StorageError`, and `UnreachableError` to pause."""
        if self._clock() < self._paused_until:
            return
        faults: list[UnreachableError | StorageError] = []
        # Each for itself: a ticket that always fails must not keep replies from viewers, nor a disk that has room for
        # replies only.
        for step in (self._hand_on, self._tell, self._look_where_hinted, self._look_if_it_is_time):
            try:
                await step()
            except UnreachableError as error:
                if error.retry_after_s is not None:
                    raise
                faults.append(error)
            except StorageError as error:
                faults.append(error)
        if faults:
            raise faults[0]

    async def _rest(self) -> None:
        self._is_hinted.clear()
        if (self._hints or self._has_more) and self._clock() >= self._paused_until:
            return
        try:
            async with asyncio.timeout(self._tick_s):
                await self._is_hinted.wait()
        except TimeoutError:
            return
        # A burst of webhooks about one conversation is one look.
        await asyncio.sleep(min(self._tick_s, 0.2))

    async def _hand_on(self) -> None:
        """Hand on the first that are due. Not all of them: replies do not wait for the end of a long queue."""
        due = await self._do(lambda book: book.due(MAX_TICKETS))
        self._has_more = len(due) == MAX_TICKETS
        for some in batched(by_viewer(due), AT_ONCE):
            results = await asyncio.gather(*(self._hand_on_in_order(one) for one in some), return_exceptions=True)
            for fault in (one for one in results if isinstance(one, BaseException)):
                raise fault

    async def _hand_on_in_order(self, due: Iterable[DueTicket]) -> None:
        for ticket in due:
            await self._attempt(ticket.id, ticket.attempts, self._place(ticket), what="not handed on")

    async def _place(self, due: DueTicket) -> None:
        ticket = read_ticket(due.id, due.body)
        viewer, is_follow_up = contact_of(ticket), bool(ticket.joins)
        root = await self._do(lambda book: book.root(viewer))
        place = await self._behind.desk.place(ticket, into=root)
        # If the process dies on this line, the ticket is handed on again, and the desk behind recognises it.
        await self._do(lambda book: book.placed(ticket.id, place, viewer=viewer, is_follow_up=is_follow_up))
        self._succeeded()

    async def _tell(self) -> None:
        """Tell people at the desk behind which tickets were answered here, or solved by their viewers."""
        for one in await self._do(lambda book: book.over_here(MAX_TICKETS)):
            await self._attempt(
                one.id, one.attempts, self._conclude(one.id, one.conversation), what="its end is not told"
            )

    async def _conclude(self, ticket: str, number: int) -> None:
        note = "Answered at Skerry's desk, or solved by the viewer while waiting."
        try:
            await self._behind.desk.conclude(number, f"{ticket}.over", note)
        except NothingThereError:
            # If it was deleted, nobody needs to know. A wrong address raises here.
            if await self._behind.looks.look(number, 0) is not None:
                raise
        await self._do(lambda book: book.told(ticket))

    async def _attempt(self, ticket: str, attempts: int, work: Awaitable[None], *, what: str) -> None:
        """Do the work. A fault postpones the ticket; one that is about all tickets is raised, after that."""
        try:
            await work
        except (RefusedError, UnreachableError) as error:
            again_in_s = RETRY_BASE_S / 2 + delay_s(attempts, self._jitter, base_s=RETRY_BASE_S, cap_s=MAX_RETRY_S)
            fault = f"{what}: {_fault(error)}"
            await self._do(lambda book: book.failed(ticket, again_in_s=again_in_s, fault=fault))
            await self._faults.go_on_or_raise(error)

    async def _look_where_hinted(self) -> None:
        hints, self._hints = self._hints, set()
        found = await self._do(lambda book: [book.conversation_of(ticket) for ticket in sorted(hints)])
        await self._look(dict.fromkeys(one for one in found if one is not None))

    async def _look_if_it_is_time(self) -> None:
        if self._clock() < self._look_at:
            return
        self._look_at = self._clock() + self._settings.look_s
        conversations = await self._do(lambda book: book.open_conversations())
        await self._people.look()
        changes = await self._changes() if conversations else None
        for some in batched(self._rounds.choose(conversations, changes), MAX_TICKETS):
            await self._look(some)
            # New tickets do not wait for a long round.
            await self._hand_on()

    async def _changes(self) -> Changes | None:
        """What changed at the desk behind; None if it does not say it now, or in a way that is understood."""
        try:
            return await self._behind.looks.changed(self._rounds.newest)
        except UnreachableError as error:
            if not await self._faults.may_go_on(error):
                raise
            return None

    async def _look(self, conversations: Iterable[OpenConversation]) -> None:
        """Look at some, a few at the same time. A fault that may be about one of them does not keep from the others."""
        for some in batched(conversations, AT_ONCE):
            results = await asyncio.gather(*(self._look_at_one(one) for one in some), return_exceptions=True)
            for fault in (one for one in results if isinstance(one, BaseException)):
                await self._faults.go_on_or_raise(fault)

    async def _look_at_one(self, conversation: OpenConversation) -> None:
        number = conversation.number
        change = self._rounds.looked(number, self._clock())
        look = await self._behind.looks.look(number, conversation.seen)
        if look is None:
            await self._do(lambda book: book.gone(number))
            self._log.gone(number)
            return
        lost = await self._do(lambda book: book.take(number, look))
        if lost:
            self._log.doubtful(number, lost)
        self._rounds.read(number, change)
        self._succeeded()

    async def _do(self, work: Callable[[RelayBook], T]) -> T:
        return await self._thread.do(lambda desk: work(self._opened(desk)))

    def _opened(self, desk: OpenDesk) -> RelayBook:
        """The book, opened once; in the desk's thread."""
        if self._book is None:
            settings = self._settings
            self._book = RelayBook(desk.store, desk=settings.desk, tenant=self._tenant, who=settings.kind)
        return self._book

    def _pause(self, error: UnreachableError) -> None:
        pause_s = self._backoff.failed()
        self._paused_until = self._clock() + max(pause_s, error.retry_after_s or 0.0)
        self._log.failed(error)

    def _succeeded(self) -> None:
        self._faults.none()
        self._backoff.succeeded()
        self._log.succeeded()


def _fault(error: SkerryError) -> str:
    """The fault in a word or two, without an address: for the ticket's history."""
    return str(cause_of(error)).replace("_", " ") if isinstance(error, UnreachableError) else str(error.reason)
