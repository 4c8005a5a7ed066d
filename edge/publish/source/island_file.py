"""An island as its author writes it, in TOML, and the reading of it that loses no problem.

`IslandSource` is the format (version 1). `read_island` never stops at the first problem: every field that can be read
is read, every one that cannot is a finding, and `edge.publish.source.lint` judges the rest together with them.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from edge.errors import ConfigError, RefusedError
from edge.publish.source.coerce import sift
from edge.publish.source.finding import Code, Fault, Finding, ValuePath
from edge.publish.source.source_map import Position, Positions
from edge.records import ISLAND_FIELDS, Automation, IslandContext, Route, SessionPolicy, SurgePolicy, Tree, Utc

MAX_FILE_BYTES = 1 << 20
"""Ten times an island of 100 snippets with 20 questions each; a mistyped path should not be read for minutes."""

DEFAULT_TARGET_PRECISION = 0.9

_LINE_AND_COLUMN = 2


class SnippetSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[snippets]]` table."""

    id: str
    """DNS label, unique in the island; part of the snippet's address."""
    title: str = ""
    """What it is about, in a few words, which triage reads along with the examples; the id's words when left out."""
    automation: Automation = Automation.ANSWER
    """`answer`: a machine may; `review`: only as a suggestion to a person; `never`: straight to a person."""
    lane: str = ""
    """The queue of people for this snippet's escalations; the island's `default_lane` when left out."""
    approved_by: str = ""
    """Who approved this answer; the island's `approved_by` when left out."""
    target_precision: float | None = None
    """How often an automatic answer must be right, 0.5 to 0.999; the island's when left out."""
    risk_flags: tuple[str, ...] = ()
    """What a question that means this may be about, for routes; `safety` and `fraud` make it a matter of that kind."""
    answer: str = ""
    """Markdown, at most 2,000 bytes of UTF-8; may be left out only for `never`."""
    examples: tuple[str, ...]
    """How viewers ask for it, in their own words: at least 2, better 8."""


class IslandSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole island file. Names are DNS labels, times have a zone."""

    format: int
    """Always 1."""
    tenant: str
    island: str
    title: str
    """One line, for people."""
    locale: str
    """The answers' language, as BCP 47 writes it."""
    approved_by: str
    """Who stands behind the answers."""
    opens: Utc
    """Not answered before."""
    closes: Utc
    """When the event ends; answered on, labelled as ended, until `expires`."""
    expires: Utc
    """Not answered after."""
    max_stale: str
    """How long to go on answering while the publisher is silent: a number and s, m, h or d. Also the longest that
    someone who cuts a PoP off can suppress a withdrawal."""
    target_precision: float = DEFAULT_TARGET_PRECISION
    """How often an automatic answer must be right, 0.5 to 0.999."""
    default_lane: str
    """The queue of people for escalations that no route claims."""
    context: IslandContext = IslandContext()
    """What a person who takes over should know; viewers never see it."""
    routes: tuple[Route, ...] = ()
    """The first one of which every condition holds gives the lane."""
    surge: SurgePolicy | None = None
    """How far a surge may move the wanted precision; left out, it stands still."""
    sessions: SessionPolicy = SessionPolicy()
    """When a session belongs to people."""
    trees: tuple[Tree, ...] = ()
    """Questions with buttons."""
    snippets: tuple[SnippetSource, ...]


class IslandDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What could be read of a file, and what could not."""

    path: str
    document: dict[str, Any]
    """The file as TOML says it."""
    values: dict[Any, Any]
    """The fields that have the right type, converted; arrays as {index: element}, so that indexes stay true."""
    positions: Positions
    findings: tuple[Finding, ...]

    def written(self, at: ValuePath) -> Any:
        """The value at that place in the file, of any type; the place must exist."""
        value: Any = self.document
        for part in at:
            value = value[part]
        return value

    def locate(self, fault: Fault) -> Finding:
        """The finding that says where in the file the fault is."""
        return _finding(self.path, self.positions.position_of(fault.at), fault)

    def source(self) -> IslandSource:
        """The island; raises `RefusedError` where a field is missing, unknown or of the wrong type."""
        try:
            return msgspec.convert(self._with_stored_names(), IslandSource)
        except msgspec.ValidationError as error:
            raise RefusedError(f"{self.path} does not follow the island format, run: skerry island check") from error

    def _with_stored_names(self) -> dict[str, Any]:
        """The document as msgspec converts it: `SessionPolicy` goes by its names in a signed island."""
        sessions = self.document.get("sessions")
        if not isinstance(sessions, dict):
            return self.document
        return self.document | {"sessions": {ISLAND_FIELDS.get(name, name): value for name, value in sessions.items()}}


def read_island(path: Path) -> IslandDraft:
    """Everything that can be read of an authored island; raises `ConfigError` when there is no such file."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give the path of an island in TOML") from error
    return parse_island(text, path=str(path))


def parse_island(text: bytes, *, path: str) -> IslandDraft:
    """As `read_island`, of a text in memory; `path` is what findings call it."""
    if len(text) > MAX_FILE_BYTES:
        return _unreadable(path, Position(1, 1), Code.FILE, f"file is larger than {MAX_FILE_BYTES:,} bytes")
    try:
        document = tomllib.loads(text.decode())
    except UnicodeDecodeError as error:
        place = _place_of_offset(text, error.start)
        return _unreadable(path, place, Code.FILE, f"byte 0x{text[error.start]:02x} is not UTF-8")
    except tomllib.TOMLDecodeError as error:
        return _unreadable(path, *_toml_problem(str(error), text))
    positions = Positions(text)
    faults: list[Fault] = []
    values = sift(IslandSource, document, faults)
    return IslandDraft(
        path=path,
        document=document,
        values=values,
        positions=positions,
        findings=tuple(_finding(path, positions.position_of(fault.at), fault) for fault in faults),
    )


def _unreadable(path: str, place: Position, code: Code, text: str) -> IslandDraft:
    finding = _finding(path, place, Fault((), code, text))
    return IslandDraft(path=path, document={}, values={}, positions=Positions(b""), findings=(finding,))


def _toml_problem(message: str, text: bytes) -> tuple[Position, Code, str]:
    """Place and text of a parser's message, which ends with its place: `… (at line 3, column 5)`."""
    problem, _, where = message.rpartition(" (at ")
    numbers = re.findall(r"\d+", where)
    place = (
        Position(int(numbers[0]), int(numbers[1]))
        if len(numbers) == _LINE_AND_COLUMN
        else _place_of_offset(text, len(text))
    )
    return place, Code.TOML, problem[:1].lower() + problem[1:]


def _place_of_offset(text: bytes, offset: int) -> Position:
    before = text[:offset].split(b"\n")
    return Position(len(before), len(before[-1].decode(errors="replace")) + 1)


def _finding(path: str, place: Position, fault: Fault) -> Finding:
    return Finding(
        path=path, line=place.line, column=place.column, severity=fault.severity, code=fault.code, text=fault.text
    )
