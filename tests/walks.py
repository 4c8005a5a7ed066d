"""The walks that `edge/README.md` describes, file by file."""

import re
from pathlib import Path

import edge

EDGE = Path(edge.__file__).parent


def walk_of(journey: str) -> list[str]:
    """The files of a walk, relative to `edge`, in the order in which they are listed."""
    section = (EDGE / "README.md").read_text(encoding="utf-8").partition(f"### {journey}\n")[2].partition("\n### ")[0]
    files = re.findall(r"^\d+\. `([a-z_/]+\.py)`", section, flags=re.MULTILINE)
    assert files, f"edge/README.md has no walk of {journey!r}"
    return files
