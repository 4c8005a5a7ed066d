"""Errors that Skerry raises, and the closed list of reasons.

There are four families of errors, by who must act:

* `RefusedError`: an input broke a rule. Its sender must change it; trying again changes nothing. Its one exception is
  `LimitedError`: the sender asked too often, and may ask again later.
* `UnreachableError`: a peer did not answer as it should. Try again later.
* `StorageError`: the disk failed, or a stored file is not as it should be. If there is only no room, it is a
  `DiskFullError`.
* `ConfigError`: the operator must act. The text ends with the command to run.

A text is lower case without a full stop. It says what was found and what was expected, and never contains a secret or
a viewer's words.
"""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why something happened: the same word in a response, a log line, a metric label and a ticket."""

    # answered
    CONFIDENT = "confident"
    EXACT = "exact"
    TREE = "tree"
    PICKED = "picked"
    SOLVED_WAITING = "solved_waiting"
    CONSENT_MISSING = "consent_missing"
    # clarified
    AMBIGUOUS = "ambiguous"
    RAMP = "ramp"
    # answered or clarified
    PARTS = "parts"
    # escalated
    ASKED_FOR_PERSON = "asked_for_person"
    LOW_CONFIDENCE = "low_confidence"
    OUT_OF_SCOPE = "out_of_scope"
    REVIEW_REQUIRED = "review_required"
    NEVER_AUTOMATE = "never_automate"
    HARM = "harm"
    HARM_POSSIBLE = "harm_possible"
    FILTERED = "filtered"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    HUMAN_ACTIVE = "human_active"
    NONE_OF_THESE = "none_of_these"
    POSTED = "posted"
    CLARIFY_STREAK = "clarify_streak"
    REPEATED_ANSWER = "repeated_answer"
    INCIDENT = "incident"
    SURGE = "surge"
    OVERLOADED = "overloaded"
    ISLAND_UNKNOWN = "island_unknown"
    ISLAND_EVICTED = "island_evicted"
    ISLAND_NOT_OPEN = "island_not_open"
    ISLAND_STALE = "island_stale"
    ISLAND_EXPIRED = "island_expired"
    ISLAND_WITHDRAWN = "island_withdrawn"
    MODEL_UNAVAILABLE = "model_unavailable"
    # ignored
    COOLING_DOWN = "cooling_down"
    CHATTER = "chatter"
    ALREADY_ASKED = "already_asked"
    OUT_OF_SCOPE_BUDGET = "out_of_scope_budget"
    NOT_A_VIEWER = "not_a_viewer"
    # an input was refused
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    TEXT_INVALID = "text_invalid"
    KEY_REUSED = "key_reused"
    NOT_FOUND = "not_found"
    UNAUTHORISED = "unauthorised"
    RATE_LIMITED = "rate_limited"
    CONTRADICTORY = "contradictory"
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a reason, not a secret
    SESSION_INVALID = "session_invalid"
    SESSION_UNTRUSTED = "session_untrusted"
    SIGNATURE_INVALID = "signature_invalid"
    HASH_MISMATCH = "hash_mismatch"
    LENGTH_MISMATCH = "length_mismatch"
    ROLLBACK = "rollback"
    METADATA_EXPIRED = "metadata_expired"
    METADATA_INVALID = "metadata_invalid"
    MODEL_MISMATCH = "model_mismatch"
    MODEL_SELFTEST_FAILED = "model_selftest_failed"
    POP_UNKNOWN = "pop_unknown"
    REPLAYED = "replayed"
    # no input is at fault
    UNREACHABLE = "unreachable"
    STORAGE = "storage"
    CONFIG = "config"
    INTERNAL = "internal"


class Cause(StrEnum):
    """What kept a peer from answering as it should: a closed list, unlike the texts. A log speaks once of each."""

    UNNAMED = "unnamed"
    """None of the others."""
    NAME_UNKNOWN = "name_unknown"
    CONNECTION_REFUSED = "connection_refused"
    NO_ROUTE = "no_route"
    CERTIFICATE = "certificate"
    SILENT = "silent"
    HUNG_UP = "hung_up"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a word for programs
    """Status 401 or 403."""
    CONFLICT = "conflict"
    """Status 409: the peer knows another state than we do."""
    STATUS = "status"
    """Any other status that was not expected."""
    STRANGE_ANSWER = "strange_answer"
    """An answer of another form: a page, an encoding, text that is not JSON."""
    PROXY = "proxy"
    """The forward proxy did not connect us."""


class SkerryError(Exception):
    """The base of all errors that Skerry raises. `reason` is for programs, `text` is for people."""

    reason: Reason = Reason.INTERNAL

    def __init__(self, text: str, *, reason: Reason | None = None) -> None:
        super().__init__(text)
        self.text = text
        if reason is not None:
            self.reason = reason


class RefusedError(SkerryError):
    """An input broke a rule. Trying again changes nothing."""

    reason = Reason.MALFORMED


class BrokenRuleError(RefusedError):
    """An input has the right form, and breaks a rule that a schema cannot say. Over HTTP that is 422, and not 400."""


class LimitedError(RefusedError):
    """A sender asked too often. After `retry_after_s` seconds the same request is accepted.

    `limit` names the limit, and `fields` are the header fields that tell a program so.
    """

    reason = Reason.RATE_LIMITED

    def __init__(self, text: str, *, limit: str, retry_after_s: int, fields: Mapping[str, str]) -> None:
        super().__init__(text)
        self.limit, self.retry_after_s, self.fields = limit, retry_after_s, fields


class UnreachableError(SkerryError):
    """A peer did not answer as it should. Try again later, with backoff.

    `retry_after_s`: seconds for which the peer asked for no further try, or None. `cause` is for programs.
    """

    reason = Reason.UNREACHABLE

    def __init__(
        self,
        text: str,
        *,
        reason: Reason | None = None,
        retry_after_s: float | None = None,
        cause: Cause = Cause.UNNAMED,
    ) -> None:
        super().__init__(text, reason=reason)
        self.retry_after_s, self.cause = retry_after_s, cause


def cause_of(error: SkerryError) -> Cause:
    """What kept the peer from answering; `UNNAMED` for an error that is not about a peer."""
    return error.cause if isinstance(error, UnreachableError) else Cause.UNNAMED


class StorageError(SkerryError):
    """The disk failed, is full, or a stored file is not as it should be."""

    reason = Reason.STORAGE


class DiskFullError(StorageError):
    """The disk has no room left. Nothing is damaged, and the same write works when there is room again."""


class ConfigError(SkerryError):
    """The operator must act. The text ends with the command to run."""

    reason = Reason.CONFIG


def text_for_others(error: SkerryError) -> str:
    """What others than the operator may read of an error: texts about disk and configuration name files here."""
    match error:
        case DiskFullError():
            return "its disk is full"
        case StorageError():
            return "its disk failed, or a file there is not as it should be; its log says which"
        case ConfigError():
            return "its operator must act; its log says how"
        case _:
            return error.text
