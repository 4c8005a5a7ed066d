"""A viewer's question, what triage thinks of it, and what policy does."""

from enum import IntEnum, StrEnum

import msgspec

from edge.errors import Reason
from edge.records.types import Utc


class Outcome(StrEnum):
    """What policy does with a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    IGNORE = "ignore"
    """Nothing is done: it was no question to us, or the answer was posted a moment ago."""


class TicketKind(StrEnum):
    """What sort of matter an escalation is; safety and fraud are kept apart from support all the way."""

    SUPPORT = "support"
    SAFETY = "safety"
    FRAUD = "fraud"


class Urgency(IntEnum):
    """Who may wait for a callback when people cannot keep up, the least urgent first."""

    NEVER_DEFERRED = 0
    """Harm, fraud, incidents, what only people may answer, and what they are busy with already."""
    PERSON = 1
    """A person must see the answer."""
    LIVE = 2
    """Asked in a stream, where an answer is worth most now."""
    ROUTINE = 3


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet that may answer, with the probability that it is the right one and the example that speaks for it."""

    snippet: str
    confidence: float
    nearest_example: str
    similarity: float
    """Cosine of question and nearest example."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What triage thinks: candidates, best first. Their confidences are calibrated and add up to at most one."""

    candidates: tuple[Candidate, ...]
    any_confidence: float
    """Probability that one of the listed candidates is right."""
    exact: bool = False
    """The question is one of the author's own examples, in normal form."""
    is_small_talk: bool = False
    """A greeting, thanks, a cheer or signs alone, by its words."""
    is_foreign: bool = False
    """Clearly not in English, by its words and letters."""
    model: str
    """Names the encoder and the acceptor that judged."""

    @property
    def confidence(self) -> float:
        """Probability that the first candidate is right; 0 when there is none."""
        return self.candidates[0].confidence if self.candidates else 0.0


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One of the likely questions a viewer may pick from, in the author's words."""

    snippet: str
    question: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What policy does, and why. `snippet` is set for an answer, `options` to clarify, `lane` to escalate."""

    outcome: Outcome
    reason: Reason
    snippet: str = ""
    options: tuple[Option, ...] = ()
    lane: str = ""
    target_precision: float | None = None
    kind: TicketKind = TicketKind.SUPPORT
    urgency: Urgency = Urgency.ROUTINE
    because: Reason | None = None
    """For `SURGE` and `HUMAN_ACTIVE`: why people were wanted in the first place, if they were."""
    wait_s: float | None = None
    """For an escalation: how long until a person turns to it, as far as their desk lately said."""


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where an approved answer comes from."""

    island: str
    revision: int
    snippet: str
    approved_by: str
    approved_at: Utc
    key_id: str


class RankedCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate as it is shown outside: with its provenance."""

    confidence: float
    nearest_example: str
    similarity: float
    provenance: Provenance
