"""`python -m benchmarks lessons --data FOLDER`: how much more is solved after learning, on public sets of questions.

For each set an island of 30 intents is written, with eight questions each. Its export holds the other questions: people
answered them with the right snippet. Of three more intents they answered with a reply of their own, and of all
remaining ones with a new reply each. A third of the wordings judges. The split is `train`, from which the shipped
models have learned, so shares flatter before and after; what counts is their difference, on the same questions.
"""

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.figures import Figure, machine, print_figures
from edge.config import model_files
from edge.host import utc_now
from edge.publish.learn import LeftOut, ProposalKind, gather, learn_from, read_export
from edge.publish.source import parse_island
from edge.triage import MODEL_FILES, Triage, load_triage
from models.simulated_islands import IntentSet, read_sets

SNIPPETS, LEARNED, EXAMPLES, EXPORTED, STRANGE, LEAST, MEASURED, SEED = 30, 3, 8, 40, 200, 20, 40, 3
HEAD = """format = 1
tenant = "trial"
island = "trial"
title = "Trial"
locale = "en"
approved_by = "nobody"
opens = 2026-01-01T00:00:00Z
closes = 2096-01-01T00:00:00Z
expires = 2097-01-01T00:00:00Z
max_stale = "6h"
default_lane = "fast"
about = []
"""


def island_of(intents: IntentSet) -> bytes:
    """The TOML of an island with the first questions of each intent."""
    tables = [
        f'[[snippets]]\nid = "{_id(label)}"\nanswer = "Answer to {label}."\nexamples = {json.dumps(texts[:EXAMPLES])}\n'
        for label, texts in intents.items()
    ]
    return "\n".join([HEAD, *tables]).encode()


def export_of(known: IntentSet, learned: IntentSet, strange: list[str]) -> Iterator[str]:
    """The lines of the export."""
    for label, texts in known.items():
        for text in texts[EXAMPLES : EXAMPLES + EXPORTED]:
            yield _line(text, used=_id(label))
    for label, texts in learned.items():
        for text in texts[:EXPORTED]:
            yield _line(text, reply=f"Of {label} we say: it depends.")
    for text in strange:
        yield _line(text, reply=f"We know nothing of: {text}")


def measure(name: str, intents: IntentSet, triage: Triage, folder: Path) -> Figure:
    """One set: solved and wrong of the judging questions, before and after, and what was proposed."""
    rng = Random(SEED)
    labels = sorted(label for label, texts in intents.items() if label != "oos" and len(texts) >= LEAST)
    rng.shuffle(labels)
    shuffled = {label: rng.sample(texts, len(texts)) for label, texts in intents.items()}
    known = {label: shuffled[label] for label in labels[:SNIPPETS]}
    learned = {label: shuffled[label] for label in labels[SNIPPETS : SNIPPETS + LEARNED]}
    rest = [text for label, texts in shuffled.items() if label not in known | learned for text in texts]
    text, path = island_of(known), folder / f"{name}.jsonl"
    path.write_text("\n".join(export_of(known, learned, rng.sample(rest, STRANGE))), encoding="utf-8")
    began, left_out = time.perf_counter(), Counter[LeftOut]()
    evidence = gather(read_export(path, left_out), parse_island(text, path=name).source(), left_out)
    lesson = learn_from(evidence, text, path=Path(name), triage=triage, now=utc_now(), measured=MEASURED)
    before, after = lesson.before, lesson.after
    kinds = Counter(one.kind for one in lesson.kept)
    return Figure(
        f"{name}: solved, of those at once, wrong; before -> after, of {after.questions}",
        f"{before.solved}, {before.at_once}, {before.wrong} -> {after.solved}, {after.at_once}, {after.wrong};"
        f" {kinds[ProposalKind.ADD_EXAMPLE]} snippets with more examples, {kinds[ProposalKind.ADD_SNIPPET]} new ones;"
        f" {time.perf_counter() - began:.0f} s",
        "",
    )


def _line(question: str, **fields: str) -> str:
    return json.dumps({"question": question, "outcome": "escalate", "at": "2026-11-26T18:00:00Z", **fields})


def _id(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60].strip("-")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    sets = read_sets(parser.parse_args().data, "train")
    print(machine())
    triage = load_triage(model_files(MODEL_FILES))
    with tempfile.TemporaryDirectory() as folder:
        figures = [measure(name, intents, triage, Path(folder)) for name, intents in sets.items()]
    print_figures("Learning on public sets (`python -m benchmarks lessons`)", figures)


if __name__ == "__main__":
    main()
