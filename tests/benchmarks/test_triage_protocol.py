"""`benchmarks/triage.py`, run as a stranger would."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUBJECTS = ("card", "ticket", "alarm", "song", "flight", "recipe", "taxi", "loan", "mail", "hotel", "meeting", "photo")
WORDINGS = (
    "where is my {} {}", "i lost the {} {}", "book a {} for {}", "cancel {} {} please", "how much is a {} {}",
    "{} {} is broken", "who can see my {} {}", "is there a {} for {}",
)  # fmt: skip


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/triage.py", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three tiny sets of two dozen intents in the public sets' form."""
    for name in ("clinc150", "banking77", "hwu64"):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("text", "label", "split"))
            for subject in SUBJECTS:
                for day in ("today", "tomorrow"):
                    texts = [wording.format(subject, f"{day} {name}") for wording in WORDINGS]
                    rows.writerows((text, f"{subject}_{day}", "train") for text in texts)
            rows.writerows((f"odd question {number}", "oos", "train") for number in range(40))
    return tmp_path


def test_missing_data_says_what_to_get(tmp_path: Path) -> None:
    """The three public sets by name, with where they are."""
    result = _run("--data", str(tmp_path / "none"))

    assert 1 == result.returncode
    assert f"{tmp_path}/none/clinc150.csv is missing: get CLINC150 (github.com/clinc/oos-eval" in result.stderr
    assert "BANKING77" in result.stderr
    assert "HWU64" in result.stderr


def test_protocol_writes_one_table(data: Path, tmp_path: Path) -> None:
    """A line for each unseen set and their mean."""
    result = _run("--data", str(data), "--islands", "1", "--out", str(tmp_path / "table.md"))
    lines = result.stdout.splitlines()

    assert 0 == result.returncode, result.stderr
    assert result.stdout == (tmp_path / "table.md").read_text()
    assert ["| clinc150", "| banking77", "| hwu64", "| **mean**"] == [line.split(" |")[0] for line in lines[2:]]
