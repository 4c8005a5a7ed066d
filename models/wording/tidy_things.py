"""Bring the names of things into normal form, and write their card.

    python models/wording/tidy_things.py

Reads and writes `models/things/things.txt`: a line with `#` names a kind, every other line is one group of names for
the same thing, parted by commas; a vague name ends with `?`, a usual one with `~`, a
value (a country, a colour) with `=`.
Names that are too long, and groups that are there twice, are dropped.
"""

import hashlib
from pathlib import Path

from edge.triage import normalise
from edge.triage.about import LONGEST_NAME, USUAL, VAGUE, VALUE

THINGS = Path(__file__).parents[1] / "things"

CARD = """\
# Card of the names of things by which Skerry notices that a question is about another thing.

sha256 = "{sha256}"
made_by = "models/wording/tidy_things.py"
groups = {groups}
names = {names}

[[sources]]
name = "models/things/things.txt"
by = "the authors of Skerry, who wrote the names for this purpose"
licence = "as Skerry"
"""


def tidy(line: str) -> str:
    """A group of names with each name in normal form; empty if none is left."""
    names = []
    for name in line.split(","):
        words = normalise(name).split()
        if 0 < len(words) <= LONGEST_NAME:
            mark = name.rstrip()[-1]
            names.append(" ".join(words) + (mark if mark in {VAGUE, USUAL, VALUE} else ""))
    return ", ".join(dict.fromkeys(names))


def main() -> None:
    """Read, tidy and write."""
    file = THINGS / "things.txt"
    lines = [line if line.startswith("#") else tidy(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = list(dict.fromkeys(line for line in lines if line))
    content = "".join(f"{line}\n" for line in lines).encode()
    groups = [line.split(", ") for line in lines if not line.startswith("#")]
    file.write_bytes(content)
    THINGS.joinpath("card.toml").write_text(
        CARD.format(
            sha256=hashlib.sha256(content).hexdigest(), groups=len(groups), names=sum(len(group) for group in groups)
        ),
        encoding="utf-8",
    )
    print(f"{file}: {len(groups):,} groups, {len(content):,} bytes")


if __name__ == "__main__":
    main()
