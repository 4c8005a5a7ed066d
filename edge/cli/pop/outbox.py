"""`skerry outbox`: tickets in a stopped PoP's outbox. Viewers' words are shown only on request (`--with-text`)."""

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

from edge.cli.terminal import echo, echo_columns, echo_json, echo_json_line
from edge.config import read_pop_config
from edge.errors import ConfigError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS
from edge.store.outbox import (
    Outbox,
    OutboxRow,
    read_payload,
    read_rows,
    retry_dead_letters,
    retry_ticket,
    ticket_from_bytes,
)

_WORDS = ("text", "transcript", "session", "channel", "locale", "consent")
"""Fields of a ticket in which a viewer can write words."""

_HEADERS = ("ticket", "class", "origin", "state", "age", "tries", "bytes", "last error")

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="SKERRY_CONFIG",
    required=True,
    help="The PoP's configuration file (pop.toml). Environment: SKERRY_CONFIG.",
)
text_option = click.option("--with-text", is_flag=True, help="Show the viewer's words too.")


@click.group("outbox")
def outbox_command() -> None:
    """List, show and retry the tickets of a stopped PoP.

    Stop the PoP first: only one process may use its state directory. A dead letter is a ticket that origin refused too
    often; it waits until you retry it.
    """


@outbox_command.command("list")
@config_option
@click.option("--dead-letters", "dead_letters", is_flag=True, help="Only tickets that origin refused too often.")
@click.option("--json", "as_json", is_flag=True, help="Print each ticket as one line of JSON.")
def list_(path: Path, *, dead_letters: bool, as_json: bool) -> None:
    """List all tickets, oldest first, with age, tries and last error."""
    with _stopped_outbox(path) as outbox:
        rows = (row for row in read_rows(outbox) if row.dead_letter or not dead_letters)
        if as_json:
            for row in rows:
                echo_json_line(msgspec.json.encode(_row_document(row)))
        else:
            _echo(rows)


@outbox_command.command()
@config_option
@text_option
@click.argument("ticket")
def show(path: Path, ticket: str, *, with_text: bool) -> None:
    """Show one ticket as JSON, as origin will get it.

    TICKET is an id from `skerry outbox list`. The viewer's words are left out unless you ask for them.
    """
    with _stopped_outbox(path) as outbox:
        echo_json(_ticket_document(read_payload(outbox, ticket), with_text=with_text))


@outbox_command.command("export")
@config_option
@text_option
def export(path: Path, *, with_text: bool) -> None:
    """Print all tickets as lines of JSON.

    With these you can bring tickets to the desk by hand. Nothing is removed from the outbox. The
    viewers' words are left out unless you ask for them.
    """
    with _stopped_outbox(path) as outbox:
        for name in [row.id for row in read_rows(outbox)]:
            echo_json_line(msgspec.json.encode(_ticket_document(read_payload(outbox, name), with_text=with_text)))


@outbox_command.command("retry")
@config_option
@click.option("--all", "everything", is_flag=True, help="Retry all dead letters.")
@click.argument("tickets", nargs=-1, metavar="[TICKET]...")
def retry_(path: Path, tickets: tuple[str, ...], *, everything: bool) -> None:
    """Deliver tickets again when the PoP starts.

    TICKET is an id from `skerry outbox list`, of a dead letter or of a waiting ticket. Name tickets,
    or give --all.
    """
    if bool(tickets) == everything:
        raise click.UsageError("name the tickets, or give --all")
    with _stopped_outbox(path) as outbox:
        for ticket in tickets:
            retry_ticket(outbox, ticket)
        count = retry_dead_letters(outbox) if everything else len(tickets)
    echo(f"tickets to be delivered: {count}; next: skerry pop serve --config {path}")


@contextmanager
def _stopped_outbox(path: Path) -> Iterator[Outbox]:
    """The outbox of a stopped PoP. Raises `ConfigError` if there is none, or if the PoP is running."""
    folder = read_pop_config(path).state_dir
    if not (folder / "outbox").is_dir():
        raise ConfigError(
            f"there is no outbox in {folder}, expected a PoP's state directory; "
            f"start the PoP once with: skerry pop serve --config {path}"
        )
    with Outbox(folder) as outbox:
        yield outbox


def _row_document(row: OutboxRow) -> dict[str, Any]:
    return {
        **row._asdict(),
        "priority": row.priority.name.lower(),
        "created": datetime.fromtimestamp(row.created, UTC),
        "due": datetime.fromtimestamp(row.due, UTC) if row.due else None,
    }


def _echo(rows: Iterable[OutboxRow]) -> None:
    """Print a table on a terminal, else lines with tabs. The lines are written as the tickets are read."""
    console, now = Console(), time.time()
    lines = (_cells(row, now) for row in rows)
    if not console.is_terminal:
        for line in chain((_HEADERS,), lines):
            echo_columns(line)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in _HEADERS:
        # The id is for copying into another command, so it is not broken over two lines.
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
        # The text comes from origin: control characters could move the terminal's cursor or add columns.
        one_line(row.error),
    )


def _ticket_document(stored: bytes, *, with_text: bool) -> dict[str, Any]:
    """The stored ticket for printing. One that is not JSON is shown by its length, or whole with `with_text`."""
    try:
        ticket = msgspec.json.decode(ticket_from_bytes(stored), type=dict[str, Any])
    except DECODE_ERRORS:
        return {"damaged": stored if with_text else len(stored)}
    return ticket if with_text else {name: value for name, value in ticket.items() if name not in _WORDS}
