"""How triage does on companies it has never seen: learned on two public sets, judged on the third.

    python benchmarks/triage.py --data DIR [--unseen ENCODERS] [--islands 100] [--split train] [--out FILE]

Islands of 10 to 60 intents are drawn from each set, with whole intents held out, other sets' questions and chat noise
(`models/simulated_islands.py`), and an acceptor is learned as `models/train_acceptor.py` learns the shipped one.
The shipped encoder has learned from all three sets; only with `--unseen`, a folder of encoders that have each been kept
from one set (`models/README.md`), is nothing flattered.
`--split test` asks questions of the `test` splits: for the last word, never to choose by.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from threadpoolctl import threadpool_limits

from edge.config import model_files
from edge.triage import MODEL_FILES, Encoder, load_triage
from models.asked_islands import VIEWERS, Asked, Embeddings, ask, draw, read_encoder
from models.figures import Figures
from models.simulated_islands import SETS, IntentSet, read_sets
from models.train_acceptor import evaluate, learn

HEADER = """\
| unseen set | answered at 95 % precision | at 90 % | right on top, of all | best right, of in-scope | ECE |
|---|---|---|---|---|---|
"""


def ask_islands(
    sets: dict[str, IntentSet], questions: dict[str, IntentSet], *, encoders: Mapping[str, Encoder], islands: int
) -> dict[str, list[Asked]]:
    """What islands of each set were asked, with the evidence; says on stderr how far it is."""
    asked: dict[str, list[Asked]] = {}
    for source in SETS:
        embed = Embeddings(encoders[source])
        found: list[Asked] = []
        for count, island in enumerate(draw(sets, source, islands, mixes=VIEWERS, asked=questions), start=1):
            found += ask(island, encoders[source], embed)
            print(f"\r{source}: {count} of {islands} islands", end="", file=sys.stderr, flush=True)
        print(f", {len(found)} questions", file=sys.stderr)
        asked[source] = found
    return asked


def encoders_of(unseen: Path | None) -> dict[str, Encoder]:
    """By set: the encoder that has not seen it, or the shipped one, and then a word of warning."""
    if unseen is not None:
        return {source: read_encoder(unseen / source) for source in SETS}
    print("the shipped encoder has learned from all three sets, which flatters it; see --unseen", file=sys.stderr)
    return dict.fromkeys(SETS, load_triage(model_files(MODEL_FILES)).encoder)


def leave_one_out(learned: Mapping[str, list[Asked]], judged: Mapping[str, list[Asked]]) -> dict[str, Figures]:
    """Figures on each set, by an acceptor that has learned from the others only."""
    figures = {}
    for unseen in SETS:
        others = [question for source in SETS if source != unseen for question in learned[source]]
        figures[unseen] = evaluate(learn(others), judged[unseen])
        print(f"unseen {unseen}: {figures[unseen]}", file=sys.stderr)
    return figures


def table(figures: Mapping[str, Figures]) -> str:
    """One Markdown table, the mean last."""
    mean = Figures(*(sum(values) / len(figures) for values in zip(*figures.values(), strict=True)))
    return HEADER + "".join(
        f"| {name} | {one.answered_at_95:.1%} | {one.answered_at_90:.1%} | {one.right_on_top:.1%} "
        f"| {one.best_right:.1%} | {one.ece:.4f} |\n"
        for name, one in {**figures, "**mean**": mean}.items()
    )


def main() -> None:
    """Run the protocol and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, help="folder of encoders by the set that they have not seen")
    parser.add_argument("--islands", type=int, default=100, help="islands drawn from each set")
    parser.add_argument(
        "--split", choices=("train", "test"), default="train", help="whose questions the judged are asked"
    )
    parser.add_argument("--out", type=Path, help="file to write the table to as well")
    arguments = parser.parse_args()
    sets = read_sets(arguments.data, "train")
    encoders = encoders_of(arguments.unseen)
    with threadpool_limits(1):  # heads are small: more threads only wait for each other
        learned = judged = ask_islands(sets, sets, encoders=encoders, islands=arguments.islands)
        if arguments.split == "test":
            judged = ask_islands(sets, read_sets(arguments.data, "test"), encoders=encoders, islands=arguments.islands)
        found = table(leave_one_out(learned, judged))
    print(found, end="")
    if arguments.out is not None:
        arguments.out.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
