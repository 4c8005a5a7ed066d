"""A leaf of the ledger: what is public of one act, and the payload that it commits to.

A leaf is JSON as msgspec writes it, with its fields in the order of the record. It is never encoded again in order to
verify it: its hash is that of the bytes. It has no words and no name of a viewer. The payload has them; it is JSON too.
"""

from enum import StrEnum

import msgspec

from edge.records.filters import FilterHit

LEAF_FORMAT = 1
"""Version of `Leaf`."""


class LeafKind(StrEnum):
    """What happened. A later release may know more kinds."""

    DECISION = "decision"
    HAND_OVER = "hand_over"
    """A question went to people."""
    TAP = "tap"
    """A button was pressed: a choice, or a step of a tree."""
    REPLY = "reply"
    """People replied."""
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    """Consent was taken back."""
    MERGE = "merge"
    """Two sessions were declared to be of one person."""
    MERGE_UNDONE = "merge_undone"
    ERASURE = "erasure"
    HOLD = "hold"
    """Payloads are to be kept, although their time will be over."""
    RELEASE = "release"
    """A hold has ended."""
    GAP = "gap"
    """Acts of which there are no leaves: the ledger was full, or the PoP was killed."""
    CLOSED = "closed"
    """The last leaf of a log."""


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a log. Fields that it does not need are left out."""

    format: int = LEAF_FORMAT
    """Version of this record."""
    kind: LeafKind
    """What happened."""
    at_ms: int
    """When, in Unix milliseconds by the PoP's clock."""
    commitment: bytes
    """SHA-256 of a salt of 32 random bytes, followed by the payload."""
    about: bytes | msgspec.UnsetType = msgspec.UNSET
    """Hash of the leaf that it belongs to: of a reply, the hand-over."""
    missing: int | msgspec.UnsetType = msgspec.UNSET
    """Of a gap: how many leaves are missing."""


class ShownAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that a viewer was shown."""

    snippet: str
    """Id of the snippet."""
    digest: str
    """`Content-Digest` of the document that the tenant signed (RFC 9530)."""


class LeafPayload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a leaf commits to. Fields that are empty are left out."""

    island: str
    """The island, as `tenant/island`."""
    revision: int | None = None
    """Revision of the island that decided; None if the PoP had none."""
    channel: str = ""
    """Where the viewer asked."""
    question: str = ""
    """The viewer's words, as people get them: masked where the island's filters mask."""
    outcome: str = ""
    """What was done with the question."""
    reason: str = ""
    """Why it was done."""
    confidence: float | None = None
    """Of the best candidate, from 0 to 1."""
    threshold: float | None = None
    """What the confidence was compared with."""
    filters: tuple[FilterHit, ...] = ()
    """Verdicts of the island's filters, in their order."""
    answers: tuple[ShownAnswer, ...] = ()
    """The answers that were shown, the first first."""
    options: tuple[str, ...] = ()
    """Ids of the snippets that were offered."""
    picked: str = ""
    """Id of the snippet that was picked."""
    refused: tuple[str, ...] = ()
    """Ids of the snippets that were offered and not wanted."""
    path: tuple[str, ...] = ()
    """Of a step in a tree: ids of the tree and of the step. At its end: the buttons that were pressed."""
    ticket: str = ""
    """Id of the ticket; of a merge of sessions, or its undoing, id of the message."""
    lane: str = ""
    """The queue of people that got it."""
    state: str = ""
    """Of a reply: what the desk says of the ticket."""
    reply: str = ""
    """The people's words."""
    record: str = ""
    """Of a consent or its withdrawal: id of the record."""
    purposes: tuple[str, ...] = ()
    """Of a consent or its withdrawal: ids of the purposes."""
    consents: tuple[str, ...] = ()
    """Of a hand-over: ids of the records of consents that were in force."""
    sessions: tuple[str, ...] = ()
    """Of a merge: both sessions, each as its island, a space and its pseudonym."""
    why: str = ""
    """Of a merge or its undoing: the reason."""
    scope: str = ""
    """Of an erasure, a hold or a release: what was named, such as `session`."""
    keys: int | None = None
    """Of an erasure: sealed keys that were overwritten."""
    payloads: int | None = None
    """Of an erasure: payloads that nobody can read any more."""
