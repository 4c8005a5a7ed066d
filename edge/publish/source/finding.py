"""Findings of the checks of an authored island, printed as `path:line:column: error[code]: text`.

Codes are a closed set, so editors and builds may rely on them. Texts are for people.
"""

from enum import StrEnum
from typing import NamedTuple, TypeAlias

import msgspec

ValuePath: TypeAlias = tuple[str | int, ...]
"""Path of a value in a document: keys of tables and indexes of arrays, from the top."""


class Severity(StrEnum):
    """An error keeps an island from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """The rule that was broken."""

    FILE = "file"
    """The file is too large, or not UTF-8."""
    TOML = "toml"
    """The file is not TOML 1.0."""
    FORMAT = "format"
    """The file has another version of the format."""
    FIELD_UNKNOWN = "field-unknown"
    FIELD_MISSING = "field-missing"
    FIELD_TYPE = "field-type"
    TIME_NAIVE = "time-naive"
    """A time without a zone."""
    NAME = "name"
    """A tenant, island, snippet or lane that is not a DNS label."""
    TEXT = "text"
    """A text that is empty, too long, or holds control characters."""
    LOCALE = "locale"
    """A language tag that is none, or that a snippet has twice."""
    DURATION = "duration"
    PRECISION = "precision"
    WINDOW = "window"
    """`opens`, `closes` and `expires` are out of order."""
    EXPIRED = "expired"
    ABOUT = "about"
    """Names of what the island is about, or not about, that cannot be found in a question, or are too many."""
    SNIPPETS_FEW = "snippets-few"
    SNIPPETS_MANY = "snippets-many"
    ID_DUPLICATE = "id-duplicate"
    APPROVAL = "approval"
    """An answer in a further language that nobody has approved yet."""
    ANSWER_EMPTY = "answer-empty"
    ANSWER_SIZE = "answer-size"
    EXAMPLES_FEW = "examples-few"
    EXAMPLES_MANY = "examples-many"
    EXAMPLE_LONG = "example-long"
    EXAMPLE_REPEATED = "example-repeated"
    """The same question twice under one snippet."""
    QUESTION_SHARED = "question-shared"
    """The same question under two snippets, so triage cannot choose an answer."""
    QUESTION_SIMILAR = "question-similar"
    """Two questions under two snippets that the encoder hardly distinguishes."""
    ROUTE = "route"
    """A route without a condition, or with one that can never hold."""
    SURGE = "surge"
    """Bounds of surge control that contradict each other."""
    SESSION = "session"
    """A session rule that is out of range."""
    HARM = "harm"
    """A floor of harm that is out of range, or a notice that cannot be shown."""
    OFFERS = "offers"
    """A floor of offers that is out of range."""
    RAMP = "ramp"
    """A ramp that is too long, or has nothing to offer."""
    FILTERS = "filters"
    """A filter that is named twice, or cannot do what it should."""
    STREAM = "stream"
    """A limit for a stream's chat that is out of range."""
    CONSENT = "consent"
    """A `[consent]` without a purpose or with too many, or a purpose that allows nothing."""
    TREE = "tree"
    """A decision tree with a loop, a dead end, a step that nothing leads to, or a value that cannot be asked for."""


class Fault(NamedTuple):
    """A broken rule at a value, before its line is known."""

    at: ValuePath
    code: Code
    text: str
    severity: Severity = Severity.ERROR


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A broken rule at a line and column of a file, both counted from 1 in characters."""

    path: str
    line: int
    column: int
    severity: Severity
    code: Code
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.text}"
