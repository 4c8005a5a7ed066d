"""The soak, briefly: 30 rounds where everything is installed, fewer elsewhere."""

import os
from pathlib import Path

import pytest

from benchmarks.soaks.soak import side_by_side

ROUNDS = 30 if os.environ.get("SKERRY_CI") else 10


@pytest.mark.journey
@pytest.mark.timeout(300)
async def test_killed_handoff_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGKILL under load, full disks, torn logs, an origin in trouble: every acknowledged ticket is at origin once."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    audit = await side_by_side(tmp_path, ROUNDS, lanes=2, seed=7)

    assert (audit.rounds, audit.lost, audit.changed) == (ROUNDS, 0, 0)
    assert audit.acknowledged > 10 * ROUNDS
