"""Simulated islands, compiled as the publisher does and asked as a PoP does: evidence, and the right snippet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from edge.publish.compile import compile_head, in_words
from edge.triage import Encoder, Evidence, Head, question_of
from models.simulated_islands import SETS, IntentSet, Mix, SimulatedIsland, draw_island, read_sets

SEED = 20260901
VIEWERS = tuple(Mix(altered=share) for share in (0.0, 0.2, 0.4, 0.6))
"""Mixes for islands whose viewers spell well, badly, or in between, with chat noise."""
PLAIN = (Mix(noise=0, altered=0.0),)
"""The mix for questions exactly as the sets have them."""


@dataclass(frozen=True)
class Asked:
    """One question to a simulated island."""

    evidence: Evidence
    right: int
    """Index of the right snippet; -1 if none is."""


class Embeddings:
    """Embeddings by text, computed once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, text: str) -> NDArray[np.float32]:
        """The embedding of `text`."""
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]


def read_encoder(folder: Path) -> Encoder:
    """The encoder in `folder`."""
    model, tokenizer, card = ((folder / name).read_bytes() for name in ("model.onnx", "tokenizer.json", "card.toml"))
    return Encoder.load(model=model, tokenizer=tokenizer, card=card)


def ask_all(data: Path, split: str, encoders: Path, mixes: Sequence[Mix], islands: int) -> dict[str, list[Asked]]:
    """By set: questions from its `split` to `islands` islands, encoded by the encoder that has not seen the set."""
    examples, questions = read_sets(data, "train"), read_sets(data, split)
    asked: dict[str, list[Asked]] = {}
    for source in SETS:
        encoder = read_encoder(encoders / source)
        embed = Embeddings(encoder)
        drawn = draw(examples, source, islands, mixes=mixes, asked=questions)
        asked[source] = [question for island in drawn for question in ask(island, encoder, embed)]
    return asked


def draw(
    sets: dict[str, IntentSet], source: str, islands: int, *, mixes: Sequence[Mix], asked: dict[str, IntentSet]
) -> list[SimulatedIsland]:
    """Simulated islands of the set `source`. The same arguments give the same islands."""
    rng = Random(f"{SEED} {source}")
    return [draw_island(sets, source, rng, mix=rng.choice(mixes), asked=asked) for _ in range(islands)]


def head_of(island: SimulatedIsland, encoder: Encoder, embed: Embeddings, about: Sequence[str] = ()) -> Head:
    """The island's head. Its snippets are the labels."""
    labels = tuple(island.examples)
    texts = [text for examples in island.examples.values() for text in examples]
    owner = np.repeat(np.arange(len(labels)), [len(examples) for examples in island.examples.values()])
    titles = {index: embed(in_words(label)) for index, label in enumerate(labels)}
    vectors = np.stack([embed(text) for text in texts])
    return Head(compile_head(encoder.id, labels, vectors, owner, titles=titles), texts, about=about)


def ask(island: SimulatedIsland, encoder: Encoder, embed: Embeddings) -> list[Asked]:
    """Ask the island all its questions that hold a word, in the way a PoP judges them."""
    head = head_of(island, encoder, embed)
    index_of = {label: index for index, label in enumerate(island.examples)}
    asked = []
    for question in island.questions:
        if normal := question_of(question.text):
            corrected = head.speller.corrected(normal, encoder.knows)
            asked.append(Asked(head.evidence(corrected, embed(corrected)), index_of.get(question.label, -1)))
    return asked
