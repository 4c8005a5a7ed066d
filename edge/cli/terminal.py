r"""Print for a terminal. Every command prints through these functions, so no word of a stranger moves a cursor.

Islands' titles, errors of peers and words of viewers may hold commands to a terminal. They are written out: `\u001b`.
"""

import sys
from collections.abc import Iterable
from typing import TextIO

import click
import msgspec

from edge.foreign_words import in_lines, one_line


def echo(text: str = "", *, err: bool = False) -> None:
    """Print text of one or several lines to stdout, or to stderr."""
    _print(in_lines(text), sys.stderr if err else sys.stdout)


def echo_columns(cells: Iterable[str]) -> None:
    """Print one row for programs: cells between tabs, each in one line."""
    _print("\t".join(map(one_line, cells)), sys.stdout)


def echo_json(document: object) -> None:
    """Print a document as JSON of several lines."""
    _print(in_lines(msgspec.json.format(msgspec.json.encode(document)).decode()), sys.stdout)


def echo_json_line(document: bytes) -> None:
    """Print JSON as it is, in one line."""
    _print(in_lines(document.decode(errors="replace")), sys.stdout)


def write_bytes(content: bytes) -> None:
    """Write a file's content to stdout as it is, for a pipe. The caller answers for every stranger's word in it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _print(text: str, stream: TextIO) -> None:
    # Named, because click would write UTF-8 to a stream that knows ASCII only.
    click.echo(text, file=stream)
