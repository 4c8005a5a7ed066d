"""Options, tables and bars that commands share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

home_option: Callable[[Any], Any] = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-home"),
    envvar="SKERRY_HOME",
    show_default=True,
    help="Folder with keys and repository.",
)


def time_text(moment: datetime | None) -> str:
    """A moment as people read it, `-` for none."""
    return "-" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def printable(text: str) -> str:
    """What others wrote, in one line, without what could move a terminal's cursor or change what stands there."""
    return "".join(c if c.isprintable() else "?" for c in text)


def echo_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for people on a terminal; elsewhere columns parted by tabs, for `cut` and `awk`.

    Cells are shown as they are: nothing in them is a command to the terminal or to `rich`.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    console = Console()
    if not console.is_terminal:
        for row in (headers, *rows):
            click.echo("\t".join(row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # Viewers' words and peers' errors are no markup.
        table.add_row(*map(Text, row))
    console.print(table)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal's stderr, nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title)
        yield lambda phase, done, total: bar.update(task, description=f"{title}: {phase}", completed=done, total=total)
