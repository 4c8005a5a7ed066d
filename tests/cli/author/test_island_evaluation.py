"""`skerry island evaluate`, and what publishing shows of it."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from edge.cli.author.island_evaluation import summary
from edge.publish.evaluate import ExpectedQuality, IslandEvaluation

Skerry = Callable[..., Result]


def test_report_for_people(skerry: Skerry, island_file: Path) -> None:
    """What to expect, and each list under its title."""
    result = skerry("island", "evaluate", island_file)

    assert 0 == result.exit_code, result.output
    assert result.stdout.startswith("acme/drop: target precision 0.9, encoder-")
    for line in ("\nquestions\t16\t", "\nanswered\t", "\nprecision\t", "\nanswers to strangers\t-\t"):
        assert line in result.stdout
    for title in (
        "snippets that take each other's questions: ",
        "examples that hurt: ",
        "snippets with too few examples: none\n",
        "write next: 5\n",
    ):
        assert f"\n\n{title}" in result.stdout


def test_report_for_machines(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """An array with one report for each file; the file holds what stdout does."""
    out = tmp_path / "report.json"
    result = skerry("island", "evaluate", "--json", "--evaluation", out, island_file)
    (found,) = json.loads(result.stdout)

    assert result.stdout == out.read_text()
    assert ("acme/drop", 0.9, 16) == (found["island"], found["target_precision"], found["expected"]["questions"])
    assert 5 == len(found["advice"])
    assert {"confusions", "hurting", "thin", "model"} <= found.keys()


def test_publishing_writes_the_report(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """The same file as the report's own command."""
    skerry("keys", "init", "--tenant", "acme")
    published = skerry("island", "publish", "--evaluation", tmp_path / "published.json", island_file)
    skerry("island", "evaluate", "--evaluation", tmp_path / "reported.json", island_file)

    assert 0 == published.exit_code, published.output
    assert (tmp_path / "published.json").read_text() == (tmp_path / "reported.json").read_text()


def test_report_of_a_faulty_island(skerry: Skerry, island_file: Path) -> None:
    """First the faults; nothing can be said about what could not be published."""
    island_file.write_text(island_file.read_text().replace('"refund status"', '"Where is my PARCEL?"'))
    result = skerry("island", "evaluate", island_file)

    assert 1 == result.exit_code
    assert "error[question-shared]" in result.stderr
    assert result.stderr.endswith("error: nothing was evaluated: 1 file, 1 error, 0 warnings\n")


def test_report_that_cannot_be_written(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """The text ends with what to give."""
    result = skerry("island", "evaluate", "--evaluation", tmp_path / "no" / "r.json", island_file)

    expected = f"error: cannot write {tmp_path}/no/r.json: No such file or directory, give another --evaluation\n"
    assert (1, expected) == (result.exit_code, result.stderr)


def test_summary_without_questions_to_judge() -> None:
    """An island whose snippets have one question each."""
    nothing = ExpectedQuality(
        questions=0, answered=None, precision=None, best_right=None, clarified=None, strange_answered=None
    )
    report = IslandEvaluation(
        island="a/b", model="m", target_precision=0.9, expected=nothing, confusions=(), hurting=(), thin=(), advice=()
    )

    assert (
        "evaluated a/b",
        "          nothing can be said, every snippet has a single question",
        "          nothing to improve was found",
    ) == summary(report)
