"""`skerry simulate`: an island file and a list of questions in, figures and a chart out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from edge.records import SurgePolicy

QUESTIONS = """\
text,snippet,weight,channel
when will it ship,ship-date,5,stream
i want my money back,refund,2,stream
do gulls dream,,1,mail
"""

DROP = ("--rate", 6, "--agents", 3, "--minutes", 10, "--surge-from", 2, "--surge-minutes", 4)

Simulate = Callable[..., Result]


@pytest.fixture
def simulate(skerry: Callable[..., Result], island_file: Path, tmp_path: Path) -> Simulate:
    """Simulates a short drop with the island, with more options or other questions."""

    def run(*options: object, questions: str = QUESTIONS) -> Result:
        path = tmp_path / "questions.csv"
        path.write_text(questions)
        return skerry("simulate", "--island", island_file, "--questions", path, *DROP, *options)

    return run


def test_table(simulate: Simulate) -> None:
    """The table has both runs side by side."""
    lines = simulate().stdout.splitlines()

    assert "\tno surge control\tsurge control" == lines[0]
    assert any(line.startswith("people needed for waits of 600 s at most\t") for line in lines)


def test_figures_for_machines_are_repeatable(simulate: Simulate, island_file: Path) -> None:
    """The same seed gives the same figures; the island's own [surge] is used."""
    island_file.write_text(
        island_file.read_text().replace("[[snippets]]", "[surge]\nfloor = 0.8\nceiling = 0.95\n\n[[snippets]]", 1)
    )
    first, again = (simulate("--json", "--seed", 4) for _ in range(2))
    found = json.loads(first.stdout)

    assert first.stdout == again.stdout
    assert "acme/drop" == found["island"]
    assert found["steered"]["asked"] == found["fixed"]["asked"] > 100
    assert found["steered"]["wrong_share"] is not None


def test_chart(simulate: Simulate, tmp_path: Path) -> None:
    """--plot writes a PNG file."""
    result = simulate("--plot", tmp_path / "drop.png")

    assert 0 == result.exit_code, result.output
    assert (tmp_path / "drop.png").read_bytes().startswith(b"\x89PNG")


BAD = {
    "no text column": (
        "question\nwhen\n",
        "has the columns question, expected text, and any of snippet, weight, channel",
    ),
    "an empty file": ("", "has the columns none, expected text, and any of snippet, weight, channel"),
    "only a header": ("text\n", "has no questions"),
    "a line without text": ("text,snippet\n ,refund\n", "line 2 has no text, or too many columns"),
    "too many columns": ("text\nwhen,ship-date\n", "line 2 has no text, or too many columns"),
    "an unknown snippet": (
        "text,snippet\nwhen,refund\nhow,refund|refnd\n",
        "line 3 names the snippet 'refnd', which the island does not have",
    ),
    "a weight that is no number": ("text,weight\nwhen,often\n", "line 2 has a weight that is not a positive number"),
    "a negative weight": ("text,weight\nwhen,-1\n", "line 2 has a weight that is not a positive number"),
}


@pytest.mark.parametrize(("questions", "problem"), BAD.values(), ids=BAD.keys())
def test_questions_that_cannot_be_read(simulate: Simulate, tmp_path: Path, questions: str, problem: str) -> None:
    """One line says what is wrong and what to run."""
    result = simulate(questions=questions)
    path = tmp_path / "questions.csv"

    assert 1 == result.exit_code
    assert f"error: {path} {problem}; fix it, then run: skerry simulate --questions {path} …\n" == result.stderr


def test_chart_that_cannot_be_written(simulate: Simulate, tmp_path: Path) -> None:
    """The error names the file in a folder that does not exist."""
    result = simulate("--plot", tmp_path / "no" / "drop.png")

    assert result.stderr.endswith("No such file or directory; choose another file with: --plot FILE\n")


def test_island_without_surge_bounds(simulate: Simulate) -> None:
    """The simulation says which bounds it tries for an island without [surge]."""
    policy = SurgePolicy(floor=0.75, ceiling=0.95)

    assert f"has no [surge], so floor {policy.floor} and ceiling {policy.ceiling} are tried" in simulate().stderr
