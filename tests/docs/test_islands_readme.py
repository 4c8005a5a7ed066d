"""The authors' document keeps its word: its first island passes the check, and its tables name every field."""

import re
import tomllib
from datetime import UTC, datetime

import msgspec
import pytest

from edge.config import asset_folder
from edge.publish.source import lint_draft
from edge.publish.source.island_file import IslandSource, SnippetSource, parse_island
from edge.publish.source.rules.routes import ESCALATION_REASONS
from edge.records import IslandContext, PromisePolicy, RampPolicy, Route, SessionPolicy, SurgePolicy
from edge.records.filters import FiltersPolicy
from edge.records.trees import TreeStep
from edge.stored_words import ISLAND_FIELDS
from edge.triage import Encoder
from tests.docs.pages import ROOT

PAGE = (ROOT / "islands" / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 10, 1, tzinfo=UTC)

AUTHORS_WORDS = {stored: written for written, stored in ISLAND_FIELDS.items()}

SECTIONS: dict[str, type[msgspec.Struct]] = {
    "The island": IslandSource,
    "`[context]`": IslandContext,
    "`[[routes]]`": Route,
    "`[promise]`": PromisePolicy,
    "`[ramp]`": RampPolicy,
    "`[filters]`": FiltersPolicy,
    "`[surge]`": SurgePolicy,
    "`[sessions]`": SessionPolicy,
    "`[[trees]]`": TreeStep,
    "`[[snippets]]`": SnippetSource,
}


def section(heading: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    return re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text: str) -> list[str]:
    """The TOML blocks of a text."""
    return re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_first_island_has_no_problem() -> None:
    """An author who copies it gets neither an error nor a warning."""
    models = asset_folder("models") / "encoder"
    model, tokenizer, card = ((models / name).read_bytes() for name in ("model.onnx", "tokenizer.json", "card.toml"))
    encoder = Encoder.load(model=model, tokenizer=tokenizer, card=card)
    (first,) = blocks(section("Your first island in five minutes"))

    assert () == tuple(lint_draft(parse_island(first.encode(), path="mug.toml"), now=NOW, encoder=encoder))


def test_first_island_is_the_smallest() -> None:
    """It holds every required field and no other, and as few snippets as an island may have."""
    (first,) = blocks(section("Your first island in five minutes"))
    document = tomllib.loads(first)

    assert {field.name for field in msgspec.structs.fields(IslandSource) if field.required} == document.keys()
    assert [{"id", "answer", "examples"}] * 2 == [snippet.keys() for snippet in document["snippets"]]
    assert [8, 8] == [len(snippet["examples"]) for snippet in document["snippets"]]


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_field_is_explained(heading: str) -> None:
    """Each has a row in the table of its section, and no row names a field that does not exist."""
    table = re.findall(r"^\| `(\w+)` \| (?!a question)", section(heading), re.MULTILINE)
    fields = [field.encode_name for field in msgspec.structs.fields(SECTIONS[heading])]

    assert {AUTHORS_WORDS.get(name, name) for name in fields} <= set(table)


def test_every_reason_is_explained() -> None:
    """A route may name any of them."""
    rows = section("`[[routes]]`").partition("\n### Reasons\n")[2]

    assert {reason.value for reason in ESCALATION_REASONS} <= set(re.findall(r"`(\w+)`", rows))


@pytest.mark.parametrize("heading", SECTIONS)
def test_blocks_are_toml_of_known_fields(heading: str) -> None:
    """A block that an author copies can be read."""
    for block in blocks(section(heading)):
        assert tomllib.loads(block).keys() <= {"filters", "promise", "ramp", "routes", "surge", "sessions", "trees"}
