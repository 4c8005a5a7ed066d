"""The golden files: their columns, the functions that make their rows, reading and writing."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from tests.daemon.golden import cases, doors, trees
from tests.daemon.golden.words import Seen, row

FOLDER = Path(__file__).parent


class Table(NamedTuple):
    """One golden file: its columns, and a function that plays its cases and gives the rows."""

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
    columns, rows = TABLES[table]
    return [row(*columns), *sorted([line async for line in rows()])]


def written(table: str) -> list[str]:
    """The lines of the golden file."""
    return (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()


async def write(table: str) -> None:
    """Write a golden file again; the commit must say why outcomes have changed."""
    text = "\n".join(await played(table)) + "\n"
    (FOLDER / f"{table}.tsv").write_text(text, encoding="utf-8")


def difference(table: str, now: list[str], *, max_rows: int = 12) -> str:
    """The first rows that have changed, as a text; empty if none has."""
    before = written(table)
    if now == before:
        return ""
    same = set(before) & set(now)
    gone, new = [line for line in before if line not in same], [line for line in now if line not in same]
    lines = [f"{table}.tsv: {len(gone)} rows are gone, {len(new)} are new; the first of each:"]
    return "\n".join([*lines, *(f"- {line}" for line in gone[:max_rows]), *(f"+ {line}" for line in new[:max_rows])])
