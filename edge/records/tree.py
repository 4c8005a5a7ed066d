"""Decision trees: questions with buttons, written by the island's author, that end with an answer or with people."""

from typing import Annotated

import msgspec

from edge.errors import Reason
from edge.records.decision import Outcome, Provenance


class TreeOption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One button, and the step that it leads to."""

    label: str
    to: str


class TreeStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either a question with `options`, or an end: the answer of a `snippet`, or people in a `lane`."""

    id: str
    say: str = ""
    options: tuple[TreeOption, ...] = ()
    snippet: str = ""
    lane: str = ""


class Tree(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It begins with its first step."""

    id: str
    steps: tuple[TreeStep, ...]


class TreeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/trees/{tenant}/{island}/{tree}`: empty to begin; the last response's token and a choice to go on."""

    token: Annotated[str, msgspec.Meta(max_length=1_024)] = ""
    choice: Annotated[int, msgspec.Meta(ge=0, le=63)] | None = None
    """Which of the options that were offered, counted from 0."""
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=64)] = ""


class TreeResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A step. While it is a question, `labels` and `token` are filled; at its end `answer` or `ticket` is."""

    outcome: Outcome
    reason: Reason
    island: str
    revision: int
    tree: str
    step: str
    say: str = ""
    labels: tuple[str, ...] = ()
    token: str = ""
    answer: str | None = None
    provenance: Provenance | None = None
    ticket: str | None = None
    lane: str | None = None
    target_precision: float | None = None
    """What questions to this island must reach at this moment; a tree itself guesses nothing."""
    receipt: str | None = None
    """At an end: names this decision in `POST /v1/feedback`."""
