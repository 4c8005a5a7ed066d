"""Options, tables and bars that commands share."""

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from edge.cli.terminal import echo_columns
from edge.errors import ConfigError
from edge.foreign_words import one_line
from edge.records import ThresholdWhy

home_option: Callable[[Any], Any] = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-home"),
    envvar="SKERRY_HOME",
    show_default=True,
    help="Folder with keys and repository.",
)


NOTHING = "-"
"""A cell without a value."""

WHY_THRESHOLD = {
    ThresholdWhy.EACH: "each answer must reach the target precision",
    ThresholdWhy.SNIPPET: "the snippet has a target precision of its own",
    ThresholdWhy.START: "for what is usually asked, few have asked yet",
    ThresholdWhy.TRAFFIC: "for what is asked, the lowest that keeps the promise",
    ThresholdWhy.FLOOR: "the island allows no lower one",
    ThresholdWhy.TARGET: "no lower one keeps the promise",
}
"""Why a threshold is where it is, in words for a table."""

_GAP = 2
"""Columns between two cells."""


_PUBLIC_KEY_BYTES = 32


def time_text(moment: datetime | None) -> str:
    """A time in UTC, as in `2026-09-01T18:00:00Z`; `-` for none."""
    return NOTHING if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def life_text(left: timedelta) -> str:
    """How long something is still valid, as in `9 min`, `6 d` or `expired`."""
    minutes = left // timedelta(minutes=1)
    if left <= timedelta(0):
        return "expired"
    return f"{minutes // 1440} d" if minutes >= 1440 else f"{minutes} min"  # noqa: PLR2004 - minutes of a day


def echo_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on a terminal; elsewhere columns separated by tabs, for `cut` and `awk`.

    If the terminal is too narrow, each row becomes a block of lines, without its empty cells. Nothing in a cell is a
    command to the terminal or to `rich`.
    """
    rows = [[one_line(cell) for cell in row] for row in rows]
    console = Console()
    if not console.is_terminal:
        for row in (headers, *rows):
            echo_columns(row)
        return
    if _width(headers, rows) > console.width:
        _echo_blocks(console, headers, rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, no_wrap=True)
    for row in rows:
        # Viewers' words and peers' errors are no markup.
        table.add_row(*map(Text, row))
    console.print(table)


def _width(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many columns a terminal needs to show every cell whole."""
    return sum(max(map(cell_len, column)) + _GAP for column in zip(headers, *rows, strict=True)) - _GAP


def _echo_blocks(console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One block a row, its first cell as the heading: a table that is too wide would break names in the middle."""
    for heading, *cells in rows:
        console.print(Text(heading, style="bold"))
        indent = " " * (len(heading) - len(heading.lstrip()) + _GAP)
        pairs = [f"{header} {cell}" for header, cell in zip(headers[1:], cells, strict=True) if cell != NOTHING]
        for line in _lines_of(pairs, width=console.width - len(indent)):
            console.print(Text(indent + line))


def _lines_of(pairs: Sequence[str], *, width: int) -> Iterator[str]:
    """The pairs in as few lines as possible. No pair is broken over two lines."""
    line = ""
    for pair in pairs:
        if line and cell_len(line) + _GAP + cell_len(pair) > width:
            yield line
            line = pair
        else:
            line = f"{line}{' ' * _GAP if line else ''}{pair}"
    if line:
        yield line


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr; nothing if that is no terminal, or one without cursor movement."""
    console = Console(stderr=True)
    hidden = console.is_dumb_terminal or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(title)
        yield lambda phase, done, total: bar.update(task, description=f"{title}: {phase}", completed=done, total=total)


def read_keys(texts: Collection[str]) -> list[bytes]:
    """Public keys, each in hexadecimal (as `status.pub` has it) or in base64. Raises `ConfigError`."""
    return [_key(text) for text in texts]


def _key(text: str) -> bytes:
    for decode in (bytes.fromhex, lambda one: base64.b64decode(one, validate=True)):
        try:
            key = decode(text.strip())
        except (ValueError, binascii.Error):
            continue
        if len(key) == _PUBLIC_KEY_BYTES:
            return key
    raise ConfigError(
        "a --key is no public key, expected 64 hexadecimal digits or 32 bytes in base64; a PoP's own is in its state"
        " folder: cat STATE/status.pub"
    )
