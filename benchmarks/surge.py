"""A tenfold surge of ten minutes, simulated: no surge control, controller alone, controller with callbacks.

python -m benchmarks.surge [--island northwind/hoodie-drop] [--seeds 5]

The sample questions of a sample island are asked in a stream, each equally often. None of them is an example of the
island. Before the surge there are just enough people. Time is virtual, so the figures are the same on any machine.
"""

import argparse
from random import Random

import msgspec

from benchmarks.figures import Figure, print_figures
from edge.cli.author import compile_island, judge_questions
from edge.config import asset_folder, model_files
from edge.decide import start, step
from edge.publish.source import read_island, read_question_file
from edge.records import Island, SurgePolicy
from edge.simulate import Drop, DropFigures, JudgedQuestion, at_fixed_threshold, figures, play, without_callbacks
from edge.triage import MODEL_FILES, load_triage

POLICY = SurgePolicy(floor=0.7, ceiling=0.95)
DROP = Drop(rate_per_min=10, minutes=60, agents=18, surge=10, surge_from_min=5, surge_min=10)


def load(name: str) -> tuple[Island, list[JudgedQuestion]]:
    """A sample island with `POLICY`, and its sample questions with their verdicts."""
    triage = load_triage(model_files(MODEL_FILES))
    source = read_island(asset_folder("islands") / f"{name}.toml").source()
    island = msgspec.structs.replace(compile_island(source, triage), surge=POLICY)
    rows = [
        {"text": question.text, "snippet": "|".join({question.snippet, *question.snippets} - {""})}
        for question in read_question_file(asset_folder("islands") / "questions.toml")
        if question.island == name
    ]
    return island, judge_questions(rows, island, triage, lambda _done, _total: None)


def surge(island: Island, questions: list[JudgedQuestion], seeds: int) -> list[Figure]:
    """The worst of all seeds for each of the three variants."""
    variants = {
        "no surge control": at_fixed_threshold(island),
        "controller alone": without_callbacks(island, POLICY),
        "controller and callbacks": island,
    }
    longest, rows = {}, []
    for name, variant in variants.items():
        drops = [msgspec.structs.replace(DROP, seed=seed) for seed in range(1, seeds + 1)]
        found: list[DropFigures] = [figures(play(drop, variant, questions), drop) for drop in drops]
        longest[name] = max(one.longest_wait_s for one in found)
        wrong = max(one.wrong_share or 0.0 for one in found)
        shorter = longest["no surge control"] / longest[name]
        rows += [
            Figure(f"{name}: longest wait in the queue", f"{longest[name]:.0f} s, {shorter:.1f} x shorter", "3 x"),
            Figure(
                f"{name}: longest wait for a callback", f"{max(one.longest_callback_s for one in found):.0f} s", "-"
            ),
            Figure(f"{name}: wrong answers", f"{wrong:.1%}", f"{1 - POLICY.floor:.0%}"),
            Figure(f"{name}: answered by the machine", f"{min(one.answered_share for one in found):.0%}", "-"),
            Figure(f"{name}: changes in a minute", str(max(one.busiest_minute_changes for one in found)), "2"),
        ]
    return rows


def shared(island: Island, questions: list[JudgedQuestion], seeds: int) -> list[Figure]:
    """A hundredfold surge of three minutes with a report every 30 s: one PoP, and twenty that share the same people."""
    sudden = msgspec.structs.replace(DROP, surge=100, surge_min=3, report_s=30.0)
    rows = []
    for name, pops, said in (("one PoP", 1, 1), ("twenty, told so", 20, 20), ("twenty, each as if alone", 20, 1)):
        drops = [msgspec.structs.replace(sudden, pops=pops, said_pops=said, seed=seed) for seed in range(1, seeds + 1)]
        longest = max(figures(play(drop, island, questions), drop).longest_wait_s for drop in drops)
        rows.append(Figure(f"{name}: longest wait in the queue", f"{longest:.0f} s", "-"))
    return rows


def noise(seeds: int) -> list[Figure]:
    """Changes of the threshold in the busiest minute of an hour. Every second a noisy wait is reported."""
    rows = []
    for spread in (0.3, 1.0, 3.0):
        worst = 0
        for seed in range(seeds):
            rng, control, moments = Random(seed), start(0.9, 0.0), list[int]()
            for second in range(1, 3_601):
                before = control.changes
                wait_s = 120 * max(0.0, rng.gauss(1, spread))
                control = step(control, policy=POLICY, default=0.9, wait_s=wait_s, now=float(second))
                moments += [second] * (control.changes - before)
            worst = max([worst, *(sum(0 <= other - moment < 60 for other in moments) for moment in moments)])
        rows.append(Figure(f"wait off by {spread:.0%}: changes in the busiest minute", str(worst), "2"))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--island", default="northwind/hoodie-drop")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    island, questions = load(arguments.island)
    title = f"Ten times the questions for ten minutes ({arguments.island}, worst of {arguments.seeds} seeds)"
    print_figures(title, surge(island, questions, arguments.seeds))
    print_figures("PoPs that share their people", shared(island, questions, arguments.seeds))
    print_figures("A noisy load signal", noise(arguments.seeds))


if __name__ == "__main__":
    main()
