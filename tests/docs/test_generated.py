"""What pages say of settings, metrics, log events, reasons and routes is what the code says."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from msgspec import inspect as types

from deploy import documents
from edge.config import PopConfig
from edge.daemon.contract import openapi_document
from edge.errors import Reason
from edge.publish.server import PublisherServer
from edge.reasons import REASONS
from tests.docs.pages import ROOT

PAGES = documents.pages()
HTTP = (ROOT / "edge" / "http.md").read_text(encoding="utf-8")
OF_POP, _, REST = HTTP.partition("## The publisher\n")
OF_PUBLISHER = REST.partition("## Reasons\n")[0]
ROUTE = re.compile(r"`((?:GET|POST|PUT|DELETE) /[^`\s]*)`")
MAX_LINE_CHARACTERS = 120


def headings(text: str) -> list[str]:
    """The routes that have a section of their own."""
    return re.findall(rf"^### {ROUTE.pattern}", text, flags=re.MULTILINE)


def described() -> set[str]:
    """Every route of a PoP; another test holds this document and the application together."""
    methods = {"get", "post", "put", "delete"}
    paths = openapi_document()["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in methods}


def served(app: web.Application) -> set[str]:
    """Every route of an application, without the HEAD that comes with each GET."""
    routes = ((route.method, route.resource) for route in app.router.routes())
    return {f"{method} {resource.canonical}" for method, resource in routes if resource and method != "HEAD"}


def records_of(found: types.Type) -> Iterator[type]:
    """Every record of settings, also those within others."""
    match found:
        case types.StructType():
            yield found.cls
            for field in found.fields:
                yield from records_of(field.type)
        case types.DictType():
            yield from records_of(found.value_type)
        case types.UnionType():
            for one in found.types:
                yield from records_of(one)


def test_every_setting_is_on_its_page() -> None:
    """Those of tables within a section, too."""
    page = (ROOT / "deploy" / "configuration.md").read_text(encoding="utf-8")
    records = [cls for cls in records_of(types.type_info(PopConfig)) if cls is not PopConfig]
    names = {field.encode_name for cls in records for field in msgspec.structs.fields(cls)}

    assert {name for name in names if f"* **`{name}`**: " not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_page_is_up_to_date(page: Path) -> None:
    """A fresh run writes the same bytes; if not, run: make documents."""
    assert PAGES[page] == page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("deploy/**/*.md")), ROOT / "edge/http.md"], ids=str)
def test_page_can_be_read_anywhere(page: Path) -> None:
    """Its lines are short."""
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > MAX_LINE_CHARACTERS] == []


def test_every_setting_is_listed() -> None:
    """Each section of the configuration, and each setting of it."""
    page = (ROOT / "deploy" / "configuration.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## `\[(\w+)\]`$", page, flags=re.MULTILINE)
    listed = re.findall(r"^\* \*\*`(\w+)`\*\*", page, flags=re.MULTILINE)
    fields = [field for field in msgspec.structs.fields(PopConfig) if field.name not in documents.NOT_SETTINGS]
    names = [one.name for field in fields for one in msgspec.structs.fields(documents.record_of(field.type))]

    assert [field.name for field in fields] == sections
    assert names == listed[: len(names)]


def test_every_metric_is_listed() -> None:
    """Once, with a type that Prometheus knows."""
    families = documents.metric_families()
    names = [name for name, _, _, _ in families]

    assert len(names) == len(set(names))
    assert {"counter", "gauge", "histogram"} == {kind for _, kind, _, _ in families}
    assert [] == [name for name in names if f"`{name}`" not in PAGES[ROOT / "deploy" / "logs-and-metrics.md"]]


def test_every_event_says_what_to_do() -> None:
    """Who reads a warning or an error, wants to know what it asks of them."""
    meanings = tomllib.loads(documents.EVENTS.read_text(encoding="utf-8"))
    events = documents.log_events()

    assert len(events) > 40
    assert {event.place for event in events} == meanings.keys()
    assert [] == [event.text for event in events if event.level != "info" and not meanings[event.place].get("todo")]


def test_no_event_is_overlooked() -> None:
    """Every call that could write a line of the log is one that the script reads."""
    call = re.compile(r"\b(?:log|_log|get_logger\(\))\s*\.\s*(?:debug|info|warning|error|critical|exception)\(")
    rooms = [path for room in documents.LOGGING_ROOMS for path in (ROOT / "edge" / room).rglob("*.py")]
    everywhere = list((ROOT / "edge").rglob("*.py"))

    assert len(documents.log_events()) == sum(len(call.findall(path.read_text(encoding="utf-8"))) for path in rooms)
    assert [] == [path for path in everywhere if path not in rooms and call.search(path.read_text(encoding="utf-8"))]


def test_every_reason_has_its_section() -> None:
    """In the order of the closed list, with the words of the page that every process serves."""
    section = HTTP.partition("## Reasons\n")[2]
    words = " ".join(section.split())

    assert [reason.value for reason in Reason] == re.findall(r"^### (\w+)$", section, flags=re.MULTILINE)
    assert [] == [reason for reason, text in REASONS.items() if text.means not in words or text.todo not in words]


def test_every_route_of_a_pop_has_its_section() -> None:
    """Once each, and no other."""
    assert sorted(described()) == sorted(headings(OF_POP))


def test_every_route_of_the_publisher_is_named(tmp_path: Path) -> None:
    """By a section, or by a word for those that a PoP has as well."""
    server = PublisherServer(home=tmp_path, host="127.0.0.1", port=0, timestamp_interval_s=15)
    routes = served(server.application())

    assert routes == set(ROUTE.findall(OF_PUBLISHER))
