"""Decision trees: questions with buttons that an author wrote. A tree ends with an answer or with people."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.errors import Reason
from edge.records.decision import Outcome, Provenance, SignedAnswer, ThresholdWhy
from edge.records.locales import LanguageNote
from edge.records.types import MAX_CHANNEL_CHARACTERS


class TreeOption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One button of a step."""

    label: str
    """Text of the button."""
    to: str
    """Id of the step that it leads to."""


class ValueKind(StrEnum):
    """What a viewer types."""

    TEXT = "text"
    """Text of the author's pattern."""
    DIGEST = "digest"
    """The digest of a file that the tenant's own page took, as in RFC 9530: `sha-256=:…:`. A PoP takes no file."""


class TypedQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a step asks a viewer to type: one value of a declared form."""

    name: str
    """What it is, for people, as in `order_number`."""
    personal: bool
    """True: the value is of a person, and is in the ticket alone. False: it is also in the ticket's path and text."""
    hint: str
    """The expected form in words. The viewer sees it with the question, and again after another value."""
    to: str
    """Id of the step that follows."""
    kind: ValueKind = ValueKind.TEXT
    """What is typed."""
    pattern: str = ""
    """The form of a text (`edge.decide.typed_value`). A digest has its own."""


class TreeStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of a decision tree. It has `options`, or `ask`, or it ends the tree with a `snippet` or a `lane`."""

    id: str
    """Name of the step, unique within its tree."""
    say: str = ""
    """Text that the viewer sees at this step."""
    options: tuple[TreeOption, ...] = ()
    """Buttons to choose from; empty at an end."""
    ask: TypedQuestion | msgspec.UnsetType = msgspec.UNSET
    """What the viewer types here. Not written if unset: releases that knew no such steps refuse a tree with one."""
    snippet: str = ""
    """At an end: id of the snippet that answers; otherwise empty."""
    lane: str = ""
    """At an end: the queue of people that gets the ticket; otherwise empty."""

    @property
    def is_end(self) -> bool:
        """True if the tree ends here."""
        return not self.options and not self.ask


class Tree(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision tree of an island."""

    id: str
    """Name of the tree, unique within its island."""
    steps: tuple[TreeStep, ...]
    """The steps. The tree begins with the first."""


class TreeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/trees/{tenant}/{island}/{tree}`: one step of a decision tree.

    Send an empty object to begin. To go on, send the last response's `token` and a `choice`.
    """

    token: Annotated[str, msgspec.Meta(max_length=1_024)] = ""
    """The `token` of the last response; empty to begin."""
    choice: Annotated[int, msgspec.Meta(ge=0, le=63)] | None = None
    """Index in `labels` of the last response, from 0. None to begin, or to go back."""
    value: Annotated[str, msgspec.Meta(max_length=256)] = ""
    """What the viewer typed, for a step that asks for it. Of more than 64 characters, none has the expected form."""
    back: bool = False
    """True: go back to the step before that of `token`, without a `choice`."""
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """An id that the viewer's page chooses, so that the PoP can connect questions. Empty: no session."""
    channel: Annotated[str, msgspec.Meta(max_length=MAX_CHANNEL_CHARACTERS)] = ""
    """Where the viewer asked, as in `POST /v1/ask`."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    """The viewer's language as a BCP 47 tag: that of the answer at an end, if the island has it."""


class TypedValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer typed in a decision tree, in the form that its author declared."""

    name: str
    """What it is, in the author's word, as in `order_number`."""
    value: str
    """The value: at most 64 characters of ASCII."""
    personal: bool
    """True if it is of a person. It is nowhere else then."""
    kind: str = "text"
    """`text`, or `digest` for that of a file which the tenant's page took. Nothing proves a digest."""


class AskedValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer should type at a step. Send it as `value`."""

    name: str
    """What it is, as in `order_number`."""
    kind: ValueKind
    """`text`, or `digest` for that of a file."""
    hint: str
    """The expected form in words: show it."""
    pattern: str
    """The expected form, as HTML's attribute `pattern` takes it."""
    personal: bool
    """True: only people get the value, in the ticket."""


class TreeRoot(msgspec.Struct, frozen=True, kw_only=True):
    """One tree in a list of trees: what a page shows before it begins."""

    tree: str
    """Id of the tree."""
    say: str
    """Text of the first step."""
    labels: tuple[str, ...]
    """Texts of the first step's buttons. Empty if it has none."""


class TreeList(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/trees/{tenant}/{island}`: the trees of an island that is served now."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """Revision of the island."""
    trees: tuple[TreeRoot, ...]
    """In the author's order."""


class TreeResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a decision tree: a question with `labels` and a `token`, or an end with an `answer` or a `ticket`."""

    outcome: Outcome
    """`clarify` while the tree asks. At an end `answer` or `escalate`, or `ignore` if the answer was just posted."""
    reason: Reason
    """`tree`, or the reason for which the end was changed, such as `incident`, `surge` or `cooling_down`."""
    island: str
    """The island, as `tenant/island`."""
    revision: int
    """Revision of the island."""
    tree: str
    """Id of the tree."""
    step: str
    """Id of this step."""
    say: str = ""
    """Text to show at this step."""
    labels: tuple[str, ...] = ()
    """While the tree asks for a choice: texts of the buttons; otherwise empty."""
    asks: AskedValue | None = None
    """While the tree asks for a value: what to type; otherwise None."""
    is_wrong_value: bool = False
    """True if the value that was sent had another form: this is the same step again."""
    token: str = ""
    """While the tree asks: send it back with the viewer's choice; otherwise empty."""
    can_go_back: bool = False
    """While the tree asks: true if there is a step before this one."""
    answer: str | None = None
    """At an end with an answer: the approved text."""
    provenance: Provenance | None = None
    """At an end with an answer: where the text comes from."""
    signed: SignedAnswer | None = None
    """At an end with an answer: the document that the tenant signed, so that the asker can verify the answer."""
    language_note: LanguageNote | msgspec.UnsetType = msgspec.UNSET
    """At an end with an answer that is in another language than the viewer wants. Otherwise left out."""
    ticket: str | None = None
    """At an end with people: id of the ticket. The ticket is durable when this response is sent."""
    ticket_token: str | None = None
    """At an end with people: the token for `GET /v1/tickets/{ticket}` and its events."""
    lane: str | None = None
    """At an end with people: the queue of people that gets the ticket."""
    wait_s: float | None = None
    """At an end with people: estimated seconds until a person gets to it; None if that is not known."""
    queue_place: int | None = None
    """At an end with people: place among the tickets that this PoP holds back for the lane, 1 for the next."""
    target_precision: float | None = None
    """The threshold of the island now, from 0 to 1. For information: a tree compares no confidence with it."""
    threshold_why: ThresholdWhy | None = None
    """Why the threshold is where it is."""
    answerable_share: float | None = None
    """Estimated share of what is asked in this class of channel that the island can answer, from 0 to 1. It leaves out
    what the threshold does not decide: examples word for word, harm, what only people answer. None if the island
    promises its precision of each answer."""
    receipt: str | None = None
    """At an end: names this outcome in `POST /v1/feedback`."""
    leaf: str | msgspec.UnsetType = msgspec.UNSET
    """Hash of this step's leaf, for `GET /v1/receipts/{leaf}/proof`. Left out if it has none."""
