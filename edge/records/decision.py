"""What triage thinks of a question, and what policy does with it."""

from enum import IntEnum, StrEnum

import msgspec

from edge.errors import Reason
from edge.records.filters import FilterHit
from edge.records.types import Utc


class Outcome(StrEnum):
    """What policy does with a question."""

    ANSWER = "answer"
    """The viewer gets the approved answer of a snippet."""
    CLARIFY = "clarify"
    """The viewer picks one of up to three likely questions, or none of them."""
    ESCALATE = "escalate"
    """People get a ticket with the question."""
    IGNORE = "ignore"
    """Nothing is done: a bot or staff wrote it, it is small talk, or the same answer was posted a moment ago."""


class ThresholdWhy(StrEnum):
    """Why a threshold is where it is."""

    EACH = "each"
    """The island promises its target precision of each answer. Surge control may have moved it."""
    SNIPPET = "snippet"
    """The snippet has a target precision of its own, which each of its answers must reach."""
    START = "start"
    """It keeps the promise for what is usually asked: too few different people have asked yet."""
    TRAFFIC = "traffic"
    """It is the lowest that keeps the promise for what is asked now."""
    FLOOR = "floor"
    """The promise would be kept by a lower one still, but the island allows none."""
    TARGET = "target"
    """No lower one keeps the promise, so each answer must be as sure as what is promised."""


class TicketKind(StrEnum):
    """What an escalation is about. Safety and fraud never mix with support: not in lanes, logs or counts."""

    SUPPORT = "support"
    SAFETY = "safety"
    FRAUD = "fraud"


class Urgency(IntEnum):
    """Which escalations get a callback when people cannot keep up. The higher the number, the sooner."""

    NEVER_DEFERRED = 0
    """Never called back: safety, fraud, incidents, questions for people only, sessions that people have, and viewers
    who asked for a person."""
    PERSON = 1
    """A person must check the answer first, a tree led to people, or the viewer wanted none of what was offered."""
    LIVE = 2
    """Asked in a stream's public chat, where a late answer is worth little, and likely one of the snippets."""
    ROUTINE = 3
    """Every other escalation."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet that may answer the question."""

    snippet: str
    """Id of the snippet within its island."""
    confidence: float
    """Calibrated probability that this snippet is the right one, from 0 to 1."""
    nearest_example: str
    """The snippet's example that is nearest to the question in meaning."""
    similarity: float
    """Cosine between the embeddings of the question and of the nearest example."""


class Harm(msgspec.Struct, frozen=True, kw_only=True):
    """Calibrated probabilities, from 0 to 1, that a message tells of harm or fraud.

    Of one question they exclude each other. Of a message with parts, each is the highest of any part.
    """

    self_harm: float = 0.0
    """Somebody may take their life or hurt themselves."""
    threat: float = 0.0
    """Somebody says that people will be hurt."""
    harassment: float = 0.0
    """Somebody is harassed, stalked, exposed, groomed or blackmailed."""
    emergency: float = 0.0
    """Somebody needs a doctor, or a place is dangerous now."""
    fraud: float = 0.0
    """Stolen cards and accounts, payments that somebody else made, false shops, false goods."""

    @property
    def safety(self) -> float:
        """Probability of any harm to people."""
        return min(1.0, self.self_harm + self.threat + self.harassment + self.emergency)


NO_HARM = Harm()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What triage thinks of a question. Policy decides what to do about it."""

    candidates: tuple[Candidate, ...]
    """Likely snippets, best first, three at most. Their confidences add up to at most 1."""
    any_confidence: float
    """Probability that one of the listed candidates is right."""
    exact: bool = False
    """True if the question is one of the author's examples, word for word in triage's normal form."""
    is_foreign: bool = False
    """True if the question is clearly not in English. Judged by words and letters."""
    harm: Harm = NO_HARM
    """How likely it tells of harm or fraud: of a message with parts, the most of any part."""
    asks: float = 1.0
    """Probability that it asks the event's team for something, and is not said among viewers."""
    parts: tuple["PartVerdict", ...] = ()
    """Of a message with several parts, what triage thinks of each, in their order; otherwise empty."""
    asides: tuple["PartVerdict", ...] = ()
    """What triage thinks of quotations and half sentences. They are never answered, but people may have to see them."""
    across: tuple[Candidate, ...] = ()
    """Likely snippets of a question in another language than the island's, by the second model. They may be offered and
    shown to people, and are never an answer. Empty if it was not asked."""
    across_harm: Harm = NO_HARM
    """What such a question may tell of, by the second model: a reason for silence, and a word to people."""
    model: str
    """Names of the encoder and the acceptor that judged the question."""

    @property
    def confidence(self) -> float:
        """Probability that the first candidate is right; 0 without candidates."""
        return self.candidates[0].confidence if self.candidates else 0.0

    @property
    def suggestions(self) -> tuple[Candidate, ...]:
        """Likely snippets for people, best first. Of a message with parts, the first candidate of each part."""
        if self.across:
            return self.across
        if not self.parts:
            return self.candidates
        firsts = [candidate for part in self.parts for candidate in part.verdict.candidates[:1]]
        by_snippet = dict[str, Candidate]()
        for candidate in sorted(firsts, key=lambda one: -one.confidence):
            by_snippet.setdefault(candidate.snippet, candidate)
        return tuple(by_snippet.values())


class PartVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What triage thinks of one part of a message."""

    question: str
    """The part in triage's normal form."""
    verdict: Verdict
    """As of a message that has only this part."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One likely question that the viewer may pick."""

    snippet: str
    """Id of the snippet that answers this question."""
    question: str
    """The question in the author's words. Show it to the viewer. To ask again with this text also picks it, unless
    `locale` is there."""
    locale: str | msgspec.UnsetType = msgspec.UNSET
    """Language of `question`, which then is the snippet's title in it. Left out if it is the island's own."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What policy does with a question, and why."""

    outcome: Outcome
    """What is done with the question."""
    reason: Reason
    """Why it is done."""
    snippet: str = ""
    """For `answer`: id of the snippet that answers; otherwise empty."""
    more: tuple[str, ...] = ()
    """Ids of snippets whose answers are shown, too, in a private channel. For `answer`: those of a message's other
    parts. For `escalate`: that of the one part that is sure."""
    options: tuple[Option, ...] = ()
    """For `clarify`: one to three questions to pick from. For `escalate`: up to three to pick from while people have
    the question, in a private channel; often empty."""
    keeps_ticket: bool = False
    """For `escalate` with options: true if the message has several matters. A pick answers one, and people keep it."""
    lane: str = ""
    """For `escalate`: the queue of people that gets the ticket; otherwise empty."""
    target_precision: float | None = None
    """The threshold that the confidence was compared with; None if no confidence was."""
    kind: TicketKind = TicketKind.SUPPORT
    """For `escalate`: what the ticket is about."""
    urgency: Urgency = Urgency.ROUTINE
    """For `escalate`: whether it may get a callback when people cannot keep up."""
    suspected: TicketKind | None = None
    """For `escalate` to an ordinary lane: the harm that the message may tell of, though it is not likely enough."""
    because: Reason | None = None
    """For `surge` and `human_active`: the reason for which the question would have been escalated anyway, if any. For
    `none_of_these`: `ramp`, if it was offered as a drop began."""
    wait_s: float | None = None
    """For `escalate`: estimated seconds until a person gets to it. None if not known, or nobody is at work."""
    queue_place: int | None = None
    """For `escalate`: the place among the tickets that its lane holds back; None if the lane has no pace."""
    filtered: tuple[FilterHit, ...] = ()
    """Verdicts of the island's filters, in their order."""


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where an approved answer comes from."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """Revision of the island from which the answer was taken."""
    snippet: str
    """Id of the snippet that holds the answer."""
    approved_by: str
    """The person who approved the answer, as the author wrote the name."""
    approved_at: Utc
    """When the answer was signed as approved."""
    key_id: str
    """The tenant's public Ed25519 key in base64, as `keyid` in the snippet's `Signature-Input` (RFC 9421)."""
    locale: str | msgspec.UnsetType = msgspec.UNSET
    """Language of the answer, as a BCP 47 tag. Left out if it is the island's own."""


class SignedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer as its tenant signed it (RFC 9421), with the headers that a snippet has over HTTP."""

    document: str
    """The signed document. Its UTF-8 bytes are what was signed: hash them as they are."""
    unencoded_digest: str
    """`Unencoded-Digest` of the document."""
    signature_input: str
    """`Signature-Input`: the tenant's key, and how long the signature is good."""
    signature: str
    """`Signature` over both."""


class RankedCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """A likely snippet with its provenance, for people at the desk."""

    confidence: float
    """Calibrated probability that this snippet is the right one, from 0 to 1."""
    nearest_example: str
    """The snippet's example that is nearest to the question in meaning."""
    similarity: float
    """Cosine between the embeddings of the question and of the nearest example."""
    provenance: Provenance
    """The snippet, and where it comes from."""
