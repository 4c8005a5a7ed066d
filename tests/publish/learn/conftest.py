"""An author who learns from exports, for the island of this folder's tests."""

import subprocess
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from edge.publish.learn import LeftOut, Lesson, gather, learn_from, read_export
from edge.publish.source import parse_island
from edge.triage import Triage

Learned = tuple[Lesson, Counter[LeftOut]]


class Author:
    """Learns from an export for one island, in a folder of its own."""

    def __init__(self, folder: Path, text: str, triage: Triage, now: datetime) -> None:
        self.folder, self.text, self.triage, self.now = folder, text, triage, now

    def learns(self, lines: Iterable[str], *, measured: int = 20) -> Learned:
        """The lesson, and what was left out."""
        export = self.folder / "export.jsonl"
        export.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
        left_out: Counter[LeftOut] = Counter()
        source = parse_island(self.text.encode(), path="x").source()
        evidence = gather(read_export(export, left_out), source, left_out)
        lesson = learn_from(
            evidence, self.text.encode(), path=Path("drop.toml"), triage=self.triage, now=self.now, measured=measured
        )
        return lesson, +left_out

    def patched(self, lesson: Lesson) -> str:
        """The author's file after `git apply`."""
        (self.folder / "drop.toml").write_text(self.text, encoding="utf-8", newline="")
        (self.folder / "patch").write_bytes(lesson.patch)
        subprocess.run(["git", "apply", "--whitespace=nowarn", "patch"], cwd=self.folder, check=True)
        return (self.folder / "drop.toml").read_bytes().decode()


@pytest.fixture
def author(tmp_path: Path, island_text: str, triage: Triage, now: datetime) -> Author:
    """The author of the island of this folder's tests, which promises each answer: much is left to learn."""
    return Author(tmp_path, f'promise.of = "each"\n{island_text}', triage, now)
