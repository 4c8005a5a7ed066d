"""The project's own files: all that is not hidden, built or installed."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {"build", "dist", "node_modules", "skerry-home"}


def files(pattern: str) -> Iterator[Path]:
    """Every file of this name in the checkout."""
    for path in sorted(ROOT.rglob(pattern)):
        folders = path.relative_to(ROOT).parts[:-1]
        if path.is_file() and not any(folder in NOT_OURS or folder.startswith(".") for folder in folders):
            yield path
