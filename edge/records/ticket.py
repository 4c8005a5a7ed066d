"""An escalated question on its way to people, and what their desk reports about it."""

from enum import IntEnum, StrEnum

import msgspec

from edge.errors import Reason
from edge.records.consent import TicketConsent
from edge.records.decision import Harm, Outcome, Provenance, RankedCandidate, ThresholdWhy, TicketKind
from edge.records.filters import FilterHit
from edge.records.island import Automation, IslandContext
from edge.records.locales import LanguageNote, Translation
from edge.records.tally import Suggestion
from edge.records.trees import TypedValue
from edge.records.types import Utc

MAX_TICKET_BYTES = 20_000
"""Largest ticket as JSON. Desks that take messages (NATS, queues, chat APIs) accept this size."""


class Priority(IntEnum):
    """Priority of a parcel, in the order of leaving. Files have the numbers. Only telemetry is ever dropped."""

    URGENT = 0
    ESCALATION = 1
    CONSENT = 3
    TELEMETRY = 2


class TicketState(StrEnum):
    """How far a ticket has come. Once it is delivered, it only moves forward in this order."""

    DROPPED = "dropped"
    """An operator removed it from the PoP. Nobody answers it, unless origin had it all the same."""
    DEAD_LETTER = "not_delivered"
    """Not delivered: origin refused it too often, or an operator holds it, until one sends it again or drops it."""
    WAITING = "waiting"
    """The PoP has stored it, and origin does not have it yet."""
    DELIVERED = "delivered"
    """Origin has it."""
    ACKNOWLEDGED = "acknowledged"
    """People at the desk look after it."""
    ANSWERED = "answered"
    """People have replied."""
    RESOLVED = "resolved"
    """People are done with it."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier question of the session, and what became of it."""

    at: Utc
    """When the viewer asked."""
    text: str
    """The question in the viewer's words."""
    outcome: Outcome
    """What was done with the question."""
    reason: Reason
    """Why it was done."""
    snippet: str = ""
    """Id of the snippet that answered it; empty if none did."""


class TicketContext(IslandContext, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What people should know about the event and the viewer."""

    claims: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    """Claims of the viewer's signed session, such as `order_state`. Left out without any, as by older releases."""
    filters: tuple[FilterHit, ...] | msgspec.UnsetType = msgspec.UNSET
    """What the island's filters found in the question, in their order. Left out if they found nothing."""


class PressedButton(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a decision tree, as a viewer went through it."""

    say: str
    """What the step said."""
    label: str
    """Text of the button that the viewer pressed."""


class TicketPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a message that tells of several matters."""

    text: str
    """The part in small letters, without punctuation and courtesy."""
    snippet: str = ""
    """Id of the likeliest snippet; empty if there is none."""
    confidence: float = 0.0
    """Calibrated probability that this snippet is the right one, from 0 to 1."""


class TicketCandidate(RankedCandidate, frozen=True, kw_only=True):
    """A likely snippet with what a person needs to reply by it. Each text is left out if the snippet has none."""

    automation: Automation | msgspec.UnsetType = msgspec.UNSET
    """What a machine may do with the answer. Left out by releases that knew no texts here."""
    answer: str | msgspec.UnsetType = msgspec.UNSET
    """The approved answer, as Markdown, with any `automation`: a person may send it."""
    script: str | msgspec.UnsetType = msgspec.UNSET
    """Steps for the person, as Markdown. They are no reply: viewers never see them."""
    translation: Translation | msgspec.UnsetType = msgspec.UNSET
    """The approved answer in the viewer's language. Left out if the snippet has none, or it is the island's own."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a person needs to take over a question."""

    id: str
    """Id of the ticket (UUID). Origin recognises a repeated delivery by it."""
    created: Utc
    """When the viewer asked."""
    deadline: Utc | None = None
    """When a person should have looked at it."""
    pop: str
    """Name of the PoP that made the ticket."""
    island: str
    """The island that was asked, as `tenant/island`."""
    revision: int | None
    """Revision of the island that decided; None if the PoP had none."""
    text: str
    """The question in the viewer's words. At the end of a decision tree: the text of the last button."""
    session: str = ""
    """Pseudonym of the viewer in this event; empty without a session. That of a signed one begins with `signed:`."""
    joins: str | msgspec.UnsetType = msgspec.UNSET
    """Id of the open ticket that this one follows up: same session, same lane. Left out of a ticket of its own."""
    channel: str = ""
    """Where the viewer asked. `stream` and `stream:…` are the public chat of a stream."""
    locale: str = ""
    """The viewer's language as a BCP 47 tag, if the page sent one."""
    language_note: LanguageNote | msgspec.UnsetType = msgspec.UNSET
    """The island's language and the one that the viewer wants. Left out if they are the same, or hers is not known."""
    consent: str = ""
    """Names the viewer's consent, if the page sent a name and no token."""
    consented: TicketConsent | msgspec.UnsetType = msgspec.UNSET
    """What the viewer had agreed to. Left out if the island asks for no consent."""
    trace: str = ""
    """W3C `traceparent` of the request; empty if it had none."""
    reason: Reason
    """Why the question was escalated."""
    because: Reason | None = None
    """For `surge` and `human_active`: the reason for which the question would have been escalated anyway, if any. For
    `none_of_these`: `ramp`, if it was offered as a drop began."""
    kind: TicketKind = TicketKind.SUPPORT
    """What the ticket is about; safety and fraud go to their own people."""
    schema: str = "skerry.support/1"
    """`skerry.KIND/VERSION`: the kind of ticket, and the version of this record. A desk's tools should check it."""
    risk_flags: tuple[str, ...] = ()
    """Risk flags of the best candidate, and `possible_safety` or `possible_fraud` if the message may tell of it."""
    harm: Harm | msgspec.UnsetType = msgspec.UNSET
    """How likely the message tells of harm or fraud. Left out if that is unlikely, or triage was not asked."""
    refused: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Ids of the snippets that the viewer was offered and did not want. Left out if nothing was offered."""
    picked: str | msgspec.UnsetType = msgspec.UNSET
    """Id of the snippet that the viewer picked, and that only people may give by now. Left out if none was picked."""
    parts: tuple[TicketPart, ...] | msgspec.UnsetType = msgspec.UNSET
    """The parts of a message that tells of several matters. Left out of any other."""
    path: tuple[PressedButton, ...] | msgspec.UnsetType = msgspec.UNSET
    """At the end of a decision tree: its steps and the pressed buttons, the first one first. Otherwise left out."""
    typed: TypedValue | msgspec.UnsetType = msgspec.UNSET
    """At the end of a decision tree that asked for a value: what the viewer typed. Otherwise left out."""
    source_id: str | msgspec.UnsetType = msgspec.UNSET
    """Of a message that the tenant's own system posted: that system's id of it. Otherwise left out."""
    promised_wait_s: float | None = None
    """Seconds that the viewer was told to wait, or until the promised callback; None if nothing was said."""
    lane: str
    """The queue of people that gets the ticket."""
    candidates: tuple[TicketCandidate, ...] = ()
    """The likely snippets, best first."""
    threshold: float | msgspec.UnsetType = msgspec.UNSET
    """The confidence that an answer needed, from 0 to 1. Left out without an island."""
    threshold_why: ThresholdWhy | msgspec.UnsetType = msgspec.UNSET
    """Why the threshold was where it was. Left out without an island."""
    answerable_share: float | msgspec.UnsetType = msgspec.UNSET
    """Estimated share of what was asked in this class of channel that the island could answer, without what the
    threshold does not decide. Left out if there was no estimate."""
    transcript: tuple[Turn, ...] = ()
    """Earlier questions of the session, oldest first, six at most. Empty if she did not agree to that."""
    context: TicketContext = TicketContext()
    """What people should know about the event and the viewer."""
    model: str = ""
    """Names of the encoder and the acceptor that judged the question."""


_TAKE_BACK_MARK = ".solved"
"""Ends the id of a take-back. That of a follow-up ends with hexadecimal digits."""


class SolvedByViewer(msgspec.Struct, frozen=True, kw_only=True):
    """A take-back: the viewer picked an answer while the ticket waited. It has no viewer's words.

    Origin gets it after the ticket, as `ticket.solved_by_viewer`, under an id of its own.
    """

    id: str
    """Id of this message (`id_of`). Origin recognises a repeated delivery by it."""
    ticket: str
    """Id of the ticket that is taken back."""
    created: Utc
    """When the viewer picked the answer."""
    pop: str
    """Name of the PoP that made the ticket."""
    island: str
    """The island that was asked, as `tenant/island`."""
    lane: str
    """The queue of people that got the ticket."""
    session: str = ""
    """As in the ticket: pseudonym of the viewer; empty without a session."""
    provenance: Provenance
    """The answer that the viewer picked, and where it comes from."""
    schema: str = "skerry.solved_by_viewer/1"
    """The kind of message, and the version of this record."""

    @staticmethod
    def id_of(ticket: str) -> str:
        """The id of a ticket's take-back, and its idempotency key at origin. There is one for each ticket."""
        return f"{ticket}{_TAKE_BACK_MARK}"

    @staticmethod
    def is_id(message: str) -> bool:
        """True for the id of a take-back, False for that of a ticket or a follow-up."""
        return message.endswith(_TAKE_BACK_MARK)


class DeskEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk says of one ticket."""

    id: str
    """Id of the desk event itself. A repeated event has the same id."""
    ticket: str
    """Id of the ticket."""
    state: TicketState
    """How far the ticket has come."""
    reply: str = ""
    """The reply of the desk's people to the viewer; empty without one."""
    suggestion: Suggestion | None = None
    """What people did with the suggested answer; None if the desk does not say."""


class TicketStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/tickets/{id}`: how far a ticket has come. It never holds the question."""

    ticket: str
    """Id of the ticket."""
    state: TicketState
    """How far the ticket has come."""
    since: Utc
    """Since when the ticket has been in this state."""
    reply: str = ""
    """The last reply of the desk's people; empty without one."""
