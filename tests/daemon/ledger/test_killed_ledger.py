"""A process with a ledger that is killed again and again: the full count is in `make bench ARGS=ledger`."""

import subprocess
import sys
from pathlib import Path

import msgspec

KILLS = 50
"""A twentieth of the benchmark's."""

ROOT = Path(__file__).parents[3]


def test_nothing_acknowledged_is_lost_and_nothing_forks(tmp_path: Path) -> None:
    """Between any two lines of the ledger's code, and at any moment. (In a process of its own, which forks.)"""
    program = (
        "import sys, msgspec; from pathlib import Path; from benchmarks.ledger.kills import kill_often;"
        "print(msgspec.json.encode(kill_often(Path(sys.argv[1]), int(sys.argv[2]))._asdict()).decode())"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, tmp_path, str(KILLS)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "" == found.stderr
    result = msgspec.json.decode(found.stdout.splitlines()[-1])

    assert [] == result["lost"]
    assert KILLS == result["kills"]
    assert result["acknowledged"] > KILLS
    assert result["states"] > KILLS // 5
    assert result["size"] >= result["acknowledged"] - KILLS
