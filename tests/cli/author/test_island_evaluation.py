"""`skerry island evaluate`, and the evaluation that publishing shows."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from edge.cli.author.island_evaluation import summary
from edge.publish.evaluate import CostlySnippet, ExpectedQuality, ExpectedSolved, IslandEvaluation

Skerry = Callable[..., Result]


def test_evaluation_for_people(skerry: Skerry, island_file: Path) -> None:
    """The evaluation has the expected quality, and each list under its title."""
    result = skerry("island", "evaluate", island_file)

    assert 0 == result.exit_code, result.output
    assert result.stdout.startswith("acme/drop: target precision 0.9, encoder-")
    for line in ("\nquestions\t16\t", "\nanswered\t", "\nprecision\t", "\nout of scope answered\t-\t"):
        assert line in result.stdout
    for row in ("solved\t", "solved at once\t", "solved by one tap\t", "solved, not like others\t"):
        assert f"\n{row}" in result.stdout
    assert "an upper bound: if all tap" in result.stdout
    for title in (
        "snippets that cost most: ",
        "snippets that are confused with each other: ",
        "harmful examples: ",
        "snippets with too few examples: none\n",
        "write next: 5\n",
    ):
        assert f"\n\n{title}" in result.stdout


def test_evaluation_for_machines(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """--json prints an array with an evaluation for each file; --evaluation writes the same."""
    out = tmp_path / "report.json"
    result = skerry("island", "evaluate", "--json", "--evaluation", out, island_file)
    (found,) = json.loads(result.stdout)

    assert result.stdout == out.read_text()
    assert ("acme/drop", 0.9, 16) == (found["island"], found["target_precision"], found["expected"]["questions"])
    assert 5 == len(found["advice"])
    assert {"confusions", "hurting", "thin", "model"} <= found.keys()


def test_publishing_writes_the_evaluation(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """Publishing writes the same file as `skerry island evaluate`."""
    skerry("keys", "init", "--tenant", "acme")
    published = skerry("island", "publish", "--evaluation", tmp_path / "published.json", island_file)
    skerry("island", "evaluate", "--evaluation", tmp_path / "reported.json", island_file)

    assert 0 == published.exit_code, published.output
    assert (tmp_path / "published.json").read_text() == (tmp_path / "reported.json").read_text()


def test_evaluation_of_a_faulty_island(skerry: Skerry, island_file: Path) -> None:
    """An island with errors is not evaluated; the errors are printed."""
    island_file.write_text(island_file.read_text().replace('"refund status"', '"Where is my PARCEL?"'))
    result = skerry("island", "evaluate", island_file)

    assert 1 == result.exit_code
    assert "error[question-shared]" in result.stderr
    assert result.stderr.endswith("error: nothing was evaluated: 1 file, 1 error, 0 warnings\n")


def test_evaluation_that_cannot_be_written(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """The error ends with the option to give."""
    result = skerry("island", "evaluate", "--evaluation", tmp_path / "no" / "r.json", island_file)

    problem = f"cannot write {tmp_path}/no/r.json: No such file or directory"
    expected = f"error: {problem}; choose another file with: --evaluation FILE\n"
    assert (1, expected) == (result.exit_code, result.stderr)


def test_summary_without_questions_to_judge() -> None:
    """There is no estimate for an island whose snippets have one question each."""
    nothing = ExpectedQuality(
        questions=0, answered=None, precision=None, best_right=None, clarified=None, strange_answered=None
    )
    report = IslandEvaluation(
        island="a/b", model="m", target_precision=0.9, expected=nothing, confusions=(), hurting=(), thin=(), advice=()
    )

    assert (
        "evaluated a/b",
        "          no estimate, every snippet has a single question",
        "          nothing to improve was found",
    ) == summary(report)


def test_summary_names_what_costs_most() -> None:
    """The share solved, with the tap named as an upper bound; two snippets, and a question to write next for each."""
    quality = ExpectedQuality(
        questions=30, answered=0.4, precision=0.98, best_right=0.9, clarified=0.1, strange_answered=None
    )
    costly = tuple(
        CostlySnippet(snippet=name, questions=10, unsolved=(f"{name} one", f"{name} two"), taken_by=other)
        for name, other in (("refund", "returns"), ("price", ""), ("size", ""))
    )
    report = IslandEvaluation(
        island="a/b",
        model="m",
        target_precision=0.9,
        expected=quality,
        confusions=(),
        hurting=(),
        thin=(),
        advice=(),
        solved=ExpectedSolved(questions=25, at_once=0.4, by_tap=0.36, unlike=20, unlike_solved=0.5),
        costliest=costly,
    )

    assert (
        "evaluated a/b",
        "          solved 76.0% of its 25 questions for the machine:",
        "          40.0% at once, 36.0% by one tap (upper bound: if every viewer taps)",
        "          98.0% of its answers right, promised 90%",
        "          optimistic for viewers; 20 without a paraphrase: 50.0% solved",
        "          costly: refund, 2 of 10 not solved, mostly taken by returns",
        "            write next: like 'refund one' in other words",
        "          costly: price, 2 of 10 not solved",
        "            write next: like 'price one' in other words",
        "          nothing to improve was found",
    ) == summary(report)


def test_summary_of_an_island_for_people() -> None:
    """There is nothing for the machine to solve, and no share."""
    quality = ExpectedQuality(
        questions=3, answered=0.0, precision=None, best_right=1.0, clarified=0.0, strange_answered=None
    )
    report = IslandEvaluation(
        island="a/b", model="m", target_precision=0.9, expected=quality, confusions=(), hurting=(), thin=(), advice=()
    )

    assert "          no estimate, every snippet is for people" == summary(report)[1]
