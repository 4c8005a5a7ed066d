"""Copies of what commit 60a4e34 stored, the moment at which it did, and what it could have written."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge.config import model_files
from edge.triage import MODEL_FILES, Triage, load_triage
from edge.trust import register_keys

OLD = Path(__file__).parent / "60a4e34"


@pytest.fixture(autouse=True)
def known_keys() -> None:
    """A command of Skerry's registers them first of all."""
    register_keys()


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A copy that may be opened, which writes into it."""
    return Path(shutil.copytree(OLD, tmp_path / "stored"))


@pytest.fixture(scope="session")
def now() -> datetime:
    """When the bytes were made: every signature in them is good."""
    return datetime.fromisoformat(json.loads((OLD / "made.json").read_bytes())["at"])


@pytest.fixture(scope="session")
def names() -> dict[str, Any]:
    """What is in the old bytes, by kind."""
    found: dict[str, Any] = json.loads((OLD / "names.json").read_bytes())
    return found


@pytest.fixture(scope="session")
def closed() -> dict[str, Any]:
    """The old commit's closed sets, names of counts, tokens, and names in key files."""
    found: dict[str, Any] = json.loads((OLD / "closed.json").read_bytes())
    return found


@pytest.fixture(scope="session")
def triage() -> Triage:
    """The shipped models."""
    return load_triage(model_files(MODEL_FILES))
