"""`benchmarks/triage.py` and `benchmarks/peers.py`, run from the command line."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"benchmarks/{script}.py", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_missing_data_says_what_to_get(tmp_path: Path) -> None:
    """The error names the three public sets and where to get them."""
    result = _run("triage", "--data", str(tmp_path / "none"))

    assert 1 == result.returncode
    assert f"{tmp_path}/none/clinc150.csv is missing: get CLINC150 (github.com/clinc/oos-eval" in result.stderr
    assert "BANKING77" in result.stderr
    assert "HWU64" in result.stderr


def test_protocol_writes_one_table(data: Path, tmp_path: Path) -> None:
    """The table has a line for each unseen set and one for their mean."""
    result = _run("triage", "--data", str(data), "--islands", "1", "--out", str(tmp_path / "table.md"))
    lines = result.stdout.splitlines()

    assert 0 == result.returncode, result.stderr
    assert result.stdout == (tmp_path / "table.md").read_text()
    assert ["| clinc150", "| banking77", "| hwu64", "| **mean**"] == [line.split(" |")[0] for line in lines[2:]]


def test_peers_that_are_not_here_are_named(data: Path, tmp_path: Path) -> None:
    """Missing peers are named with the way to install them, and have no figures."""
    absent = str(tmp_path / "nowhere")
    only = ("--only", "nlp.js", "--only", "SetFit")
    result = _run("peers", "--data", str(data), "--islands", "1", "--python", absent, "--nlp", absent, *only)

    assert 0 == result.returncode, result.stderr
    where = "see the commands at the top of benchmarks/peers.py"
    assert [
        f"nlp.js was not run: {absent}/node_modules/node-nlp is not there, {where}",
        f"SetFit was not run: {absent} is not there, {where}",
    ] == result.stdout.splitlines()[2:]
