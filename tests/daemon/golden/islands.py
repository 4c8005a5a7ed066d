"""The sample islands without a trained head: their verdicts are recorded, so no model is wanted."""

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
"""All three sample islands are open then."""

NO_HEAD = HeadWeights(
    encoder="", snippets=(), weights=b"", bias=b"", examples=b"", example_scale=b"", example_class=b""
)

POLICY = SurgePolicy(floor=0.75, ceiling=0.97, target_wait_s=60, max_wait_s=300, handle_s=90)
"""For the one sample that is given a policy of its own here; another than the drop's."""

OWN_QUESTIONS = (
    "do gulls dream",
    "hiii chat!!",
    "wann kommt meine bestellung",
    "i want to hurt myself",
    "i think my card was stolen",
    "!!!",
)
"""Asked of every island besides the samples: nothing fits, small talk, another language, harm, fraud, no word."""


def source(name: str) -> IslandSource:
    """The author's side of a sample island."""
    return read_island(asset_folder("islands") / f"{name}.toml").source()


def island(name: str) -> Island:
    """A sample island as a PoP holds it, unsigned."""
    author = source(name)
    examples = {snippet.id: distinct(snippet.examples) for snippet in author.snippets}
    prepared = Prepared(source=author, examples=examples, head=NO_HEAD, golden=())
    return assemble_island(prepared, tuple(_snippets(prepared)), revision=1)


def asked_about(name: str) -> list[str]:
    """The questions for one island, in a fixed order: the samples, the author's own, and ours."""
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
