"""Learn how far a corrected word is believed: with or without another word of the island's near it.

    python models/wording/train_mending.py --data DIR

Two sides are compared. Own questions of simulated islands (see simulated_islands) of which most are misspelt, where a
correction is mostly right; and lines of public chats from `models/reading/learn` asked of the sample islands, where it
is mostly wrong. Of both, those that triage is half sure of. Prints the shares that `edge/triage/spelling.py` holds. The
same files and libraries give the same shares.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.reading.shops import sample_shops
from edge.config import model_files
from edge.triage import MODEL_FILES, Head, Triage, load_triage, question_of
from models.asked_islands import Embeddings, draw, head_of
from models.simulated_islands import SETS, Mix, read_sets
from models.written_lines import read_lines

SEED = 3
ISLANDS = 5
LINES = 4_000
LEAST = 0.4
"""Confidences below it are not looked at: nothing is answered with them."""


class Mended(NamedTuple):
    """A text with a corrected word, judged."""

    is_supported: bool
    """By another word of the question."""
    has_other_initial: bool
    """A first letter was corrected."""
    is_right: bool


def mended(triage: Triage, head: Head, text: str, label: str) -> Iterator[Mended]:
    """What became of a text; nothing if no word was corrected, or triage is not half sure."""
    normal = question_of(text)
    corrected = triage.corrected(head, normal)
    if corrected == normal or head.exact(corrected):
        return
    verdict = triage.weigh(head, corrected)
    if verdict.confidence >= LEAST:
        is_supported = head.speller.is_supported(normal, corrected)
        yield Mended(
            is_supported, head.speller.has_other_initial(normal, corrected), verdict.candidates[0].snippet == label
        )


def main() -> None:
    """Ask, count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    data = parser.parse_args().data
    triage, rows = load_triage(model_files(MODEL_FILES)), list[Mended]()
    files = ("learn/by_kind", "learn/by_event", "learn/chatter", "learn/further")
    chat = [line.text for name in files for line in read_lines(name) if line.purpose not in {None, "question"}]
    for _, shop in sample_shops(triage):
        for text in Random(SEED).sample(chat, LINES):
            rows.extend(mended(triage, shop.head, text, ""))
    embed, sets = Embeddings(triage.encoder), read_sets(data, "train")
    for source in SETS:
        for island in draw(sets, source, ISLANDS, mixes=(Mix(altered=0.6),), asked=sets):
            head = head_of(island, triage.encoder, embed)
            for question in island.questions:
                if question.kind == "own":
                    rows.extend(mended(triage, head, question.text, question.label))
    of, right = Counter(row[:2] for row in rows), Counter(row[:2] for row in rows if row.is_right)
    usual = right[True, False] / of[True, False]
    for (is_supported, other_initial), count in sorted(of.items()):
        share = right[is_supported, other_initial] / count
        print(f"supported {is_supported!s:5} other initial {other_initial!s:5}: {share:.2f} of {count} right,", end="")
        print(f" {share / usual:.2f} of the usual")


if __name__ == "__main__":
    main()
