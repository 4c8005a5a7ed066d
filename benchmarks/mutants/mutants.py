"""Do the tests notice a mistake? Draws mutants at random, room by room, and runs the room's own tests on each.

    make bench ARGS="mutants [--seed 7] [--rooms decide,trust] [--per-room 40] [--limit-s 60]"

A mutant is *noticed* if a test fails on it, or if the tests take longer than five times their time on sound source: it
usually loops without end. Otherwise it is a *survivor* and is listed. A mutant that changes nothing observable stands
in `equivalent_mutants.toml` with the reason. It counts as noticed and is listed, too.

The exit status is 1 if less than 90 % of all mutants are noticed, or less than 80 % of one room's.
"""

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom
from typing import NamedTuple

from benchmarks.mutants.mutations import Mutation, mutations
from benchmarks.mutants.rooms import ROOMS, NoRoomError, files_of, nearest_first
from benchmarks.mutants.trials import ROOT, Outcome, Running, Tree, trees

BAR_OF_ALL, BAR_OF_ROOM = 0.9, 0.8
LEAST_LIMIT_S = 30.0
"""Shortest time limit. A mutant must not exceed it only because the machine is busy."""

_EQUIVALENT = Path(__file__).parent / "equivalent_mutants.toml"
_PAUSE_S = 0.02


class Mutant(NamedTuple):
    """A mutation of a room's file."""

    room: str
    file: str
    mutation: Mutation

    def __str__(self) -> str:
        change = self.mutation
        return f"{self.file}:{change.line}\n    - {change.was}\n    + {change.becomes}"


class Tried(NamedTuple):
    """The result for one mutant."""

    mutant: Mutant
    is_noticed: bool
    is_timed_out: bool = False
    reason: str = ""
    """Why it changes nothing observable; empty if it does."""


class Plan(NamedTuple):
    """The tests of one room, and how long a run of them may take."""

    tests: list[str]
    limit_s: float


def draw(room: str, sources: list[str], *, seed: int, count: int, root: Path = ROOT) -> list[Mutant]:
    """At most `count` mutants of these files, drawn evenly. The same seed gives the same mutants."""
    mutants = [
        Mutant(room, file, mutation)
        for file in sources
        for mutation in mutations((root / file).read_text(encoding="utf-8"))
    ]
    return Random(f"{seed} {room}").sample(mutants, min(count, len(mutants)))


def equivalents(file: Path = _EQUIVALENT) -> dict[tuple[str, str, str], str]:
    """The reasons of `equivalent_mutants.toml`, by file below `edge` and the line before and after."""
    listed = tomllib.loads(file.read_text(encoding="utf-8")).get("mutant", [])
    return {(entry["file"], entry["line"], entry["becomes"]): entry["why"] for entry in listed}


def known_reason(mutant: Mutant, known: dict[tuple[str, str, str], str]) -> str:
    """The reason why a mutant changes nothing observable; empty if none is known."""
    return known.get((mutant.file.removeprefix("edge/"), mutant.mutation.was, mutant.mutation.becomes), "")


def try_all(mutants: list[Mutant], plans: dict[str, Plan], workplaces: list[Tree]) -> Iterator[Tried]:
    """The result of each mutant, in the order in which they end. As many run at a time as there are workplaces."""
    waiting, free = list(reversed(mutants)), list(workplaces)
    at_work: list[tuple[Mutant, Tree, Running]] = []
    try:
        while waiting or at_work:
            while waiting and free:
                mutant, tree = waiting.pop(), free.pop()
                tree.replace(mutant.file, mutant.mutation.source)
                tests = nearest_first(plans[mutant.room].tests, mutant.file, tree.root)
                at_work.append((mutant, tree, tree.start(tests, keeps_compiled=False)))
            time.sleep(_PAUSE_S)
            for entry in list(at_work):
                mutant, tree, run = entry
                outcome = run.outcome(plans[mutant.room].limit_s)
                if outcome is not None:
                    tree.restore(mutant.file)
                    at_work.remove(entry)
                    free.append(tree)
                    yield Tried(mutant, is_noticed=not outcome.passed, is_timed_out=outcome.is_timed_out)
    finally:
        for _, _, run in at_work:
            run.kill()


def plan(room: str, tests: list[str], workplaces: list[Tree], limit_s: float | None) -> Plan:
    """The room's tests and their time limit. Exits if they fail on sound source in a workplace."""
    runs = [tree.start(tests, keeps_compiled=True) for tree in workplaces]
    outcomes = [_wait(run) for run in runs]
    for outcome in outcomes:
        if not outcome.passed:
            sys.exit(f"{outcome.output}\nthe tests of {room!r} fail without any mutant, expected them to pass")
    longest_s = max(outcome.took_s for outcome in outcomes)
    return Plan(tests, limit_s or max(LEAST_LIMIT_S, 5 * longest_s))


def _wait(run: Running) -> Outcome:
    while (outcome := run.outcome(600.0)) is None:
        time.sleep(_PAUSE_S)
    return outcome


def share(tried: list[Tried]) -> float:
    """The share of mutants that were noticed, or that change nothing observable."""
    return sum(result.is_noticed or bool(result.reason) for result in tried) / max(1, len(tried))


def summary(tried: list[Tried]) -> Iterator[str]:
    """Lines: each room's figure, the survivors, the mutants that change nothing, and the figure of all."""
    for room in dict.fromkeys(result.mutant.room for result in tried):
        yield f"{room:7} {_figure([result for result in tried if result.mutant.room == room])}"
    in_order = sorted(tried, key=lambda result: (result.mutant.file, result.mutant.mutation.line))
    for result in in_order:
        if not result.is_noticed and not result.reason:
            yield f"survived: {result.mutant}"
    for result in in_order:
        if result.reason:
            yield f"changes nothing: {result.mutant}\n    {result.reason}"
    yield f"{'all':7} {_figure(tried)}"


def _figure(tried: list[Tried]) -> str:
    noticed, late = round(share(tried) * len(tried)), sum(result.is_timed_out for result in tried)
    same = sum(bool(result.reason) for result in tried)
    return f"noticed {noticed} of {len(tried)} ({share(tried):.0%}); {late} by the time limit, {same} change nothing"


def is_enough(tried: list[Tried]) -> bool:
    """True if all rooms together and each room alone reach their bars."""
    rooms = {result.mutant.room for result in tried}
    each = [share([result for result in tried if result.mutant.room == room]) for room in rooms]
    return share(tried) >= BAR_OF_ALL and min(each, default=1.0) >= BAR_OF_ROOM


def main() -> None:
    """Draw mutants, try them, print the summary."""
    began = time.monotonic()
    options = _options()
    seed = SystemRandom().randrange(10_000) if options.seed is None else options.seed
    print(f"seed {seed}")
    try:
        files = {room: files_of(room, ROOT) for room in options.rooms.split(",")}
    except NoRoomError as error:
        sys.exit(str(error))
    known = equivalents()
    drawn = [
        mutant
        for room, (sources, _) in files.items()
        for mutant in draw(room, sources, seed=seed, count=options.per_room)
    ]
    tried = [Tried(mutant, is_noticed=False, reason=why) for mutant in drawn if (why := known_reason(mutant, known))]
    with trees(options.workers) as workplaces:
        plans = {room: plan(room, tests, workplaces, options.limit_s) for room, (_, tests) in files.items()}
        unknown = [mutant for mutant in drawn if not known_reason(mutant, known)]
        for result in try_all(unknown, plans, workplaces):
            tried.append(result)
            print("." if result.is_noticed else f"\nsurvived: {result.mutant}\n", end="", flush=True)
    print("", *summary(tried), f"in {time.monotonic() - began:.0f} s, seed {seed}", sep="\n")
    sys.exit(not is_enough(tried))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="decides which mutants are drawn; default: a random one, printed")
    parser.add_argument("--rooms", default=",".join(ROOMS), help="names of rooms, separated by commas")
    parser.add_argument("--per-room", type=int, default=40)
    parser.add_argument("--limit-s", type=float, help="how long one mutant may take")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
