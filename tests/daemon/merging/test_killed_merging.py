"""A process that merges sessions and is killed again and again: the full count is in `make bench ARGS=ledger`."""

import subprocess
import sys
from pathlib import Path

import msgspec

KILLS = 10
"""A twentieth of the benchmark's."""

ROOT = Path(__file__).parents[3]


def test_no_acknowledged_merge_is_lost_or_doubled(tmp_path: Path) -> None:
    """Between any two lines of a PoP and its desk, and at any moment. (In a process of its own, which forks.)"""
    program = (
        "import sys, msgspec; from pathlib import Path; from benchmarks.ledger.merge_kills import kill_merging;"
        "print(msgspec.json.encode(kill_merging(Path(sys.argv[1]), int(sys.argv[2]))._asdict()).decode())"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, tmp_path, str(KILLS)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "" == found.stderr
    result = msgspec.json.decode(found.stdout.splitlines()[-1])

    assert [] == result["faults"]
    assert KILLS == result["kills"]
    assert result["acknowledged"] > KILLS
    assert result["leaves"] >= result["acknowledged"]
