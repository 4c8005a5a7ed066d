"""A signed island: what the publisher compiles, TUF signs and a PoP loads."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.records.decision import TicketKind
from edge.records.name import IslandName
from edge.records.people import SessionPolicy, SurgePolicy
from edge.records.stored_words import ISLAND_FIELDS
from edge.records.tree import Tree
from edge.records.types import Utc

ISLAND_FORMAT = 1
"""The version of the `Island` record; a PoP refuses any other."""


class Automation(StrEnum):
    """What a machine may do with a snippet."""

    ANSWER = "answer"
    """Answer it whenever triage is sure enough."""
    REVIEW = "review"
    """Suggest it to a person, never send it alone."""
    NEVER = "never"
    """Hand the question to a person, without a suggestion."""


class IslandContext(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person who takes over should know; travels with every ticket, never shown to viewers."""

    order_window: str = ""
    fulfilment_partner: str = ""
    risk_flags: tuple[str, ...] = ()


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. A question matches when every condition that is named holds, by any one of its values.

    An escalation goes to the `lane` of the first rule that it matches.
    """

    lane: str
    snippets: tuple[str, ...] = ()
    """The best candidate is one of these."""
    risk_flags: tuple[str, ...] = ()
    """The best candidate carries one of these."""
    channels: tuple[str, ...] = ()
    """It was asked in one of these; `stream` also means `stream:…`."""
    reasons: tuple[str, ...] = ()
    """It is escalated for one of these; a signed island has them in stored words (`edge.records.stored_words`)."""
    keywords: tuple[str, ...] = ()
    """It holds one of these words or phrases, in triage's normal form."""
    review: bool = False
    """What matches goes to people, however sure triage is."""
    kind: TicketKind = TicketKind.SUPPORT
    """What sort of matter a match is."""


class SnippetDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer's device receives and can verify: it names its place, so it cannot pass for another."""

    tenant: str
    island: str
    revision: int
    snippet: str
    locale: str
    answer: str
    approved_by: str
    approved_at: Utc
    expires: Utc


class SignedSnippet(msgspec.Struct, frozen=True, kw_only=True, rename=ISLAND_FIELDS):
    """One approved answer with the exact bytes that its signature covers (RFC 9421, Signature-based Integrity)."""

    id: str
    automation: Automation
    lane: str = ""
    target_precision: float | None = None
    risk_flags: tuple[str, ...] = ()
    """What a question that means this may be about; `safety` and `fraud` make it a matter of their own kind."""
    examples: tuple[str, ...]
    document: bytes
    digest: str
    signature_input: str
    signature: str


class HeadWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What triage needs to tell this island's snippets apart, besides their examples. Arrays are little-endian bytes.

    `snippets` gives the order of classes; an example's class is its place there. Rows are the snippets' examples in
    their order, then the titles that are heard (`edge.publish.compile.training`).
    """

    encoder: str
    """sha256 (hex) of the encoder the head was trained on."""
    snippets: tuple[str, ...]
    weights: bytes
    """float16[classes, dimensions]"""
    bias: bytes
    """float32[classes]"""
    examples: bytes
    """int8[rows, dimensions]: unit vectors times 127 over each row's largest magnitude."""
    example_scale: bytes
    """float32[rows]: what one step of a row's int8 is worth."""
    example_class: bytes
    """uint16[rows]"""
    typical: bytes = b""
    """float32[classes, 2]: mean cosine of a snippet's examples to the nearest of its others, and to the nearest of all
    other snippets'; what a question's similarity to the snippet is measured against."""


class Golden(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose outcome was computed when the island was compiled; a PoP repeats it before it serves."""

    question: str
    snippet: str
    confidence: float


class Island(msgspec.Struct, frozen=True, kw_only=True, rename=ISLAND_FIELDS):
    """One event's approved answers, compiled. On the wire: MessagePack."""

    format: int = ISLAND_FORMAT
    tenant: str
    island: str
    revision: int
    title: str
    locale: str
    opens: Utc
    closes: Utc
    expires: Utc
    max_stale_s: int
    target_precision: float
    default_lane: str
    routes: tuple[Route, ...] = ()
    context: IslandContext = IslandContext()
    surge: SurgePolicy | None = None
    """None: the wanted precision stands still, and everybody gets a place in the queue."""
    sessions: SessionPolicy = SessionPolicy()
    trees: tuple[Tree, ...] = ()
    snippets: tuple[SignedSnippet, ...]
    head: HeadWeights
    golden: tuple[Golden, ...] = ()

    @property
    def name(self) -> IslandName:
        """The island's full name."""
        return IslandName(self.tenant, self.island)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One published revision of an island. `sha256` is lower-case hexadecimal, times are RFC 3339."""

    revision: Annotated[int, msgspec.Meta(ge=1)]
    opens: Utc
    expires: Utc
    max_stale_s: int
    length: Annotated[int, msgspec.Meta(ge=1)]
    sha256: str


class Rollout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gets a new revision already; everybody else keeps `previous`."""

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """Of sessions, everywhere. A session that is in stays in when this is raised."""
    pops: Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)] = ()
    """Canaries: on these PoPs everybody gets it."""
    previous: Revision


class TargetCustom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=ISLAND_FIELDS):
    """The `custom` of an island's TUF target: enough to know its state without its bytes. Times are RFC 3339."""

    revision: int
    opens: Utc
    expires: Utc
    max_stale_s: int
    rollout: Rollout | None = None
    """None: everybody gets this revision."""
