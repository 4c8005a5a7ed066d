"""`python -m benchmarks growth [--sizes 30 100 280] [--before CHECKOUT]`: how long publishing takes as islands grow.

Each island is written as a file by a seeded script, 15 questions a snippet. It is published by `skerry island publish`
itself, in a process that has loaded its modules: without a rehearsal, until it is in force, and with one. `--before`
is a checkout of another commit. Its command publishes the same files, in turns with ours, and figures are shares of
its time for publishing with a rehearsal.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from benchmarks.encoder import SUBJECTS
from benchmarks.figures import Figure, print_figures
from edge.config import model_files

EXAMPLES = 15
BARS = {30: (0.30, 0.60), 100: (0.23, 0.55), 280: (0.11, 0.32)}
"""Shares of the time before, without and with a rehearsal, by number of snippets."""

_ASKED = (
    "where is my {}", "how do i get a {}", "my {} does not work", "can i change the {}", "when do i get the {}",
    "is the {} sold out", "who do i ask about the {}", "what does the {} cost", "i lost my {}", "cancel my {} please",
    "is there a {} for europe", "why is the {} late", "{} broken", "more about the {}", "can i share my {}",
    "do you still have a {}", "i never got the {}", "wrong {} came", "how long does the {} take", "{}?",
)  # fmt: skip
_ANSWER = "The {0} is on the order page, under your name. Write to us if the {0} is not there. It costs nothing more."
_HEAD = """\
format = 1
tenant = "acme"
island = "grown-{snippets}"
title = "An event"
locale = "en"
approved_by = "Acme support"
opens = 2026-09-01T00:00:00Z
closes = 2027-12-01T00:00:00Z
expires = 2028-01-01T00:00:00Z
max_stale = "6h"
default_lane = "fast"
"""
_CHILD = """\
import sys, time
from pathlib import Path
from edge.cli.author.island import island_command
home, small, *files = sys.argv[1:]
def publish(file, *options):
    began = time.perf_counter()
    island_command.main(["publish", "--home", home, file, *options], standalone_mode=False)
    return time.perf_counter() - began
publish(small)
for file in files:
    print("took", publish(file, "--no-evaluation"), publish(file), flush=True)
"""


def island_text(snippets: int) -> str:
    """An island's file. The same number of snippets gives the same text."""
    rng = Random(snippets)
    lines = model_files(["things/things.txt"])["things/things.txt"].decode().splitlines()
    names = [line.partition(",")[0].strip(" ?") for line in lines if line and line[0] != "#"]
    single = [name for name in dict.fromkeys(names) if name.isalpha() and name.islower() and name not in SUBJECTS]
    subjects = [*SUBJECTS, *rng.sample(single, max(0, snippets - len(SUBJECTS)))][:snippets]
    return _HEAD.format(snippets=snippets) + "".join(_snippet(subject, rng) for subject in subjects)


def _snippet(subject: str, rng: Random) -> str:
    asked = "".join(f'  "{wording.format(subject)}",\n' for wording in rng.sample(_ASKED, EXAMPLES))
    name = subject.replace(" ", "-")
    return f'\n[[snippets]]\nid = "{name}"\nanswer = "{_ANSWER.format(subject)}"\nexamples = [\n{asked}]\n'


def measure(folder: Path, checkout: Path, *, snippets: int) -> tuple[float, float]:
    """Seconds to publish an island by the command of `checkout`: without a rehearsal, and with it."""
    folder.mkdir(parents=True)
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    small, grown = folder / "small.toml", folder / "grown.toml"
    small.write_text(island_text(2), encoding="utf-8")
    grown.write_text(island_text(snippets), encoding="utf-8")
    home = str(folder / "home")
    init = [sys.executable, "-m", "edge", "keys", "init", "--home", home, "--tenant", "acme"]
    subprocess.run(init, cwd=checkout, env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, home, str(small), str(grown)],
        cwd=checkout,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    took = next(line.split() for line in done.stdout.splitlines() if line.startswith("took "))
    return float(took[1]), float(took[2])


def figures_of(snippets: int, ours: tuple[float, float], before: tuple[float, float] | None) -> list[Figure]:
    """Two lines: without a rehearsal, and with it."""
    bars = BARS.get(snippets, (None, None))
    lines = []
    for stage, took_s, bar in zip(("until it is in force", "with the rehearsal"), ours, bars, strict=True):
        found = (
            f"{took_s:.2f} s" if before is None else f"{took_s:.2f} s, {took_s / before[1]:.2f} of {before[1]:.2f} s"
        )
        lines.append(Figure(f"{snippets} x {EXAMPLES}, {stage}", found, "" if bar is None else f"{bar:.2f} of it"))
    return lines


def _fastest(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """The shortest time of each stage: what the machine's other work delayed least."""
    return min(one for one, _ in rounds), min(other for _, other in rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(BARS), help="snippets of each island")
    parser.add_argument("--before", type=Path, help="checkout of the commit to compare with")
    parser.add_argument("--rounds", type=int, default=1, help="how often; the fastest counts, each stage by itself")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for snippets in arguments.sizes:
            ours, before = [], []
            for turn in range(arguments.rounds):
                place = Path(folder) / f"{snippets}-{turn}"
                if arguments.before is not None:
                    before.append(measure(place / "before", arguments.before.resolve(), snippets=snippets))
                ours.append(measure(place / "ours", Path(__file__).parents[2], snippets=snippets))
            figures.extend(figures_of(snippets, _fastest(ours), _fastest(before) if before else None))
    print_figures("Publishing an island as it grows (`python -m benchmarks growth`)", figures)


if __name__ == "__main__":
    main()
