"""What a PoP loads: a committed list, so that a new dependency or a room that it does not need is noticed."""

import sys
from pathlib import Path

import pytest

from edge.cli.demo import Harness
from edge.records import Outcome
from tests.journeys.steps import ask, until_serving
from tests.pen import Pen

pytestmark = pytest.mark.journey

HERE = Path(__file__).parent
LAUNCHER = (sys.executable, str(HERE / "listing_pop.py"))
NEVER = (
    "edge.client",
    "edge.publish",
    "edge.desk",
    "edge.simulate",
    "edge.cli.demo",
    "sklearn",
    "scipy",
    "tree_sitter",
)


async def test_modules_of_a_pop_that_answered(
    harness: Harness, pen: Pen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PoP takes an island, answers, hands over and ends; then its modules are those of `pop_modules.txt`."""
    found = tmp_path / "modules"
    monkeypatch.setenv("SKERRY_TEST_MODULES", str(found))
    monkeypatch.setenv("PYTHONPATH", str(HERE.parents[1]))
    await harness.start_publisher()
    await harness.start_pop(LAUNCHER)
    await until_serving(harness, 1)
    outcomes = [(await ask(harness, text)).outcome for text in (pen.example, "how do i join the army")]
    await harness.stop("pop")
    names = found.read_text(encoding="utf-8")

    assert [Outcome.ANSWER, Outcome.ESCALATE] == outcomes
    assert [name for name in names.split() if name.startswith(NEVER)] == []
    assert (HERE / "pop_modules.txt").read_text(encoding="utf-8") == names
