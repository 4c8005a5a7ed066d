"""`models/reading`: the lines to judge by are those that were written first, and nothing is learned from them."""

import hashlib
from pathlib import Path

import pytest

from edge.triage import question_of
from models.written_lines import learned_texts, lines_to_judge, read_lines

JUDGE = Path(__file__).parents[2] / "models" / "reading" / "judge"


def test_judging_lines_are_unchanged() -> None:
    """They are those whose hashes were committed before anything was trained."""
    lines = (JUDGE / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    hashes = {name: sha256 for sha256, name in map(str.split, lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in JUDGE.glob("*.csv")}

    assert len(found) == 8
    assert hashes == found


@pytest.fixture(scope="module")
def learned() -> set[str]:
    """What may be learned from."""
    return learned_texts()


@pytest.mark.parametrize("name", ["harm", "lookalike", "chatter"])
def test_nothing_is_judged_that_was_learned(name: str, learned: set[str]) -> None:
    """Two people may write the same line, but not many; those are left out."""
    lines = lines_to_judge(name, learned)
    shared = {question_of(line.text) for line in lines} & learned

    assert not [normal for normal in shared if normal.count(" ") > 1]
    assert 0.97 * len(read_lines(f"judge/{name}")) < len(lines)
