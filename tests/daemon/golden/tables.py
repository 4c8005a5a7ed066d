"""The golden files: their columns, what makes their rows, reading and writing them."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from tests.daemon.golden import cases, doors, trees
from tests.daemon.golden.words import Seen, row

FOLDER = Path(__file__).parent


class Table(NamedTuple):
    """One golden file: its columns, and its rows as today's PoP makes them."""

    columns: tuple[str, ...]
    rows: Callable[[], AsyncIterator[str]]


TABLES = {
    "questions": Table(("question", "channel", "load", *Seen._fields), cases.questions),
    "sessions": Table(
        ("question", "channel", "session", "load", *Seen._fields, "queue_after", "asked_after"), cases.sessions
    ),
    "trees": Table(("path", "channel", "session", "load", "steps", *Seen._fields, "asked_after"), trees.walks),
    "doors": Table(("situation", "step", *Seen._fields), doors.situations),
}


async def played(table: str) -> list[str]:
    """The lines of a table as they would be written now: the columns, then every row, sorted."""
    found = TABLES[table]
    return [row(*found.columns), *sorted([line async for line in found.rows()])]


def written(table: str) -> list[str]:
    """The lines that are committed."""
    return (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()


async def write(table: str) -> None:
    """Write a table again; say in the commit why outcomes moved."""
    text = "\n".join(await played(table)) + "\n"
    (FOLDER / f"{table}.tsv").write_text(text, encoding="utf-8")


def difference(table: str, now: list[str], *, shown: int = 12) -> str:
    """The first rows that moved, in words; empty when none did."""
    before = written(table)
    if now == before:
        return ""
    kept = set(before) & set(now)
    gone, new = [line for line in before if line not in kept], [line for line in now if line not in kept]
    lines = [f"{table}.tsv: {len(gone)} rows as they were, {len(new)} as they are; the first of each:"]
    return "\n".join([*lines, *(f"- {line}" for line in gone[:shown]), *(f"+ {line}" for line in new[:shown])])
