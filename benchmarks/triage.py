"""How triage does on companies it has never seen: learned on two public sets, judged on the third.

    python benchmarks/triage.py --data DIR [--islands 100] [--split train] [--out FILE]

Islands of 10 to 60 intents are drawn from each set, with whole intents held out, other sets' questions and chat noise
(`models/simulated_islands.py`), and an acceptor is learned as `models/train_acceptor.py` learns the shipped one.
`--split test` asks questions of the `test` splits: for the last word, never to choose by.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

from threadpoolctl import threadpool_limits

from edge.config import model_files
from edge.triage import MODEL_FILES, Encoder, load_triage
from models.figures import Figures
from models.simulated_islands import SETS, IntentSet, Mix, draw_island, read_sets
from models.train_acceptor import SEED, Asked, Embeddings, ask, evaluate, learn

HEADER = """\
| unseen set | answered at 95 % precision | at 90 % | right on top, of all | best right, of in-scope | ECE |
|---|---|---|---|---|---|
"""


def ask_islands(
    sets: dict[str, IntentSet], questions: dict[str, IntentSet], *, encoder: Encoder, islands: int
) -> dict[str, list[Asked]]:
    """What islands of each set were asked, with the evidence; says on stderr how far it is."""
    embed = Embeddings(encoder)
    asked: dict[str, list[Asked]] = {}
    for source in SETS:
        rng = Random(SEED)
        found: list[Asked] = []
        for count in range(1, islands + 1):
            island = draw_island(sets, source, rng, mix=Mix(), asked=questions)
            found += ask(island, encoder, embed)
            print(f"\r{source}: {count} of {islands} islands", end="", file=sys.stderr, flush=True)
        print(f", {len(found)} questions", file=sys.stderr)
        asked[source] = found
    return asked


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
    parser.add_argument("--islands", type=int, default=100, help="islands drawn from each set")
    parser.add_argument(
        "--split", choices=("train", "test"), default="train", help="whose questions the judged are asked"
    )
    parser.add_argument("--out", type=Path, help="file to write the table to as well")
    arguments = parser.parse_args()
    encoder = load_triage(model_files(MODEL_FILES)).encoder
    sets = read_sets(arguments.data, "train")
    with threadpool_limits(1):  # heads are small: more threads only wait for each other
        learned = judged = ask_islands(sets, sets, encoder=encoder, islands=arguments.islands)
        if arguments.split == "test":
            judged = ask_islands(sets, read_sets(arguments.data, "test"), encoder=encoder, islands=arguments.islands)
        found = table(leave_one_out(learned, judged))
    print(found, end="")
    if arguments.out is not None:
        arguments.out.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
