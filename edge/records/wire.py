"""What a PoP is asked and answers over HTTP, and what the publisher pushes."""

from typing import Annotated

import msgspec

from edge.errors import Reason
from edge.records.decision import Option, Outcome, Provenance, RankedCandidate
from edge.records.state import IslandState


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/ask`. Text rules that a schema cannot say are in `edge.decide`."""

    island: str
    text: str
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """`stream` is a stream's public chat."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""


class AskResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a question. `decision` says which of `answer`, `options`, `ticket` is filled; `refuse`: none."""

    decision: Outcome
    reason: Reason
    island: str
    revision: int | None
    state: IslandState
    confidence: float | None = None
    wanted_precision: float | None = None
    answer: str | None = None
    provenance: Provenance | None = None
    options: tuple[Option, ...] = ()
    ticket: str | None = None
    lane: str | None = None
    candidates: tuple[RankedCandidate, ...] = ()
    model: str = ""
    elapsed_ms: float


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem document."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: Reason


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A push: repository files by their path (`metadata/…`, `targets/…`). A hint; signed metadata decides.

    Whatever is not in it, a PoP fetches from the repository, so any push may be lost, doubled or reordered.
    """

    files: dict[str, bytes]
