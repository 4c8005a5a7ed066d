"""All answers of an island in one document. A page keeps them in memory, to be read when no PoP can be reached."""

import msgspec

from edge.records.decision import SignedAnswer
from edge.records.types import Utc


class ListedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, with a question that it answers."""

    snippet: str
    """Name of the snippet."""
    question: str
    """What it answers, in the language of the answer. It is not signed."""
    signed: SignedAnswer
    """The answer as its tenant signed it."""


class AnswerList(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/islands/{tenant}/{island}/answers`."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """The island's revision on this PoP."""
    at: Utc
    """When the PoP wrote the list."""
    answers: tuple[ListedAnswer, ...]
    """Every answer that is served, in the author's order."""
    left_out: int = 0
    """So many answers did not fit into the list: those that were approved longest ago."""
