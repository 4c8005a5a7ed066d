"""A signed island: what the publisher compiles, TUF signs and a PoP loads."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated

import msgspec

from edge.records.consent import SignedPurpose
from edge.records.decision import TicketKind
from edge.records.filters import FiltersPolicy
from edge.records.head import Golden, HeadWeights
from edge.records.locales import SignedLocale
from edge.records.name import IslandName
from edge.records.people import (
    HarmPolicy,
    OffersPolicy,
    PromisedOf,
    PromisePolicy,
    RampPolicy,
    SessionPolicy,
    StreamPolicy,
    SurgePolicy,
)
from edge.records.trees import Tree
from edge.records.types import Utc
from edge.stored_words import ISLAND_FIELDS

ISLAND_FORMAT = 1
"""Version of the `Island` record. A PoP refuses any other."""


class Automation(StrEnum):
    """What a machine may do with a snippet."""

    ANSWER = "answer"
    """Send it to viewers, if triage is sure enough."""
    REVIEW = "review"
    """Suggest it to a person, who sends it. Never send it alone."""
    NEVER = "never"
    """Give the question to a person, without a suggestion."""


class IslandContext(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person who takes over should know about the event. It goes with every ticket; viewers never see it."""

    order_window: str = ""
    """When orders are taken, in the author's words."""
    fulfilment_partner: str = ""
    """Who ships the orders, in the author's words."""
    risk_flags: tuple[str, ...] = ()
    """Risks of the whole event, in the author's words."""


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule that sends escalations to a lane. The first that matches decides; of safety and fraud, one that says so.

    A question matches if every condition that is set holds; a condition holds if any of its values fits.
    """

    lane: str
    """The queue of people that matching escalations go to."""
    snippets: tuple[str, ...] = ()
    """Condition: the best candidate is one of these snippets."""
    risk_flags: tuple[str, ...] = ()
    """Condition: the best candidate has one of these risk flags."""
    channels: tuple[str, ...] = ()
    """Condition: the question was asked in one of these channels, or in a channel of one of these classes."""
    reasons: tuple[str, ...] = ()
    """Condition: the question is escalated for one of these reasons; in a signed island in `edge.stored_words`."""
    keywords: tuple[str, ...] = ()
    """Condition: the question contains one of these words or phrases, in triage's normal form."""
    when: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    """Condition: the session is signed and has all of these claims. Not written if unset: older releases refuse it."""
    review: bool = False
    """True: matching questions go to people even if triage is sure."""
    kind: TicketKind = TicketKind.SUPPORT
    """What matching escalations are about."""


class SnippetDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer as its signature covers it. A viewer's device receives these bytes and can verify them.

    It names tenant, island and revision, so that one island's answer cannot pass for another's.
    """

    tenant: str
    """The tenant whose key signed it."""
    island: str
    """Name of the island, without the tenant."""
    revision: int
    """Revision of the island."""
    snippet: str
    """Id of the snippet within its island."""
    locale: str
    """Language of the answer, as a BCP 47 tag."""
    answer: str
    """The approved answer."""
    approved_by: str
    """The person who approved the answer, as the author wrote the name."""
    approved_at: Utc
    """When the answer was signed as approved."""
    expires: Utc
    """When the answer stops being valid."""


class SignedSnippet(msgspec.Struct, frozen=True, kw_only=True, rename=ISLAND_FIELDS):
    """One approved answer, with the exact bytes that its signature covers (RFC 9421, Signature-based Integrity)."""

    id: str
    """Name of the snippet, unique within its island."""
    automation: Automation
    """What a machine may do with it."""
    lane: str = ""
    """The queue of people for questions that probably mean this snippet, if no rule matches. Empty: it names none."""
    target_precision: float | None = None
    """The share of right answers that the author wants for this snippet; None: the island's."""
    risk_flags: tuple[str, ...] = ()
    """What a question that means this snippet may be about. `safety` and `fraud` decide the kind of its tickets."""
    examples: tuple[str, ...]
    """Questions that this snippet answers, in viewers' words."""
    document: bytes
    """The `SnippetDocument` as JSON, byte by byte as it was signed."""
    digest: str
    """Header `Content-Digest` of `document` (RFC 9530)."""
    signature_input: str
    """Header `Signature-Input` (RFC 9421)."""
    signature: str
    """Header `Signature` (RFC 9421), by the tenant's key."""
    script: str | msgspec.UnsetType = msgspec.UNSET
    """Steps for the person who takes over, as Markdown. It is in tickets, and no viewer gets it. Left out without one:
    releases that knew no scripts read the island, too."""
    locales: tuple[SignedLocale, ...] | msgspec.UnsetType = msgspec.UNSET
    """The answer in further languages. Left out without any, and by releases that knew none."""


class Island(msgspec.Struct, frozen=True, kw_only=True, dict=True, rename=ISLAND_FIELDS):
    """One event's approved answers, compiled. It travels as MessagePack."""

    format: int = ISLAND_FORMAT
    """Version of this record."""
    tenant: str
    """The tenant that owns the island."""
    island: str
    """Name of the island, without the tenant."""
    revision: int
    """Number of this publication. It only goes up."""
    title: str
    """Name of the event for people."""
    event: str | msgspec.UnsetType = msgspec.UNSET
    """Name of the event, which several islands may share. Not written if it is the island's own name."""
    locale: str
    """Language of the answers, as a BCP 47 tag."""
    opens: Utc
    """When the event begins. Before it, people get the questions."""
    closes: Utc
    """When the event ends. Questions are still answered after it."""
    expires: Utc
    """When PoPs stop serving the island."""
    max_stale_s: int
    """How long PoPs serve it after its signed metadata has expired."""
    target_precision: float
    """The share of right answers that the author wants."""
    promise: PromisePolicy | msgspec.UnsetType = msgspec.UNSET
    """What that promises. Not written if it is promised of each answer: earlier releases knew nothing else."""
    default_lane: str
    """The queue of people for escalations for which neither a rule nor a snippet names a lane."""
    routes: tuple[Route, ...] = ()
    """Rules that send escalations to lanes. The first that matches decides."""
    about: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Names of what the island is about and their synonyms, in normal form. If there are none, or it was published by
    a release that knew none, no question is taken for one about another thing."""
    not_about: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Names of what it is not about, in normal form."""
    context: IslandContext = IslandContext()
    """What people who take over should know about the event."""
    harm: HarmPolicy | msgspec.UnsetType = msgspec.UNSET
    """When a message goes to the people for safety or fraud. Not written if unset: `harm_policy` has the usual one."""
    offers: OffersPolicy | msgspec.UnsetType = msgspec.UNSET
    """When likely snippets are offered. Unset in an island of a release that knew none: what it offers must together
    reach the threshold."""
    ramp: RampPolicy | msgspec.UnsetType = msgspec.UNSET
    """How a drop begins. Not written if unset: free text goes to people from the first minute."""
    surge: SurgePolicy | None = None
    """How far a surge may move the threshold. None: it does not move, and nobody is called back."""
    sessions: SessionPolicy = SessionPolicy()
    """When a session goes to people, and how repetition is avoided."""
    stream: StreamPolicy | msgspec.UnsetType = msgspec.UNSET
    """What people take from a stream's public chat. Not written if unset: `stream_policy` has the usual one."""
    filters: FiltersPolicy | msgspec.UnsetType = msgspec.UNSET
    """What is masked, held and ignored. Not written if unset: `filters_policy` has the usual ones."""
    trees: tuple[Tree, ...] = ()
    """The author's decision trees."""
    sealing: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)] | msgspec.UnsetType = msgspec.UNSET
    """The tenant's public sealing key (X25519), to which PoPs seal what viewers said. Not written without one: then
    PoPs keep no payloads, only commitments to them."""
    purposes: tuple[SignedPurpose, ...] | msgspec.UnsetType = msgspec.UNSET
    """What viewers are asked to agree to. Unset without `[consent]`: then nothing depends on consent."""
    snippets: tuple[SignedSnippet, ...]
    """The approved answers."""
    head: HeadWeights
    """The island's part of triage."""
    golden: tuple[Golden, ...] = ()
    """Questions with known verdicts, to prove that a PoP's models fit."""

    @property
    def harm_policy(self) -> HarmPolicy:
        """When a message goes to the people for safety or fraud."""
        return self.harm or HarmPolicy()

    @property
    def promise_policy(self) -> PromisePolicy:
        """What `target_precision` promises. An island of an earlier release promises it of each answer."""
        return self.promise or PromisePolicy(of=PromisedOf.EACH)

    @property
    def stream_policy(self) -> StreamPolicy:
        """What people take from a stream's public chat."""
        return self.stream or StreamPolicy()

    @property
    def filters_policy(self) -> FiltersPolicy:
        """What is masked, held and ignored."""
        return self.filters or FiltersPolicy()

    @cached_property
    def by_id(self) -> Mapping[str, SignedSnippet]:
        """The snippets by id."""
        return {snippet.id: snippet for snippet in self.snippets}

    @property
    def event_name(self) -> str:
        """Name of the event that it is about."""
        return self.event or self.island

    @cached_property
    def name(self) -> IslandName:
        """Name of the island with its tenant."""
        return IslandName(self.tenant, self.island)
