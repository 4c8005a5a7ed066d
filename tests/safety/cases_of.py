"""The cases of `tests/safety/cases`, which were written before the filters."""

import tomllib
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


def cases_of(name: str) -> dict[str, Any]:
    """The tables of one file."""
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
