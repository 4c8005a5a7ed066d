"""Posted messages: each becomes one ticket with suggestions, and none is answered by a machine.

The ticket's id follows from tenant, channel and the posting system's own id, by the PoP's secret. The outbox remembers
it over a restart, and origin knows it, too. So a system may post again whenever it is not sure.

**Crashes.** A process that dies before the ticket is stored has promised nothing. One that dies later finds the ticket
when the message is posted again.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import datetime

from edge.daemon.ask import (
    Concluder,
    Judge,
    OpenQuestion,
    Overload,
    Suggest,
    find_slot_for_question,
    is_other_language,
    read_across,
    read_as_sent,
)
from edge.daemon.handoff import Handoff
from edge.daemon.limits import Limiter, asker_name
from edge.daemon.posting.records import PostedMessage, PostedTicket
from edge.daemon.sync import PopShelf
from edge.decide import (
    Asked,
    ChannelClass,
    PostedForPeople,
    Resolution,
    Unjudged,
    check_labels,
    check_text,
    class_of,
    open_question,
    wanted_locales,
)
from edge.errors import BrokenRuleError, Reason
from edge.records import AskRequest, Author, IslandName, TicketState, TicketStatus, Verdict
from edge.tokens import Asker, make_ticket_token, repeated_ticket_id
from edge.triage import Matter, Message, language_of, matter_of, without_controls

_PURPOSE = b"posted"


class MessageIntake:
    """Takes posted messages. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        judge: Judge,
        overload: Overload,
        limiter: Limiter,
        concluder: Concluder,
        handoff: Handoff,
        shelf: Callable[[], PopShelf],
        token_key: bytes,
        now: Callable[[], datetime],
        named_tenants: Collection[str] = frozenset(),
        suggest: "Suggest | None" = None,
    ) -> None:
        """`named_tenants`: those that the configuration names; a message to any island of theirs becomes a ticket.

        `suggest`: the second model, for messages in other languages; None: their tickets suggest what the first finds.
        """
        self._pop, self._key, self._named_tenants = pop, token_key, named_tenants
        self._judge, self._overload, self._limiter = judge, overload, limiter
        self._concluder, self._handoff, self._shelf, self._now = concluder, handoff, shelf, now
        self._suggest = suggest
        self._in_progress: dict[str, asyncio.Event] = {}

    async def take(self, message: PostedMessage, *, address: str, trace: str = "") -> tuple[PostedTicket, bool]:
        """The ticket of a message, which is durable on return, and whether it is a new one.

        Its sender must be known as the tenant's. Raises `RefusedError` with the problem to send back: `TEXT_INVALID`,
        `MALFORMED` for a channel of another class, `ISLAND_UNKNOWN`, `RATE_LIMITED` (a `LimitedError`), `OVERLOADED`
        when the outbox is full. Raises `StorageError` when it cannot be read or written. Then nothing is kept, and the
        message can be posted again.
        """
        name = IslandName.parse(message.island)
        check_text(without_controls(message.text))
        check_labels(channel=message.channel, id=message.id, locale=message.locale)
        if class_of(message.channel) is not ChannelClass.OTHER:
            classes = ", ".join(f"'{one}'" for one in ChannelClass if one is not ChannelClass.OTHER)
            raise BrokenRuleError(
                f"channel is of a class of viewers, expected a word other than {classes}, such as 'mail'"
            )
        parts = (_PURPOSE, name.tenant.encode(), message.channel.encode(), message.id.encode())
        ticket = repeated_ticket_id(*parts, key=self._key)
        # The same message twice at once: the second waits for the first, and then finds its ticket.
        while (first := self._in_progress.get(ticket)) is not None:
            await first.wait()
        self._in_progress[ticket] = done = asyncio.Event()
        try:
            known = await self._handoff.status(ticket)
            if known is not None:
                return self._told(known, name), False
            self._limiter.count_posted(name.tenant)
            read = read_as_sent(message.text, ())
            # Vouched for, and without a session: all posted messages count as one voice. Anybody may write a mail.
            asker = Asker(is_trusted=True, claims=message.context, address=address)
            question = self._open(message, read, name=name, ticket=ticket, asker=asker, trace=trace)
            await self._concluder.conclude(question, await self._resolve(question, matter_of(read)))
            return self._told(TicketStatus(ticket=ticket, state=TicketState.WAITING, since=question.now), name), True
        finally:
            del self._in_progress[ticket]
            done.set()

    def _open(
        self, message: PostedMessage, read: Message, *, name: IslandName, ticket: str, asker: Asker, trace: str
    ) -> OpenQuestion:
        now, shelf = self._now(), self._shelf()
        slot = find_slot_for_question(shelf, name, named_tenants=self._named_tenants, now=now)
        slot = slot.seen_by("", pop=self._pop)
        is_other = is_other_language(message.locale, slot)
        spoken = language_of(matter_of(read).question) if self._suggest is not None else ""
        return OpenQuestion(
            request=AskRequest(
                island=message.island,
                text=without_controls(message.text),
                channel=message.channel,
                locale=message.locale,
            ),
            slot=slot,
            status=shelf.status_of(slot, now),
            asked=Asked(read.words, message.channel, asker.claims, read.mentions, is_other_language=is_other),
            now=now,
            began=time.perf_counter(),
            trace=trace,
            asker=asker,
            in_overload=self._overload.is_on,
            ticket_id=ticket,
            is_known=shelf.get(name) is not None,
            source_id=message.id,
            wanted=wanted_locales(message.locale, spoken, ""),
        )

    async def _resolve(self, question: OpenQuestion, matter: Matter) -> Resolution:
        unserved, entry = open_question(Author.VIEWER, question.status), question.slot.entry
        if unserved is not None or entry is None:
            return unserved or Unjudged(Reason.ISLAND_UNKNOWN)
        if question.in_overload:
            return PostedForPeople(self._judge.look(entry, matter))
        judged = await self._judge.judge(entry, matter, asker=asker_name(question.asker).name)
        if not isinstance(judged, Verdict):
            return judged
        return PostedForPeople(await read_across(question, judged, question.request.text, self._suggest))

    def _told(self, status: TicketStatus, island: IslandName) -> PostedTicket:
        token = make_ticket_token(status.ticket, str(island), key=self._key, now=self._now().timestamp())
        return PostedTicket(ticket=status.ticket, ticket_token=token, state=status.state, since=status.since)
