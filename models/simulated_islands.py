"""Islands drawn from public intent sets, to train and judge triage on islands and questions that it has never seen.

An island has some intents of one set, with a few examples of each. It is asked held-out questions of its own intents,
questions of the same set's other intents (near out of scope), questions from other sets (far out of scope), and chat
noise. Only `train` splits are read unless a caller asks for `test`.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from models.noise import altered, no_question

SETS = ("clinc150", "banking77", "hwu64")
OUT_OF_SCOPE = "oos"
SOURCES = """\
# Weights learned from texts of these sets; no text of theirs is in the file.
[[sources]]
name = "CLINC150"
by = "Larson et al., EMNLP 2019, github.com/clinc/oos-eval"
licence = "CC BY 3.0"

[[sources]]
name = "BANKING77"
by = "Casanueva et al. 2020, github.com/PolyAI-LDN/task-specific-datasets"
licence = "CC BY 4.0"

[[sources]]
name = "HWU64"
by = "Liu et al. 2019, github.com/xliuhw/NLU-Evaluation-Data"
licence = "CC BY 4.0"
"""
"""The part of a model card about the sets, in TOML."""
FAR = {"clinc150": (), "banking77": ("hwu64",), "hwu64": ("banking77",)}
"""By set: the sets whose questions are surely out of scope. CLINC150 shares subjects with both others, so only its
`oos` is used."""
SMALL_TALK = {
    "greeting", "goodbye", "thank_you", "yes", "no", "maybe", "how_old_are_you", "what_is_your_name", "are_you_a_bot",
    "where_are_you_from", "fun_fact", "tell_joke", "repeat", "cancel", "play_music", "general_affirm",
    "general_commandstop", "general_confirm", "general_dontcare", "general_explain", "general_joke", "general_negate",
    "general_praise", "general_quirky", "general_repeat", "social_post", "what_song", "music_query",
}  # fmt: skip
"""Intents to which chat noise could belong. The noise for an island that has one of them is random letters only."""
WHERE = (
    "get CLINC150 (github.com/clinc/oos-eval, CC BY 3.0), BANKING77 (github.com/PolyAI-LDN/task-specific-datasets, "
    "CC BY 4.0) and HWU64 (github.com/xliuhw/NLU-Evaluation-Data, CC BY 4.0) as <name>.csv, columns text,label,split"
)


@dataclass(frozen=True)
class Question:
    """One question to an island."""

    text: str
    label: str
    """The intent; empty if nothing in the island answers it."""
    kind: str
    """`own`, `near`, `far` or `noise`."""


@dataclass(frozen=True)
class SimulatedIsland:
    """Examples by intent, and questions."""

    source: str
    examples: dict[str, tuple[str, ...]]
    questions: tuple[Question, ...]


IntentSet = dict[str, list[str]]
"""Texts by label. One of the labels is `oos` if the set has out-of-scope texts."""


def read_sets(folder: Path, split: str) -> dict[str, IntentSet]:
    """The `split` of each public set, by name. If a file is missing, the program ends and prints where to get it."""
    sets: dict[str, IntentSet] = {}
    for name in SETS:
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise SystemExit(f"{path} is missing: {WHERE}")
        by_label: IntentSet = defaultdict(list)
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["split"] == split:
                    by_label[row["label"]].append(row["text"])
        sets[name] = dict(by_label)
    return sets


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How many questions of each kind an island is asked, and the share of questions whose spelling is altered."""

    own: int = 150
    near: int = 60
    far: int = 60
    noise: int = 15
    altered: float = 0.4


def draw_island(
    sets: dict[str, IntentSet], source: str, rng: Random, *, mix: Mix, asked: dict[str, IntentSet]
) -> SimulatedIsland:
    """An island of the set `source`. Its questions come from `asked`, without the island's own examples."""
    intents = sorted(label for label in sets[source] if label != OUT_OF_SCOPE)
    inside = rng.sample(intents, rng.randint(10, min(60, len(intents) - 10)))
    typical = rng.choice([4, 6, 8, 12, 16, 25])
    examples = {
        label: tuple(_sample(sets[source][label], max(2, round(typical * rng.uniform(0.4, 1.6))), rng))
        for label in inside
    }
    used = {text for texts in examples.values() for text in texts}
    own = [(text, label) for label in inside for text in asked[source][label] if text not in used]
    near = [text for label in intents if label not in examples for text in asked[source][label]]
    far = _far(asked, source, mix.far, rng)
    greets = not SMALL_TALK & examples.keys()
    questions = [Question(_typed(text, mix, rng), label, "own") for text, label in _sample(own, mix.own, rng)]
    questions += [Question(_typed(text, mix, rng), "", "near") for text in _sample(near, mix.near, rng)]
    questions += [Question(_typed(text, mix, rng), "", "far") for text in far]
    questions += [Question(no_question(rng, greets=greets), "", "noise") for _ in range(mix.noise)]
    return SimulatedIsland(source, examples, tuple(questions))


def _far(asked: dict[str, IntentSet], source: str, count: int, rng: Random) -> list[str]:
    others = [text for name in FAR[source] for texts in asked[name].values() for text in texts]
    chosen = _sample(others, count // 2, rng)
    return chosen + _sample(asked["clinc150"][OUT_OF_SCOPE], count - len(chosen), rng)


def _sample(values: Sequence[Any], count: int, rng: Random) -> list[Any]:
    return rng.sample(values, min(count, len(values)))


def _typed(text: str, mix: Mix, rng: Random) -> str:
    return altered(text, rng) if rng.random() < mix.altered else text
