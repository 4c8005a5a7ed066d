"""`python -m benchmarks samples`: the sample islands, asked the questions of `islands/questions.toml`.

Each island is compiled without and with the sentences of its answers as evidence. Questions that several snippets
answer are left out, because they have no single right one. The islands and the questions have one author, so figures
are too good for viewers' questions. What is solved with a tap takes every viewer to tap what is right: an upper bound.
So is what is solved while waiting, by a tap after the ticket was made.
"""

from collections import Counter
from pathlib import Path
from statistics import mean

from msgspec.structs import replace

from edge.config import asset_folder, model_files
from edge.publish.compile import prepare_island, remembering
from edge.publish.evaluate import (
    OUT_OF_SCOPE,
    DryRun,
    Solved,
    evaluate_island,
    how_solved,
    label_questions,
    leave_one_out,
)
from edge.publish.source import IslandSource, read_island
from edge.records import Automation, Outcome
from edge.triage import MODEL_FILES, Triage, load_triage

HEADER = """\
| asked | heard | questions | best right, of in-scope | answered | right | solved of answerable (once + tap) | \
with while you wait |
|---|---|---|---|---|---|---|---|"""

BOUND = (
    "\nTaps are an upper bound: every viewer who is shown the right one would have to tap it, at once or while waiting."
)


def without_answers(source: IslandSource) -> IslandSource:
    """The island with empty answers, so that nothing of them is heard."""
    return replace(source, snippets=tuple(replace(snippet, answer="") for snippet in source.snippets))


def line_of_questions(sources: list[IslandSource], questions: Path, *, triage: Triage, heard: str) -> str:
    """A line of the table: the islands' questions of the file, all together."""
    best: list[bool] = []
    answers: list[bool] = []
    solved: Counter[Solved] = Counter()
    asked = 0
    for source in sources:
        dry_run = DryRun(prepare_island(source, triage=triage), triage=triage)
        answerable = {snippet.id for snippet in source.snippets if snippet.automation is Automation.ANSWER}
        for text, label in label_questions(questions, island=f"{source.tenant}/{source.island}")[0]:
            result = dry_run.ask(text)
            first = next((candidate.snippet for candidate in result.verdict.candidates), "")
            if label != OUT_OF_SCOPE:
                best.append(first == label)
            asked += 1
            if result.outcome is Outcome.ANSWER:
                answers.append(first == label)
            if label in answerable:
                solved[how_solved(result, label)] += 1
    shares = tuple(solved[how] / solved.total() for how in (Solved.AT_ONCE, Solved.BY_TAP, Solved.WHILE_WAITING))
    return _line(("questions.toml", heard), asked, mean(best), (len(answers) / asked, mean(answers)), shares)


def line_of_own(sources: list[IslandSource], *, triage: Triage, heard: str) -> str:
    """A line of the table: the islands' own questions, each left out, all together; a question counts as one."""
    evaluations = [evaluate_island(source, leave_one_out(source, triage=triage), model="") for source in sources]
    found = [one.expected for one in evaluations]
    solved = [one.solved for one in evaluations]
    asked = [one.questions for one in found]
    answered = [(one.answered or 0) * one.questions for one in found]
    right = sum((one.precision or 0) * count for one, count in zip(found, answered, strict=True))
    best = sum((one.best_right or 0) * one.questions for one in found) / sum(asked)
    answerable = sum(one.questions for one in solved)
    shares = (
        sum((one.at_once or 0) * one.questions for one in solved) / answerable,
        sum((one.by_tap or 0) * one.questions for one in solved) / answerable,
        sum((one.while_waiting or 0) * one.questions for one in solved) / answerable,
    )
    total = sum(answered)
    unlike = sum(one.unlike for one in solved)
    unlike_solved = sum((one.unlike_solved or 0) * one.unlike for one in solved) / unlike
    line = _line(("own, left out", heard), sum(asked), best, (total / sum(asked), right / total), shares)
    return f"{line}\n| without a paraphrase | {heard} | {unlike} | | | | {unlike_solved:.3f} | |"


def _line(
    names: tuple[str, str], questions: int, best: float, answered: tuple[float, float], solved: tuple[float, ...]
) -> str:
    share, right = answered
    at_once, by_tap, while_waiting = solved
    line = f"{' | '.join(names)} | {questions} | {best:.3f} | {share:.3f} | {right:.3f}"
    with_waiting = at_once + by_tap + while_waiting
    return f"| {line} | {at_once + by_tap:.3f} ({at_once:.3f} + {by_tap:.3f}) | {with_waiting:.3f} |"


def main() -> None:
    """Measure and print."""
    triage = remembering(load_triage(model_files(MODEL_FILES)))
    folder = asset_folder("islands")
    sources = [read_island(path).source() for path in sorted(folder.glob("*/*.toml"))]
    print(f"\nThe sample islands (`python -m benchmarks samples`)\n\n{HEADER}")
    for heard, islands in (("titles", [without_answers(source) for source in sources]), ("and answers", sources)):
        print(line_of_questions(islands, folder / "questions.toml", triage=triage, heard=heard), flush=True)
        print(line_of_own(islands, triage=triage, heard=heard), flush=True)
    print(BOUND)


if __name__ == "__main__":
    main()
