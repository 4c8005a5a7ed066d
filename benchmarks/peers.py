"""Skerry compared with nlp.js, semantic-router, SetFit and scikit-learn's TF-IDF, on the same simulated islands.

    python3 -m venv .cache/peers
    .cache/peers/bin/pip install -r benchmarks/rivals/requirements.txt
    npm install --prefix .cache/nlp node-nlp@4.27.0
    python benchmarks/peers.py --data DIR [--unseen ENCODERS] [--islands 3] [--only NAME]... [--out FILE]

Each system is trained on an island's examples and gives every question its best label and a score. Coverage measures
how well the score ranks. ECE measures how close it is to a probability; semantic-router's score is a similarity and is
not meant to be one. Skerry's acceptor is trained again without the set on which it is judged. With `--unseen` (the
folder that models/README.md makes) its encoder is, too. Without it, the shipped encoder is used, which was trained on
all three sets, so Skerry's figures are too good. The peers are not trained on other sets. A system that is not
installed is named and left out. SetFit trains for two to ten minutes on one island.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from edge.config import model_files
from edge.triage import MODEL_FILES, Encoder, load_triage, normalise
from models.asked_islands import SEED, VIEWERS, Embeddings, ask, draw, read_encoder
from models.figures import Figures, judge
from models.simulated_islands import SETS, IntentSet, Mix, SimulatedIsland, draw_island, read_sets
from models.train_acceptor import evaluate, learn

RIVALS = Path(__file__).parent / "rivals"
PYTHON_PEERS = ("scikit-learn TF-IDF", "semantic-router", "SetFit")
NLP_JS = "nlp.js"
NAMES = ("Skerry", NLP_JS, *PYTHON_PEERS)
INSTALL = "see the commands at the top of benchmarks/peers.py"

HEADER = """\
| | answered at 95 % precision | at 90 % | best right, of in-scope | ECE | learning an island | one question |
|---|---|---|---|---|---|---|
"""


class Row(NamedTuple):
    """One system's figures (the mean of the three sets) and its times."""

    figures: Figures
    train_s: float
    """Seconds to train on one island."""
    ask_s: float
    """Seconds to answer one question."""


class NotRunError(Exception):
    """The peer is not installed, or failed. The text says which."""


def islands_of(sets: dict[str, IntentSet], count: int) -> list[SimulatedIsland]:
    """`count` islands of each set. The acceptor was not trained on them. Every question has at least one word."""
    rng = Random(SEED + 1)
    drawn = [draw_island(sets, source, rng, mix=Mix(), asked=sets) for source in SETS for _ in range(count)]
    return [
        SimulatedIsland(island.source, island.examples, tuple(q for q in island.questions if normalise(q.text)))
        for island in drawn
    ]


def skerry(
    sets: dict[str, IntentSet], islands: Sequence[SimulatedIsland], *, encoders: dict[str, Encoder], learned: int
) -> Row:
    """Skerry, with an acceptor trained on `learned` islands of each of the two other sets; `encoders` by set."""
    training = {}
    for source, encoder in encoders.items():
        embed = Embeddings(encoder)
        drawn = draw(sets, source, learned, mixes=VIEWERS, asked=sets)
        training[source] = [question for island in drawn for question in ask(island, encoder, embed)]
    figures, took_s = [], 0.0
    for unseen in SETS:
        acceptor = learn([question for source in SETS if source != unseen for question in training[source]])
        began = time.perf_counter()
        asked = [
            question
            for island in islands
            if island.source == unseen
            for question in ask(island, encoders[unseen], Embeddings(encoders[unseen]))
        ]
        took_s += time.perf_counter() - began
        figures.append(evaluate(acceptor, asked))
    # `ask` does not separate training from asking. `benchmarks/encoder.py` measures one question.
    return Row(_mean(figures), took_s / len(islands), float("nan"))


def encoders_in(unseen: Path | None) -> dict[str, Encoder]:
    """By set, the encoder that has not seen it. Without such a folder: the shipped one, which has seen all sets."""
    if unseen is not None:
        return {source: read_encoder(unseen / source) for source in SETS}
    return dict.fromkeys(SETS, load_triage(model_files(MODEL_FILES)).encoder)


def peer(name: str, islands: Sequence[SimulatedIsland], *, python: Path, nlp: Path) -> Row:
    """The row of a peer, run in an environment of its own. Raises `NotRunError` if it is not installed or fails."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "islands.json", Path(folder) / "answers.json"
        asked.write_text(json.dumps([_as_json(island) for island in islands]), encoding="utf-8")
        if name == NLP_JS:
            _need(nlp / "node_modules" / "node-nlp")
            command = ["node", str(RIVALS / "nlp.js"), str(asked), str(answered)]
            _run(command, cwd=nlp)
        else:
            _need(python)
            _run([str(python.absolute()), str(RIVALS / "python.py"), name, str(asked), str(answered)], cwd=Path(folder))
        return row_of(islands, json.loads(answered.read_text(encoding="utf-8")))


def row_of(islands: Sequence[SimulatedIsland], answers: Sequence[dict[str, Any]]) -> Row:
    """The figures of a peer's answers, which are in the order of the islands and their questions."""
    figures = []
    for source in dict.fromkeys(island.source for island in islands):
        score, right, in_scope = [], [], []
        for island, answered in zip(islands, answers, strict=True):
            if island.source != source:
                continue
            for question, (label, confidence) in zip(island.questions, answered["answers"], strict=True):
                score.append(min(max(float(confidence), 0.0), 1.0))
                right.append(bool(question.label) and label == question.label)
                in_scope.append(bool(question.label))
        figures.append(judge(np.array(score), np.array(right), np.array(in_scope)))
    questions = sum(len(island.questions) for island in islands)
    return Row(
        _mean(figures),
        sum(answered["train_s"] for answered in answers) / len(islands),
        sum(answered["ask_s"] for answered in answers) / questions,
    )


def line(name: str, row: Row) -> str:
    """One line of the table."""
    figures = row.figures
    asking = "-" if np.isnan(row.ask_s) else f"{row.ask_s * 1000:.1f} ms"
    return (
        f"| {name} | {figures.answered_at_95:.1%} | {figures.answered_at_90:.1%} | {figures.best_right:.1%} "
        f"| {figures.ece:.3f} "
        f"| {row.train_s:.1f} s | {asking} |\n"
    )


def _as_json(island: SimulatedIsland) -> dict[str, Any]:
    return {"examples": island.examples, "questions": [question.text for question in island.questions]}


def _mean(figures: Sequence[Figures]) -> Figures:
    return Figures(*(sum(values) / len(figures) for values in zip(*figures, strict=True)))


def _need(path: Path) -> None:
    if not path.exists():
        raise NotRunError(f"{path} is not there, {INSTALL}")


def _run(command: list[str], *, cwd: Path) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise NotRunError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise NotRunError((done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1])


def main() -> None:
    """Run the systems that are installed, print one table, and name those that are not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, help="folder of encoders, each named after the set that it has not seen")
    parser.add_argument("--islands", type=int, default=3, help="islands of each set on which all are judged")
    parser.add_argument("--learned", type=int, default=100, help="islands on which Skerry's acceptor is trained")
    parser.add_argument("--only", action="append", choices=NAMES, help="run only this one; may be repeated")
    parser.add_argument("--python", type=Path, default=Path(".cache/peers/bin/python"), help="the peers' interpreter")
    parser.add_argument("--nlp", type=Path, default=Path(".cache/nlp"), help="folder where node-nlp is installed")
    parser.add_argument("--out", type=Path, help="file to which the table is written as well")
    arguments = parser.parse_args()
    sets = read_sets(arguments.data, "train")
    islands = islands_of(sets, arguments.islands)
    found, absent = HEADER, ""
    for name in arguments.only or NAMES:
        print(f"{name}: {len(islands)} islands", file=sys.stderr, flush=True)
        try:
            if name == "Skerry":
                with threadpool_limits(1):
                    row = skerry(sets, islands, encoders=encoders_in(arguments.unseen), learned=arguments.learned)
            else:
                row = peer(name, islands, python=arguments.python, nlp=arguments.nlp)
        except NotRunError as error:
            absent += f"{name} was not run: {error}\n"
            continue
        found += line(name, row)
    print(found + absent, end="")
    if arguments.out is not None:
        arguments.out.write_text(found + absent, encoding="utf-8")


if __name__ == "__main__":
    main()
