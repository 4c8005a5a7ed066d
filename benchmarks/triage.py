"""How good is triage on islands that it has never seen? Trained on two public sets, judged on the third.

    python benchmarks/triage.py --data DIR [--unseen ENCODERS] [--islands 100] [--split train] [--out FILE]

Islands of 10 to 60 intents are drawn from each set. They are also asked held-out intents, other sets' questions and
chat noise (`models/simulated_islands.py`). The acceptor is trained as `models/train_acceptor.py` trains the shipped
one.

The shipped encoder was trained on all three sets, so with it the figures are too good. `--unseen` names a folder of
encoders, each trained without one set (`models/README.md`). `--split test` asks questions of the `test` splits: use it
for final figures, and never to choose between variants.
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
    """By set: the questions that its islands were asked, with the evidence. Prints its progress on stderr."""
    asked: dict[str, list[Asked]] = {}
    for source in SETS:
        embed = Embeddings(encoders[source])
        of_set: list[Asked] = []
        for count, island in enumerate(draw(sets, source, islands, mixes=VIEWERS, asked=questions), start=1):
            of_set += ask(island, encoders[source], embed)
            print(f"\r{source}: {count} of {islands} islands", end="", file=sys.stderr, flush=True)
        print(f", {len(of_set)} questions", file=sys.stderr)
        asked[source] = of_set
    return asked


def encoders_of(unseen: Path | None) -> dict[str, Encoder]:
    """By set: the encoder that has not seen it. Without a folder of them: the shipped one, with a warning."""
    if unseen is not None:
        return {source: read_encoder(unseen / source) for source in SETS}
    print("the shipped encoder was trained on all three sets, so figures are too good; use --unseen", file=sys.stderr)
    return dict.fromkeys(SETS, load_triage(model_files(MODEL_FILES)).encoder)


def leave_one_out(learned: Mapping[str, list[Asked]], judged: Mapping[str, list[Asked]]) -> dict[str, Figures]:
    """Figures on each set, by an acceptor that was trained on the others only."""
    figures = {}
    for unseen in SETS:
        others = [question for source in SETS if source != unseen for question in learned[source]]
        figures[unseen] = evaluate(learn(others), judged[unseen])
        print(f"unseen {unseen}: {figures[unseen]}", file=sys.stderr)
    return figures


def table(figures: Mapping[str, Figures]) -> str:
    """A Markdown table with one line for each set. The last line is the mean."""
    mean = Figures(*(sum(values) / len(figures) for values in zip(*figures.values(), strict=True)))
    return HEADER + "".join(
        f"| {name} | {row.answered_at_95:.1%} | {row.answered_at_90:.1%} | {row.right_on_top:.1%} "
        f"| {row.best_right:.1%} | {row.ece:.4f} |\n"
        for name, row in {**figures, "**mean**": mean}.items()
    )


def main() -> None:
    """Run the protocol and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, help="folder of encoders, each named after the set that it has not seen")
    parser.add_argument("--islands", type=int, default=100, help="islands drawn from each set")
    parser.add_argument(
        "--split", choices=("train", "test"), default="train", help="split from which the questions are drawn"
    )
    parser.add_argument("--out", type=Path, help="file to which the table is written as well")
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
