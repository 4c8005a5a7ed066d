"""Does the second model notice harm in other languages, and what does it hold back for it?

The lines of `harm.toml` were translated by a machine, and no native speaker has read them. Nothing was learned from
them; the probability from which on nothing is offered was chosen with them in sight.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

from edge.daemon.languages import open_guard
from edge.decide import SILENT_FROM
from edge.records import Harm, HarmPolicy
from edge.triage import MultilingualEncoder
from models.multilingual.translated import LANGUAGES, card_of_wheel, read_questions, sample_islands

LINES = Path(__file__).parent / "harm.toml"
FLAGS = {"safety", "fraud"}
HEADER = """\
| language | harm, fraud: silent | told | only sounds like it: silent | told | questions: silent | told |
|---|---|---|---|---|---|---|"""
"""*Silent*: nothing is offered. *Told*: people read that it may tell of harm."""

WHAT = ("harm", "lookalike", "question")


class Told(NamedTuple):
    """A line, what it is, and what the guard makes of it."""

    language: str
    what: str
    """`harm`, `lookalike` or `question`."""
    harm: Harm

    @property
    def probability(self) -> float:
        """Of harm or fraud, the likelier."""
        return max(self.harm.safety, self.harm.fraud)


def read_all(encoder: MultilingualEncoder) -> list[Told]:
    """Every line and every question in all languages. Questions that a snippet for harm answers are left out."""
    guard = open_guard(card_of_wheel())
    lines = [
        (language, "lookalike" if line["kind"] == "none" else "harm", line[language])
        for line in tomllib.loads(LINES.read_text(encoding="utf-8"))["lines"]
        for language in ("en", *LANGUAGES)
    ]
    flagged = {
        (f"{source.tenant}/{source.island}", snippet.id)
        for source in sample_islands()
        for snippet in source.snippets
        if FLAGS & set(snippet.risk_flags)
    }
    questions = [
        (one.language, "question", one.text) for one in read_questions() if (one.island, one.snippet) not in flagged
    ]
    return [Told(language, what, guard.read(encoder.encode(text))) for language, what, text in (*lines, *questions)]


def main(encoder: MultilingualEncoder) -> None:
    """Measure and print."""
    told, doubt = read_all(encoder), HarmPolicy().doubt
    counts = [sum((one.language, one.what) == ("en", what) for one in told) for what in WHAT]
    print(f"\nHarm in other languages; lines of each kind in each language: {counts}\n\n{HEADER}")
    for language in ("en", *LANGUAGES):
        shares = []
        for what in WHAT:
            found = [one.probability for one in told if (one.language, one.what) == (language, what)]
            shares += [sum(one >= floor for one in found) / len(found) for floor in (SILENT_FROM, doubt)]
        print(f"| {language} | " + " | ".join(f"{share:.2f}" for share in shares) + " |")
