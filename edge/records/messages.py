"""What a PoP is asked and answers over HTTP, and what the publisher pushes."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.errors import Reason
from edge.records.consent import PersonalStep
from edge.records.decision import Option, Outcome, Provenance, RankedCandidate, SignedAnswer, ThresholdWhy
from edge.records.filters import FilterRule
from edge.records.locales import LanguageNote
from edge.records.people import RampFirst
from edge.records.pop import IslandState
from edge.records.trees import TreeRoot
from edge.records.types import MAX_CHANNEL_CHARACTERS, ConsentText, Utc


class Author(StrEnum):
    """Who wrote a message, as far as the platform tells."""

    VIEWER = "viewer"
    BOT = "bot"
    STAFF = "staff"
    """The tenant's own people."""


Position = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""A place in a text, counted in characters from 0."""


class Want(StrEnum):
    """Who should answer a question."""

    ANSWER = "answer"
    """The machine if it can, else people."""
    PERSON = "person"
    """People, even if the machine knows the answer."""


MAX_MARKS = 200
"""Marks of one message. A message of 500 characters has room for fewer emotes."""


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/ask`: one question about one island."""

    # `edge.decide.text` checks the rules of `text` that a schema cannot express.

    island: str
    """The island, as `tenant/island`."""
    text: str
    """The question in the viewer's words: 1 to 2,000 characters."""
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """An id by which a trusted ingest names its viewer. Others send a session in `Authorization`. Empty: no id."""
    channel: Annotated[str, msgspec.Meta(max_length=MAX_CHANNEL_CHARACTERS)] = ""
    """Where the viewer asked. The word before the first colon is its class: `stream` (public chat), `widget`, `chat`
    (one viewer) or `other`. Empty: `widget`.
    """
    marks: Annotated[tuple[tuple[Position, Position], ...], msgspec.Meta(max_length=MAX_MARKS)] = ()
    """What the platform says are no words of the viewer, such as emotes and mentions: from which character of `text`
    on, and before which. Characters are Unicode code points. Known forms are found without it.
    """
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    """The viewer's language as a BCP 47 tag: that of the answer, if the island has it. It goes with the ticket. On a
    PoP with a second model it says that a question may be in another language than the island's."""
    consent: ConsentText = ""
    """The token of a consent that another PoP took. Any other text is a name, which goes with the ticket."""
    author: Author = Author.VIEWER
    """Who wrote the text. Messages of bots and of the tenant's staff are ignored."""
    want: Want = Want.ANSWER
    """`person` hands the question over at once."""


class ChoiceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/choice`: what the viewer picked from the options of a response. Each receipt is good for one choice.

    That of an escalation, which offers something while people have the question, is good for the same choice again.
    """

    receipt: Annotated[str, msgspec.Meta(max_length=1_024)]
    """The `receipt` of the response with the options, at most an hour old."""
    snippet: Annotated[str, msgspec.Meta(max_length=63)] | None
    """The `snippet` of the option that the viewer picked. Null: none of these, a person should answer."""
    text: str
    """The question again, as it was asked: a PoP has not kept it. A ticket needs it."""
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """As in the question: an id by which a trusted ingest names its viewer."""
    channel: Annotated[str, msgspec.Meta(max_length=MAX_CHANNEL_CHARACTERS)] = ""
    """As in the question: where the viewer asked."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    """As in the question: the viewer's language as a BCP 47 tag."""
    consent: ConsentText = ""
    """As in the question: a token or a name, if there is one."""
    marks: Annotated[tuple[tuple[Position, Position], ...], msgspec.Meta(max_length=MAX_MARKS)] = ()
    """As in the question: what the platform says are no words of the viewer."""


class SessionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/sessions`: a session for one viewer of one island."""

    island: str
    """The island, as `tenant/island`. The session is good for questions to it."""


class SessionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A new session."""

    session: str
    """The session as a JWT. Send it as `Authorization: Bearer …` with each question."""
    expires: Utc
    """When the session ends. Ask for another one then."""
    event: str
    """What the session is good for: the island, as `tenant/island`."""


class PartAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one part of a message that asks for several things."""

    question: str
    """The part's question in the author's words."""
    answer: str
    """The approved text."""
    provenance: Provenance
    """Where the text comes from."""
    signed: SignedAnswer
    """The document that the tenant signed, so that the asker can verify the answer."""


class AskResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a question.

    `outcome` says which field is filled: `answer` for `answer`, `options` for `clarify`, `ticket` for `escalate`, none
    of them for `ignore`. An escalation may have `options`, too: to pick from while the viewer waits for a person.
    """

    outcome: Outcome
    """What was done with the question."""
    reason: Reason
    """Why it was done."""
    island: str
    """The island, as `tenant/island`."""
    revision: int | None
    """Revision of the island that decided; None if the PoP has none."""
    state: IslandState
    """How fresh the island is on this PoP."""
    confidence: float | None = None
    """Probability that the best candidate is right, from 0 to 1. None if triage was not asked."""
    target_precision: float | None = None
    """The threshold that the confidence was compared with, from 0 to 1."""
    threshold_why: ThresholdWhy | None = None
    """Why the threshold is where it is; None without an island."""
    answerable_share: float | None = None
    """Estimated share of what is asked in this class of channel that the island can answer, from 0 to 1, without what
    the threshold does not decide. None if the island promises its precision of each answer."""
    answer: str | None = None
    """For `answer`: the approved text."""
    provenance: Provenance | None = None
    """For `answer`: where the text comes from."""
    signed: SignedAnswer | None = None
    """For `answer`: the document that the tenant signed, so that the asker can verify the answer."""
    more: tuple[PartAnswer, ...] = ()
    """Answers to other parts of the message, in private channels. For `answer`: one for each further part. For
    `escalate`: the answer to the one part that is sure; people answer the rest.
    """
    language_note: LanguageNote | msgspec.UnsetType = msgspec.UNSET
    """For `answer` and options that are in another language than the viewer wants. Otherwise left out."""
    notice: str | None = None
    """For `escalate`: words to show at once to a viewer whose message tells of self-harm."""
    options: tuple[Option, ...] = ()
    """For `clarify`: one to three questions to pick from. For `escalate`: up to three, while a person has the question;
    a pick takes the ticket back, unless a person is at work on it or it has more than one matter."""
    trees: tuple[TreeRoot, ...] = ()
    """For the reason `ramp`: the island's decision trees. `POST /v1/trees/{tenant}/{island}/{tree}` begins one."""
    show_first: RampFirst | None = None
    """For the reason `ramp`: what a page shows first, the `trees` or the `options` (`choices`)."""
    none_of_these: bool = False
    """True if the viewer can pick with `POST /v1/choice`, from the options or "none of these". After `clarify` that
    makes a ticket; after `escalate` it changes nothing. False in a public chat, which has no buttons."""
    ticket: str | None = None
    """For `escalate`: id of the ticket. The ticket is durable when this response is sent. For `answer` with the reason
    `picked`: the ticket that people keep, because a person is at work on it or it has more than one matter."""
    ticket_token: str | None = None
    """For `escalate`: the token for `GET /v1/tickets/{ticket}` and its events."""
    lane: str | None = None
    """For `escalate`: the queue of people that gets the ticket."""
    wait_s: float | None = None
    """For `escalate`: estimated seconds until a person gets to it. None if that is not known: there is no load report,
    nobody is at work, or fewer than five tickets of a lane with a pace have moved."""
    queue_place: int | None = None
    """For `escalate`: place among the tickets that are held back for the lane, 1 for the next. None without a pace."""
    callback_token: str | None = None
    """For the reason `surge`: the token for `POST /v1/callback-promises`. The viewer gets a callback."""
    masked: tuple[FilterRule, ...] | msgspec.UnsetType = msgspec.UNSET
    """What is masked in the ticket, such as `mail` or `card`: people do not see it. Otherwise left out."""
    receipt: str | None = None
    """Names this outcome in `POST /v1/feedback`, and its options in `POST /v1/choice`."""
    leaf: str | msgspec.UnsetType = msgspec.UNSET
    """Hash of this outcome's leaf, for `GET /v1/receipts/{leaf}/proof`. Left out if it has none."""
    consent_missing: tuple[PersonalStep, ...] | msgspec.UnsetType = msgspec.UNSET
    """The personal steps that the viewer did not agree to, and that were not done. Left out without any."""
    candidates: tuple[RankedCandidate, ...] | msgspec.UnsetType = msgspec.UNSET
    """The likely snippets, best first. Only for desks: left out for viewers."""
    model: str | msgspec.UnsetType = msgspec.UNSET
    """Names of the encoder and the acceptor that judged the question. Only for desks: left out for viewers."""
    elapsed_ms: float
    """Time that the PoP took, in milliseconds."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document (RFC 9457). Every HTTP error has one as its body."""

    type: str = "about:blank"
    """`/problems#REASON`, relative to the process that answered. That page says what the reason means."""
    title: str
    """The kind of problem, in a few words."""
    status: int
    """The HTTP status."""
    detail: str
    """What was found, and what was expected."""
    reason: Reason
    """The reason, as in logs and metrics."""


class TenantKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key that may sign a tenant's metadata and snippets."""

    key_id: str
    """Id of the key in TUF metadata: lower-case hexadecimal."""
    ed25519: str
    """The 32 bytes of the public key in base64, as in `Signature-Input` and `integrity="ed25519-…"`."""


class TenantKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Every key that may sign for a tenant now."""

    tenant: str
    """Name of the tenant."""
    keys: tuple[TenantKey, ...]
    """One key, or two while one replaces the other."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Files that the publisher pushes to a PoP. A hint: only signed metadata decides.

    A PoP fetches missing files from the repository. So a push may be lost, doubled or late.
    """

    files: dict[str, bytes]
    """Files of the repository by path (`metadata/…`, `targets/…`)."""
