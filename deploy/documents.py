"""Writes the parts of the documents that the code already says: settings, metrics, log events, reasons.

A page keeps its own words. What stands between `<!-- generated: NAME -->` and `<!-- end of NAME -->` is written again:

    make documents

A log event is found by its place in the code, so its words may change there. What it means stands in
`deploy/log-events.toml`; an event without a meaning stops this script, and so does a meaning without an event.
"""

import ast
import inspect
import re
import sys
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402 - a script finds `edge` in its own checkout
from msgspec import inspect as types  # noqa: E402

from edge.config import LaneSettings, OriginSettings, PopConfig, TrustedIngests  # noqa: E402
from edge.daemon.telemetry import Metrics  # noqa: E402
from edge.decide import LiveThreshold  # noqa: E402
from edge.reasons import REASONS  # noqa: E402
from edge.records import Prices, ThresholdWhy  # noqa: E402
from edge.shelf import Shelf  # noqa: E402

EVENTS = ROOT / "deploy" / "log-events.toml"
LOGGING_ROOMS = ("archive", "cli", "daemon", "desk", "publish", "host", "wire")
LEVELS = {"info": "It works.", "warning": "It got worse, and Skerry goes on.", "error": "Somebody should look."}
WIDTH = 120
GROUPED_FROM = 100_000

WHOSE = {"archive": "Publisher or desk", "publish": "Publisher", "desk": "Desk"}
"""Which process logs the events of a room; a PoP all others."""

NOT_SETTINGS = frozenset({"folder"})
"""Fields of `PopConfig` that no file may hold."""

# Pages


def pages() -> dict[Path, str]:
    """Every page with generated parts, as it should be."""
    parts = {
        "deploy/configuration.md": {"settings": settings()},
        "deploy/logs-and-metrics.md": {"metrics": metrics(), "events": events()},
        "edge/http.md": {"reasons": reasons()},
    }
    return {ROOT / name: _page(name, part) for name, part in parts.items()}


def _page(name: str, parts: Mapping[str, Iterable[str]]) -> str:
    """The page `name` with its parts written again; a page without the marks of a part is an error."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for part, lines in parts.items():
        begin, end = f"<!-- generated: {part} -->", f"<!-- end of {part} -->"
        before, found_begin, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            sys.exit(f"{name} has no part {part!r}, expected the lines {begin} and {end}")
        body = "\n".join(lines).strip("\n")
        text = f"{before}{begin}\n\n{body}\n\n{end}{after}"
    return text


def _wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """One paragraph or item; no word is cut, because it may be a name or a command."""
    return textwrap.fill(
        " ".join(text.split()),
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _prose(docstring: str) -> str:
    """A docstring as one paragraph of a page."""
    return " ".join(inspect.cleandoc(docstring).split())


# Settings


class Documented(NamedTuple):
    """What a class says of itself and of its fields."""

    itself: str
    fields: Mapping[str, str]


def documented(cls: type) -> Documented:
    """The docstrings of a class and of its fields; a field's stands below it."""
    node = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    if not isinstance(node, ast.ClassDef):
        sys.exit(f"{cls.__name__} is no class")
    said: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            said[field.target.id] = _prose(str(after.value.value))
    return Documented(_prose(ast.get_docstring(node) or ""), said)


def settings() -> Iterator[str]:
    """Every section in the order of `PopConfig`."""
    for field in msgspec.structs.fields(PopConfig):
        if field.name in NOT_SETTINGS:
            continue
        cls = record_of(field.type)
        optional = "" if field.required else " It may be left out."
        yield from _section(f"[{field.name}]", cls, note=optional)
    yield from _section("[http.trusted_ingests]", TrustedIngests, note=" Without it, nobody is trusted so.")
    yield from _section("[tickets.lanes.LANE]", LaneSettings, note=" A lane without it holds nothing back.")
    yield from _section("[stats.prices]", Prices, note=" Without it, there are no costs.")


def _section(title: str, cls: type, *, note: str) -> Iterator[str]:
    said = documented(cls)
    parents = documented(OriginSettings).fields if issubclass(cls, OriginSettings) else {}
    yield f"## `{title}`"
    yield ""
    yield _wrapped(said.itself + note)
    yield ""
    for field in _described(cls):
        name = field.encode_name
        text = said.fields.get(name) or parents.get(name)
        if text is None:
            sys.exit(f"{cls.__name__}.{name} has no docstring, expected one below it")
        yield _wrapped(f"**`{name}`**: {_type_text(field.type)}; {_default_text(field)}. {text}", first="* ", rest="  ")
    yield ""


def _described(cls: type) -> tuple[types.Field, ...]:
    found = types.type_info(cls)
    if not isinstance(found, types.StructType):
        sys.exit(f"{cls.__name__} is no record")
    return found.fields


def record_of(annotation: Any) -> type:
    """The record of a section, also where it may be None."""
    found = types.type_info(annotation)
    options = found.types if isinstance(found, types.UnionType) else (found,)
    return next(one.cls for one in options if isinstance(one, types.StructType))


def _type_text(found: types.Type) -> str:
    """The type in words, with its bounds."""
    match found:
        case types.StrType():
            return "text"
        case types.BoolType():
            return "true or false"
        case types.IntType():
            return f"whole number{_bounds(found)}"
        case types.FloatType():
            return f"number{_bounds(found)}"
        case types.VarTupleType():
            return f"list of {_type_text(found.item_type)}" + (", not empty" if found.min_length else "")
        case types.LiteralType():
            return "one of " + ", ".join(f"`{value}`" for value in found.values)
        case types.DictType():
            return "tables by name"
        case types.UnionType() if all(isinstance(one, types.StrType | types.VarTupleType) for one in found.types):
            return " or ".join(sorted((_type_text(one) for one in found.types), reverse=True))
        case types.UnionType() | types.StructType():
            return "table of its own"
    sys.exit(f"a setting is {found}, expected a type that this script has words for")


def _bounds(found: types.IntType | types.FloatType) -> str:
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    said = [f"{word} {_number(bound)}" for name, word in words.items() if (bound := getattr(found, name)) is not None]
    return f", {' and '.join(said)}" if said else ""


def _default_text(field: types.Field) -> str:
    if field.required:
        return "required"
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return f"default {_value(value)}" if value not in (None, {}, TrustedIngests()) else "none by default"


def _value(value: Any) -> str:
    """As TOML writes it."""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"`{_number(value)}`"
        case tuple():
            return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
    return f'`"{value}"`'


def _number(value: float) -> str:
    """In groups of three where it is long; a port is not."""
    if value == int(value):
        return f"{int(value):_}" if value >= GROUPED_FROM else str(int(value))
    return str(value)


# Metrics


def metrics() -> Iterator[str]:
    """Every metric of a PoP, in the order of its registry."""
    for name, kind, labels, text in metric_families():
        said = f" Labels: {', '.join(f'`{label}`' for label in labels)}." if labels else ""
        yield _wrapped(f"**`{name}`** ({kind}): {text.rstrip('.')}.{said}", first="* ", rest="  ")


def metric_families() -> list[tuple[str, str, tuple[str, ...], str]]:
    """Name, type, labels and text of each; a counter has the name under which it is exported."""
    found = Metrics()
    found.watch_shelf(Shelf, lambda: None)  # type: ignore[arg-type, return-value]  # an empty shelf asks for no time
    found.watch_origins(lambda: {"closed": 0})
    found.watch_thresholds(lambda: [LiveThreshold(0.9, 0.5, ThresholdWhy.START)])
    families = []
    for collector in found.registry._collector_to_names:  # noqa: SLF001 - a family without samples has no labels
        for family in collector.collect():
            own = getattr(collector, "_labelnames", None)
            sampled = (tuple(sample.labels) for sample in family.samples)
            labels = tuple(own) if own is not None else next(sampled, ())
            suffix = "_total" if family.type == "counter" else ""
            families.append((family.name + suffix, family.type, labels, family.documentation))
    return families


# Log events


class Event(NamedTuple):
    """One call that writes a line of the log."""

    place: str
    """File and function, and which call of the same level it is there, where there are several."""

    level: str
    text: str
    fields: tuple[str, ...]


def log_events() -> list[Event]:
    """Every call of a logger, in the order of the files."""
    files = chain.from_iterable(sorted((ROOT / "edge" / room).rglob("*.py")) for room in LOGGING_ROOMS)
    found = chain.from_iterable(_events_in(path) for path in files)
    seen: defaultdict[str, int] = defaultdict(int)
    events = []
    for event in found:
        seen[event.place] += 1
        number = seen[event.place]
        events.append(event._replace(place=f"{event.place} {number}") if number > 1 else event)
    return events


def _events_in(path: Path) -> Iterator[Event]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT / "edge").as_posix()
    for scope, function in _functions(tree, ()):
        for call in _calls_in(function):
            target = call.func
            if isinstance(target, ast.Attribute) and target.attr in LEVELS and _is_logger(target.value) and call.args:
                fields = tuple(keyword.arg or "**" for keyword in call.keywords)
                yield Event(
                    f"{name} {scope} {target.attr}", target.attr, _text_of(call.args[0], function, name), fields
                )


def _functions(node: ast.AST, scope: tuple[str, ...]) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, (*scope, child.name))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield ".".join((*scope, child.name)), child


def _calls_in(function: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _is_logger(node: ast.expr) -> bool:
    """`log`, `self._log`, `_log` and `get_logger()`."""
    source = ast.unparse(node)
    return bool(re.fullmatch(r"(self\.)?_?log|get_logger\(\)", source))


def _text_of(node: ast.expr, function: ast.AST, name: str) -> str:
    """The event's words; a name stands for the text that the same function gives it."""
    if isinstance(node, ast.Name):
        given = (one for one in ast.walk(function) if isinstance(one, ast.Assign))
        node = next(
            (one.value for one in given for target in one.targets if ast.unparse(target) == ast.unparse(node)), node
        )
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        sys.exit(f"{name}:{node.lineno} logs {ast.unparse(node)}, expected a text that stands there")
    return node.value


def events() -> Iterator[str]:
    """Every event by level, the gravest first; one that is logged in several places is listed for each meaning."""
    meanings = tomllib.loads(EVENTS.read_text(encoding="utf-8"))
    found = log_events()
    places = {event.place for event in found}
    lost, unsaid = sorted(meanings.keys() - places), sorted(places - meanings.keys())
    if lost or unsaid:
        sys.exit(f"{EVENTS.name}: no event at {lost}, no meaning for {unsaid}; mend the file, then: make documents")
    for level in reversed(LEVELS):
        yield f"### {level}: {LEVELS[level][0].lower()}{LEVELS[level][1:-1]}"
        yield ""
        for event in found:
            if event.level == level:
                yield from _event_lines(event, meanings[event.place])
        yield ""


def _event_lines(event: Event, meaning: Mapping[str, str]) -> Iterator[str]:
    fields = ", ".join(f"`{field}`" for field in event.fields)
    said = f" Fields: {fields}." if fields else ""
    todo = f" **What to do:** {meaning['todo']}" if meaning.get("todo") else ""
    who = WHOSE.get(event.place.partition("/")[0], "PoP")
    yield _wrapped(f"**`{event.text}`** ({who}): {meaning['means']}{said}{todo}", first="* ", rest="  ")


# Reasons


def reasons() -> Iterator[str]:
    """One section for each reason, in the order of the closed list."""
    for reason, text in REASONS.items():
        yield f"### {reason.value}"
        yield ""
        status = f" HTTP status {text.status}." if text.status else ""
        yield _wrapped(text.means + status)
        yield ""
        yield _wrapped(f"What to do: {text.todo}")
        yield ""


def main() -> None:
    """Write the pages; one that is as it should be is left alone."""
    for path, text in pages().items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
