"""The shipped model, and one small island compiled as publishing does."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.publish.compile import train_head
from edge.publish.compile.training import golden
from edge.records import Automation, Island, SignedSnippet
from edge.triage import MODEL_FILES, Head, Triage, load_triage

MODELS = Path(__file__).parents[2] / "models"

EXAMPLES: dict[str, tuple[str, ...]] = {
    "ship-date": (
        "when does it ship?",
        "shipping date",
        "when will my hoodie be sent out",
        "how long until the order ships",
        "has the drop shipped yet",
        "when are you sending the hoodies",
    ),
    "refund": (
        "can i get a refund?",
        "how do i get my money back",
        "refund please",
        "i want to return it for a refund",
        "money back?",
        "do you give refunds on hoodies",
    ),
    "sizes": (
        "what sizes are there",
        "do you have XXXL",
        "is the hoodie true to size",
        "size chart?",
        "does it run small",
        "which size should i get",
    ),
    "restock": (
        "will you restock",
        "is it sold out for good",
        "when is the next drop",
        "restock when",
        "are more hoodies coming",
        "sold out already, any more later?",
    ),
}


@pytest.fixture(scope="session")
def model_files() -> dict[str, bytes]:
    """The shipped model files by name."""
    return {name: (MODELS / name).read_bytes() for name in MODEL_FILES}


@pytest.fixture(scope="session")
def triage(model_files: dict[str, bytes]) -> Triage:
    """Triage with the shipped model."""
    return load_triage(model_files)


@pytest.fixture(scope="session")
def compile_island(triage: Triage) -> Callable[[dict[str, tuple[str, ...]]], Island]:
    """Make an island from examples by snippet. It is not signed, because triage does not check signatures."""

    def compiled(examples: dict[str, tuple[str, ...]]) -> Island:
        moment = datetime(2026, 9, 1, tzinfo=UTC)
        weights = train_head(triage.encoder, examples)
        snippets = tuple(
            SignedSnippet(
                id=snippet,
                automation=Automation.ANSWER,
                examples=texts,
                document=b"{}",
                digest="",
                signature_input="",
                signature="",
            )
            for snippet, texts in examples.items()
        )
        island = Island(
            tenant="northwind",
            island="hoodie-drop",
            revision=1,
            title="A drop",
            locale="en",
            opens=moment,
            closes=moment,
            expires=moment,
            max_stale_s=3600,
            target_precision=0.9,
            default_lane="fast",
            snippets=snippets,
            head=weights,
        )
        return msgspec.structs.replace(island, golden=golden(triage, Head.load(island)))

    return compiled


@pytest.fixture(scope="session")
def island(compile_island: Callable[[dict[str, tuple[str, ...]]], Island]) -> Island:
    """A small drop: four snippets with six examples each."""
    return compile_island(EXAMPLES)


@pytest.fixture(scope="session")
def head(island: Island) -> Head:
    """The small drop's head."""
    return Head.load(island)
