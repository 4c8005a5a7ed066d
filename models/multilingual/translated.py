"""The translated questions of `benchmarks/languages`, and what the second model's scores of them are."""

import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.config import asset_folder
from edge.daemon.languages import MAX_EXAMPLES, PACKAGE, open_folder
from edge.publish.source import IslandSource, read_island
from edge.triage import ExampleRow, LikelySnippets, MultilingualEncoder, packed_row, read_languages_card

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "benchmarks" / "languages" / "questions.toml"
WHEELS = Path(__file__).parent
LANGUAGES = ("de", "es", "fr", "pt", "hi", "ja")


class Translated(NamedTuple):
    """One question in one language."""

    island: str
    language: str
    """`en` is the original."""
    snippet: str
    """The right one; empty if there is none."""
    text: str


class Scored(NamedTuple):
    """A translated question with the scores of its island's snippets."""

    question: Translated
    snippets: tuple[str, ...]
    scores: NDArray[np.float32]

    def best(self, count: int) -> list[str]:
        """The best snippets, best first."""
        return [self.snippets[at] for at in np.argsort(-self.scores, kind="stable")[:count]]


def open_wheel(wheel: Path | None = None) -> MultilingualEncoder:
    """The encoder in a wheel of the package; by default in that of this checkout."""
    path = wheel or next(WHEELS.glob(f"{PACKAGE}-*.whl"))
    # The map of the word table keeps the file's space until it is let go, also after its folder is gone.
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        return open_folder(Path(folder, PACKAGE))


def card_of_wheel() -> bytes:
    """The card in this checkout's wheel."""
    with zipfile.ZipFile(next(WHEELS.glob(f"{PACKAGE}-*.whl"))) as archive:
        return archive.read(f"{PACKAGE}/card.toml")


def sha256_of_graph() -> str:
    """sha256 (hexadecimal) of the encoder's graph in this checkout's wheel."""
    return read_languages_card(card_of_wheel()).sha256["model.onnx"]


def read_questions() -> list[Translated]:
    """All questions in all languages, English among them."""
    entries = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [
        Translated(one["island"], language, one["snippet"], one[language])
        for one in entries
        for language in ("en", *LANGUAGES)
    ]


def sample_islands() -> list[IslandSource]:
    """The sample islands."""
    return [read_island(path).source() for path in sorted(asset_folder("islands").glob("*/*.toml"))]


def likely_of(source: IslandSource, encoder: MultilingualEncoder) -> LikelySnippets:
    """What a PoP makes of an island's examples."""
    rows = [
        ExampleRow(snippet.id, example, packed_row(encoder.encode(example)))
        for snippet in source.snippets
        for example in snippet.examples[:MAX_EXAMPLES]
    ]
    return LikelySnippets(rows, encoder.likely)


def score_questions(encoder: MultilingualEncoder) -> Iterator[Scored]:
    """The scores of every translated question."""
    likely = {f"{source.tenant}/{source.island}": likely_of(source, encoder) for source in sample_islands()}
    for question in read_questions():
        island = likely[question.island]
        yield Scored(question, island.snippets, island.scores(encoder.encode(question.text))[0])
