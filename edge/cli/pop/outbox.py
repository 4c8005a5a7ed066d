"""`skerry outbox`: what waits in a stopped PoP's outbox. A viewer's words are shown only where they are asked for."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.config import read_pop_config
from edge.errors import ConfigError
from edge.store.outbox import (
    Outbox,
    OutboxRow,
    read_payload,
    read_rows,
    retry_dead_letters,
    retry_ticket,
    ticket_from_bytes,
)

_WORDS = ("text", "transcript")
"""The fields of a ticket that hold what a viewer wrote."""

_HEADERS = ("ticket", "class", "origin", "state", "age", "tries", "bytes", "last error")

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="SKERRY_CONFIG",
    required=True,
    help="The PoP's TOML file. Environment: SKERRY_CONFIG.",
)
text_option = click.option("--with-text", is_flag=True, help="Show what the viewer wrote, too.")


@click.group("outbox")
def outbox_command() -> None:
    """Look into a stopped PoP's outbox, and give dead letters another try."""


@outbox_command.command("list")
@config_option
@click.option("--dead-letters", "dead_letters", is_flag=True, help="Only tickets that origin refused for good.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(path: Path, *, dead_letters: bool, as_json: bool) -> None:
    """Every ticket, oldest first: its id, age, tries and last error."""
    with _opened(path) as opened:
        found = (row for row in read_rows(opened) if row.dead_letter or not dead_letters)
        if as_json:
            for row in found:
                click.echo(msgspec.json.encode(_described(row)))
        else:
            _echo(found)


@outbox_command.command()
@config_option
@text_option
@click.argument("ticket")
def show(path: Path, ticket: str, *, with_text: bool) -> None:
    """One TICKET as origin will get it, without the viewer's words unless asked for."""
    with _opened(path) as opened:
        click.echo(msgspec.json.format(msgspec.json.encode(_shown(read_payload(opened, ticket), with_text=with_text))))


@outbox_command.command("export")
@config_option
@text_option
def export(path: Path, *, with_text: bool) -> None:
    """Every ticket as one JSON object a line, to be taken elsewhere by hand; nothing is removed."""
    with _opened(path) as opened:
        for name in [row.id for row in read_rows(opened)]:
            sys.stdout.buffer.write(
                msgspec.json.encode(_shown(read_payload(opened, name), with_text=with_text)) + b"\n"
            )


@outbox_command.command("retry")
@config_option
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@click.argument("tickets", nargs=-1)
def retry_(path: Path, tickets: tuple[str, ...], *, everything: bool) -> None:
    """Let TICKETS be delivered when the PoP starts again, dead letters or not."""
    if bool(tickets) == everything:
        raise click.UsageError("name the tickets, or say --all")
    with _opened(path) as opened:
        for ticket in tickets:
            retry_ticket(opened, ticket)
        count = retry_dead_letters(opened) if everything else len(tickets)
    click.echo(f"tickets that are due: {count}; next: skerry pop serve --config {path}")


@contextmanager
def _opened(path: Path) -> Iterator[Outbox]:
    """The outbox of a PoP that has one and does not run; `ConfigError` says which of both it is not."""
    folder = read_pop_config(path).state_dir
    if not (folder / "outbox").is_dir():
        raise ConfigError(
            f"{folder} holds no outbox, expected a PoP's state; start the PoP: skerry pop serve --config {path}"
        )
    with Outbox(folder) as opened:
        yield opened


def _described(row: OutboxRow) -> dict[str, Any]:
    return {
        **row._asdict(),
        "priority": row.priority.name.lower(),
        "created": datetime.fromtimestamp(row.created, UTC),
        "due": datetime.fromtimestamp(row.due, UTC) if row.due else None,
    }


def _echo(found: Iterable[OutboxRow]) -> None:
    """A table on a terminal; elsewhere columns parted by tabs, written as they are read."""
    console, now = Console(), time.time()
    lines = (_cells(row, now) for row in found)
    if not console.is_terminal:
        for line in chain((_HEADERS,), lines):
            click.echo("\t".join(line))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in _HEADERS:
        # What has to be typed again is shown whole, on one line.
        table.add_column(header, overflow="fold", no_wrap=header == "ticket")
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table)


def _cells(row: OutboxRow, now: float) -> tuple[str, ...]:
    return (
        row.id,
        row.priority.name.lower(),
        row.origin or "default",
        "dead letter" if row.dead_letter else "waiting",
        f"{max(0.0, now - row.created):.0f} s",
        str(row.attempts),
        str(row.size),
        # An origin may have said anything: nothing of it moves a terminal's cursor, or this line's columns.
        "".join(character if character.isprintable() else " " for character in row.error),
    )


def _shown(stored: bytes, *, with_text: bool) -> dict[str, Any]:
    """What is stored; a poison row, which is no JSON, by its length alone unless its words are asked for."""
    try:
        ticket = msgspec.json.decode(ticket_from_bytes(stored), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {"damaged": stored if with_text else len(stored)}
    return ticket if with_text else {name: value for name, value in ticket.items() if name not in _WORDS}
