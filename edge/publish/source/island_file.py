"""An island as its author writes it, in TOML.

`IslandSource` is the format (version 1). `read_island` does not stop at the first problem: it reads every field that it
can, and makes a finding of every other one. `edge.publish.source.lint` then checks the rules.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from edge.errors import ConfigError, RefusedError
from edge.publish.source.coerce import coerce_table
from edge.publish.source.consent_source import ConsentSource
from edge.publish.source.finding import Code, Fault, Finding, ValuePath
from edge.publish.source.source_map import Position, Positions
from edge.records import (
    Automation,
    HarmPolicy,
    IslandContext,
    OffersPolicy,
    PromisePolicy,
    RampPolicy,
    Route,
    SessionPolicy,
    StreamPolicy,
    SurgePolicy,
    Utc,
)
from edge.records.filters import FiltersPolicy
from edge.records.trees import Tree
from edge.stored_words import ISLAND_FIELDS

MAX_FILE_BYTES = 1 << 20
"""1 MiB: ten times an island of 100 snippets with 20 questions each. A mistyped path is not read for minutes."""

DEFAULT_TARGET_PRECISION = 0.9

_LINE_AND_COLUMN = 2


class SnippetLocale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[snippets.locales.TAG]` table: the answer in a further language. Its approval is its own."""

    title: str
    """The topic in a few words of this language: what a viewer is offered."""
    answer: str
    """Markdown, at most 2,000 bytes of UTF-8."""
    approved_by: str
    """The person who approved this text, and reads the language."""
    approved_at: Utc
    """When they approved it."""


class SnippetSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[snippets]]` table."""

    id: str
    """DNS label, unique in the island. Routes and trees name the snippet by it."""
    title: str = ""
    """The topic in a few words. Triage reads it along with the examples. Default: the words of the id."""
    automation: Automation = Automation.ANSWER
    """`answer`: automatically; `review`: only as a suggestion to a person; `never`: a person answers, who sees the
    answer, if there is one."""
    lane: str = ""
    """The queue of people for this snippet's escalations that no route matches. Default: the island's `default_lane`,
    or the lane `fast` for a question from a stream."""
    approved_by: str = ""
    """The person who approved this answer. Default: the island's `approved_by`."""
    target_precision: float | None = None
    """The share of automatic answers that must be right, 0.5 to 0.999. Default: the island's."""
    risk_flags: tuple[str, ...] = ()
    """Topics of such questions, for routes to match. `safety` and `fraud` also give the ticket that kind."""
    answer: str = ""
    """Markdown, at most 2,000 bytes of UTF-8. Optional only with `never`."""
    script: str = ""
    """Markdown, at most 2,000 bytes of UTF-8: steps for the person who takes over. Viewers never see it."""
    examples: tuple[str, ...]
    """Questions in viewers' own words: at least 2, better 8."""
    locales: dict[str, SnippetLocale] = {}
    """The answer in further languages, by BCP 47 tag. Examples are in the island's language alone."""


class IslandSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole island file. Names are DNS labels, times have a zone."""

    format: int
    """Always 1."""
    tenant: str
    island: str
    title: str
    """One line, for people."""
    event: str = ""
    """Name of the event, for islands that share one: a PoP has one log of it. Default: the island's name."""
    locale: str
    """The answers' language, a BCP 47 tag."""
    approved_by: str
    """The person who approved the answers."""
    opens: Utc
    """The first moment at which the island is answered."""
    closes: Utc
    """The end of the event. The island is still answered, labelled as ended, until `expires`."""
    expires: Utc
    """The moment from which the island is no longer answered."""
    max_stale: str
    """How long a PoP goes on answering without news from the publisher: a number and s, m, h or d. An attacker who
    cuts a PoP off can delay a withdrawal by so long at most."""
    target_precision: float = DEFAULT_TARGET_PRECISION
    """The share of automatic answers that must be right, 0.5 to 0.999."""
    promise: PromisePolicy = PromisePolicy()
    """Whether that is promised of each answer or of all together."""
    default_lane: str
    """The queue of people for escalations for which neither a route nor a snippet names a lane."""
    about: tuple[str, ...] | None = None
    """Names of what the island is about, as viewers call it. Default: those that `skerry island check` proposes. With
    `[]`, no question is taken for one about another thing."""
    not_about: tuple[str, ...] = ()
    """Names of things that viewers take it for, and that it is not about."""
    context: IslandContext = IslandContext()
    """Facts for the person who takes over. Viewers never see them."""
    routes: tuple[Route, ...] = ()
    """The first route of which every condition holds gives the lane."""
    harm: HarmPolicy = HarmPolicy()
    """From which probability on a message goes to the people for safety or fraud."""
    offers: OffersPolicy | None = OffersPolicy()
    """From which probability on likely snippets are offered. None, which no file can say: as an island that was signed
    before there was `[offers]`."""
    ramp: RampPolicy | None = None
    """For how long after `opens` choices and trees are offered before free text goes to people. Default: not at all."""
    surge: SurgePolicy | None = None
    """Limits within which a surge may move the threshold. Default: it is not moved."""
    sessions: SessionPolicy = SessionPolicy()
    """Rules by which people take over a session, and by which answers are not repeated."""
    stream: StreamPolicy = StreamPolicy()
    """What people take from a stream's public chat."""
    filters: FiltersPolicy = FiltersPolicy()
    """What is masked, held for people and ignored."""
    consent: ConsentSource | None = None
    """What viewers are asked to agree to. Default: nothing, and nothing depends on it."""
    trees: tuple[Tree, ...] = ()
    """Decision trees: questions with buttons."""
    snippets: tuple[SnippetSource, ...]


class IslandDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The readable fields of a file, and the findings about the others."""

    path: str
    document: dict[str, Any]
    """The file as the TOML parser returns it."""
    values: dict[Any, Any]
    """The fields of the right type, converted (`coerce_table`)."""
    positions: Positions
    findings: tuple[Finding, ...]

    def raw_value(self, at: ValuePath) -> Any:
        """The value at `at` as it is in the file, of any type. Raises `KeyError` or `IndexError` if there is none."""
        value: Any = self.document
        for part in at:
            value = value[part]
        return value

    def locate(self, fault: Fault) -> Finding:
        """The fault as a finding, with its line and column."""
        return _finding(self.path, self.positions.position_of(fault.at), fault)

    def source(self) -> IslandSource:
        """The island. Raises `RefusedError` if a field is missing, unknown or of the wrong type."""
        try:
            return msgspec.convert(self._with_stored_names(), IslandSource)
        except msgspec.ValidationError as error:
            text = f"{self.path} does not follow the island format, run: skerry island check {self.path}"
            raise RefusedError(text) from error

    def _with_stored_names(self) -> dict[str, Any]:
        """The document with the names that `SessionPolicy` has in a signed island, for msgspec to convert."""
        sessions = self.document.get("sessions")
        if not isinstance(sessions, dict):
            return self.document
        return self.document | {"sessions": {ISLAND_FIELDS.get(name, name): value for name, value in sessions.items()}}


def read_island(path: Path) -> IslandDraft:
    """The draft in a file. Problems of its content are findings; raises `ConfigError` if it cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give the path of an island in TOML") from error
    return parse_island(text, path=str(path))


def parse_island(text: bytes, *, path: str) -> IslandDraft:
    """The draft in a text in memory. `path` is its name in findings."""
    if len(text) > MAX_FILE_BYTES:
        return _unreadable(path, Position(1, 1), Code.FILE, f"file is larger than {MAX_FILE_BYTES:,} bytes")
    try:
        document = tomllib.loads(text.decode())
    except UnicodeDecodeError as error:
        position = _position_of_offset(text, error.start)
        return _unreadable(path, position, Code.FILE, f"byte 0x{text[error.start]:02x} is not UTF-8")
    except tomllib.TOMLDecodeError as error:
        return _unreadable(path, *_toml_problem(str(error), text))
    positions = Positions(text)
    faults: list[Fault] = []
    values = coerce_table(IslandSource, document, faults)
    return IslandDraft(
        path=path,
        document=document,
        values=values,
        positions=positions,
        findings=tuple(_finding(path, positions.position_of(fault.at), fault) for fault in faults),
    )


def _unreadable(path: str, position: Position, code: Code, text: str) -> IslandDraft:
    finding = _finding(path, position, Fault((), code, text))
    return IslandDraft(path=path, document={}, values={}, positions=Positions(b""), findings=(finding,))


def _toml_problem(message: str, text: bytes) -> tuple[Position, Code, str]:
    """Position and text of a parser's message, which ends with `(at line 3, column 5)` or `(at end of document)`."""
    problem, _, where = message.rpartition(" (at ")
    numbers = re.findall(r"\d+", where)
    position = (
        Position(int(numbers[0]), int(numbers[1]))
        if len(numbers) == _LINE_AND_COLUMN
        else _position_of_offset(text, len(text))
    )
    return position, Code.TOML, problem[:1].lower() + problem[1:]


def _position_of_offset(text: bytes, offset: int) -> Position:
    before = text[:offset].split(b"\n")
    return Position(len(before), len(before[-1].decode(errors="replace")) + 1)


def _finding(path: str, position: Position, fault: Fault) -> Finding:
    return Finding(
        path=path,
        line=position.line,
        column=position.column,
        severity=fault.severity,
        code=fault.code,
        text=fault.text,
    )
