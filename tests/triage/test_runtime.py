"""ONNX Runtime reports nothing: it does nothing in the home folder, also if the environment said otherwise."""

import os
import subprocess
import sys
from pathlib import Path

LOAD = """
from edge.config import model_files
from edge.triage import MODEL_FILES, load_triage
load_triage(model_files(MODEL_FILES))
"""


def test_nothing_is_reported(tmp_path: Path) -> None:
    """Its telemetry would write an identifier of the machine below the home folder, and run a thread."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ORT_DISABLE_TELEMETRY": "0"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert [] == list(tmp_path.iterdir())
