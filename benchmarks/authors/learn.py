"""`python -m benchmarks learn`: what learning from an export costs an author, and open questions a PoP.

The export is written by a seeded script, for the sample drop: half of its lines are about the island's own examples,
with words around them, and the others about a hundred things that it does not sell.
"""

import json
import resource
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.figures import Figure, machine, percentile, print_figures
from edge.config import asset_folder, model_files
from edge.daemon.people import OpenQuestions
from edge.host import utc_now
from edge.limits import AskerName
from edge.publish.learn import LeftOut, gather, learn_from, read_export
from edge.publish.source import IslandSource, read_island
from edge.records import IslandName
from edge.triage import MODEL_FILES, load_triage

LINES, QUESTIONS, SEED = 100_000, 20_000, 7
AROUND = ("{}", "hi, {}", "{} please", "sorry, {} for my order {n}", "{} to gate {n}", "my friend asks: {} in week {n}")
THINGS = [f"{kind} {thing}" for kind in ("red", "old", "new", "big", "spare") for thing in (
    "mug", "hat", "bag", "cap", "pin", "book", "lamp", "scarf", "sticker", "ticket", "voucher", "belt", "sock", "watch",
    "wallet", "poster", "glove", "chair", "jacket", "parcel",
)]  # fmt: skip
ASKED = ("can i return the {}", "is the {} sold out", "what does the {} cost", "how big is the {}")


def lines(source: IslandSource) -> Iterator[str]:
    """The export: people used a snippet, viewers tapped or refused one, people replied, or nothing is known."""
    rng, snippets = Random(SEED), source.snippets
    for number in range(LINES):
        snippet = rng.choice(snippets)
        own, thing = rng.choice(snippet.examples), rng.choice(THINGS)
        question = rng.choice(AROUND).format(
            own if number % 2 else rng.choice(ASKED).format(thing), n=rng.randrange(99)
        )
        fields: dict[str, object] = {"question": question, "outcome": "escalate", "at": "2026-11-26T18:00:00Z"}
        if number % 2 and rng.random() < 0.7:
            fields |= {"used": snippet.id}
        elif number % 2:
            fields |= {"offered": [snippet.id], "taken": rng.choice([snippet.id, ""])}
        elif rng.random() < 0.7:
            fields |= {"reply": f"About the {thing}: please look at its page."}
        yield json.dumps(fields)


def learning(folder: Path) -> list[Figure]:
    """Seconds and memory of one run; the models are loaded before."""
    file, export = asset_folder("islands") / "northwind" / "hoodie-drop.toml", folder / "export.jsonl"
    source, triage = read_island(file).source(), load_triage(model_files(MODEL_FILES))
    export.write_text("\n".join(lines(source)), encoding="utf-8")
    before_kb, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    left_out: Counter[LeftOut] = Counter()
    evidence = gather(read_export(export, left_out), source, left_out)
    gathered = time.perf_counter()
    lesson = learn_from(evidence, file.read_bytes(), path=file, triage=triage, now=utc_now())
    done, after_kb = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    before, after = lesson.before, lesson.after
    return [
        Figure(f"read {LINES:,} lines ({export.stat().st_size / 1e6:.0f} MB)", f"{gathered - began:.1f} s", ""),
        Figure("propose, and measure the best 20", f"{done - gathered:.1f} s", ""),
        Figure("memory above the loaded models", f"{(after_kb - before_kb) / 1024:.0f} MiB", ""),
        Figure(
            f"proposals in the patch; solved of {after.questions} judging questions, before and after; wrong",
            f"{len(lesson.kept)}; {before.solved}, {after.solved}; {before.wrong}, {after.wrong}",
            "",
        ),
    ]


def open_questions() -> list[Figure]:
    """Cost of a question that is new in a full board, of one that is known, and the board's memory."""
    rng = Random(SEED)
    words = " ".join(ASKED).replace("{}", " ".join(THINGS)).split()
    asked = [" ".join(rng.choices(words, k=9)) for _ in range(QUESTIONS)]
    name, found = IslandName("northwind", "hoodie-drop"), []
    for is_new in (True, False):
        board, times_s = OpenQuestions(), []
        for number, text in enumerate(asked):
            question, asker = text if is_new else asked[0], AskerName(f"viewer {number}")
            began = time.perf_counter()
            board.note(name, question, question, asker, 1e9 + number / 1000)
            times_s.append(time.perf_counter() - began)
        what = "new, with a full board" if is_new else "known"
        mean_us, tail_us = sum(times_s) / len(times_s) * 1e6, percentile(times_s, 0.99) * 1e6
        found.append(Figure(f"note a question that is {what}", f"mean {mean_us:.0f}, p99 {tail_us:.0f} µs", "30 µs"))
    tracemalloc.start()
    board = OpenQuestions()
    for number in range(1_000):
        text = " ".join("".join(chr(0x10400 + rng.randrange(70)) for _ in range(9)) for _ in range(60))
        for viewer in ("a", "b"):
            island = IslandName(f"t{number % 7}", "drop")
            board.note(island, text, text, AskerName(f"{viewer} {number}"), 1e9)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [
        *found,
        Figure(f"memory of {len(board)} clusters with the longest questions", f"{held / 1e6:.2f} MB", "1 MB"),
    ]


def main() -> None:
    """Measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        print_figures("Learning from an export (`python -m benchmarks learn`)", learning(Path(folder)))
    print_figures("Open questions on a PoP", open_questions())


if __name__ == "__main__":
    main()
