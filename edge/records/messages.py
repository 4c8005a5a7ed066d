"""What a PoP is asked and answers over HTTP, and what the publisher pushes."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.errors import Reason
from edge.records.decision import Option, Outcome, Provenance, RankedCandidate
from edge.records.pop import IslandState


class Author(StrEnum):
    """Who wrote it, as far as the platform tells."""

    VIEWER = "viewer"
    BOT = "bot"
    STAFF = "staff"


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/ask`. Text rules that a schema cannot say are in `edge.decide`."""

    island: str
    text: str
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """`stream` is a stream's public chat."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    consent: Annotated[str, msgspec.Meta(max_length=128)] = ""
    author: Author = Author.VIEWER
    """What bots and the tenant's own staff write is not answered."""


class AskResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a question. `outcome` says which of `answer`, `options`, `ticket` is filled; `ignore`: none."""

    outcome: Outcome
    reason: Reason
    island: str
    revision: int | None
    state: IslandState
    confidence: float | None = None
    target_precision: float | None = None
    answer: str | None = None
    provenance: Provenance | None = None
    options: tuple[Option, ...] = ()
    ticket: str | None = None
    lane: str | None = None
    wait_s: float | None = None
    """For a ticket: how long until a person turns to it, as far as their desk lately said."""
    callback_token: str | None = None
    """For the reason `surge`: what to ask `POST /v1/callback-promises` with. The ticket has no place in the queue."""
    receipt: str | None = None
    """Names this decision in `POST /v1/feedback`."""
    candidates: tuple[RankedCandidate, ...] = ()
    model: str = ""
    elapsed_ms: float


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem document."""

    type: str = "about:blank"
    """From us `/problems#REASON`, relative to the process that answered; that page says what the reason means."""
    title: str
    status: int
    detail: str
    reason: Reason


class TenantKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key that may sign a tenant's metadata and snippets."""

    key_id: str
    """As TUF metadata names it."""
    ed25519: str
    """The 32 raw bytes in base64, as `Signature-Input` and `integrity="ed25519-…"` name it."""


class TenantKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Every key that may sign for a tenant now; two while one replaces the other."""

    tenant: str
    keys: tuple[TenantKey, ...]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A push: repository files by their path (`metadata/…`, `targets/…`). A hint; signed metadata decides.

    A PoP fetches what is not in it from the repository, so any push may be lost, doubled or reordered.
    """

    files: dict[str, bytes]
