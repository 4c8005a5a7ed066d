"""The sample islands without a trained head: their verdicts are recorded, so no model is needed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from edge.config import asset_folder
from edge.publish.compile import Prepared, assemble_island, distinct, unsigned_snippet
from edge.publish.source import IslandSource, read_island, read_question_file
from edge.records import HeadWeights, Island, SignedSnippet, SnippetDocument, SurgePolicy

HOODIE, TOUR, EMBER = "northwind/hoodie-drop", "lumen-live/winter-tour", "pixelforge/ember-launch"
NAMES = {"hoodie": HOODIE, "tour": TOUR, "ember": EMBER}

START = datetime(2026, 10, 1, 12, tzinfo=UTC)
"""A time at which all three sample islands are open."""

NO_HEAD = HeadWeights(
    encoder="", snippets=(), weights=b"", bias=b"", examples=b"", example_scale=b"", example_class=b""
)

POLICY = SurgePolicy(floor=0.75, ceiling=0.97, target_wait_s=60, max_wait_s=300, handle_s=90)
"""The surge policy that one sample gets here; it differs from the drop's."""

OWN_QUESTIONS = (
    "do gulls dream",
    "hiii chat!!",
    "wann kommt meine bestellung",
    "i want to hurt myself",
    "i think my card was stolen",
    "!!!",
)
"""Questions to every island, added to its samples: out of scope, small talk, another language, harm, fraud, no word."""


def source(name: str) -> IslandSource:
    """The source of a sample island."""
    return read_island(asset_folder("islands") / f"{name}.toml").source()


def island(name: str) -> Island:
    """A sample island as a PoP opens it, unsigned."""
    author = source(name)
    examples = {snippet.id: distinct(snippet.examples) for snippet in author.snippets}
    prepared = Prepared(source=author, about=(), examples=examples, head=NO_HEAD, golden=())
    return assemble_island(prepared, tuple(_snippets(prepared)), revision=1)


def asked_about(name: str) -> list[str]:
    """The questions for one island, in a fixed order: the samples, the author's examples, and `OWN_QUESTIONS`."""
    samples = [question.text for question in read_question_file(asset_folder("islands") / "questions.toml")
               if question.island == name]  # fmt: skip
    return [*samples, *(snippet.examples[0] for snippet in source(name).snippets), *OWN_QUESTIONS]


def _snippets(prepared: Prepared) -> Iterator[SignedSnippet]:
    author = prepared.source
    for snippet in author.snippets:
        document = SnippetDocument(
            tenant=author.tenant,
            island=author.island,
            revision=1,
            snippet=snippet.id,
            locale=author.locale,
            answer=f"answer of {snippet.id}",
            approved_by=author.approved_by,
            approved_at=START,
            expires=author.expires,
        )
        yield msgspec.structs.replace(unsigned_snippet(prepared, snippet), document=msgspec.json.encode(document))
