r"""Print for a terminal. Every command prints through these functions, so no word of a stranger moves a cursor.

Islands' titles, errors of peers and words of viewers may hold commands to a terminal. They are written out: `\u001b`.
"""

from collections.abc import Iterable

import click
import msgspec

from edge.foreign_words import in_lines, one_line


def echo(text: str = "", *, err: bool = False) -> None:
    """Print text of one or several lines to stdout, or to stderr."""
    click.echo(in_lines(text), err=err)


def echo_columns(cells: Iterable[str]) -> None:
    """Print one row for programs: cells between tabs, each in one line."""
    click.echo("\t".join(map(one_line, cells)))


def echo_json(document: object) -> None:
    """Print a document as JSON of several lines."""
    click.echo(in_lines(msgspec.json.format(msgspec.json.encode(document)).decode()))


def echo_json_line(document: bytes) -> None:
    """Print JSON as it is, in one line."""
    click.echo(in_lines(document.decode(errors="replace")))
