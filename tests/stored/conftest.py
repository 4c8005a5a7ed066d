"""Copies of what commit 60a4e34 stored, when it did, and the words that it could have written."""

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
    """Register the key types, as every command does."""
    register_keys()


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A copy, since opening a store writes into it."""
    return Path(shutil.copytree(OLD, tmp_path / "stored"))


@pytest.fixture(scope="session")
def now() -> datetime:
    """When the bytes were made, so that every signature is valid."""
    return datetime.fromisoformat(json.loads((OLD / "made.json").read_bytes())["at"])


@pytest.fixture(scope="session")
def names() -> dict[str, Any]:
    """Names and words in the old bytes, by kind."""
    found: dict[str, Any] = json.loads((OLD / "names.json").read_bytes())
    return found


@pytest.fixture(scope="session")
def closed() -> dict[str, Any]:
    """Closed sets, names of counts, tokens and names in key files of the old commit."""
    found: dict[str, Any] = json.loads((OLD / "closed.json").read_bytes())
    return found


@pytest.fixture(scope="session")
def triage() -> Triage:
    """The shipped models."""
    return load_triage(model_files(MODEL_FILES))
