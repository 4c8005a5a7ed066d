"""`skerry outbox`: tickets of a PoP, while it runs or when it is stopped. Viewers' words are shown only on request."""

import shlex
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.cli.pop.outbox_access import all_payloads, all_tickets, outbox_of
from edge.cli.terminal import echo, echo_columns, echo_json, echo_json_line
from edge.errors import RefusedError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS
from edge.store.outbox import OutboxQuery, OutboxRetry, OutboxSelection, OutboxTicket, ticket_from_bytes

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
tickets_argument = click.argument("tickets", nargs=-1, required=True, metavar="TICKET...")


@click.group("outbox")
def outbox_command() -> None:
    """List, show, hold, drop and retry the tickets of a PoP.

    The PoP may run: then it does what you say, as its own user or root. If it is stopped, its files are opened. A dead
    letter is a ticket that origin refused too often, or that you hold; it waits until you retry or drop it.
    """


@outbox_command.command("list")
@config_option
@click.option("--dead-letters", "dead_letters", is_flag=True, help="Only dead letters.")
@click.option("--json", "as_json", is_flag=True, help="Print each ticket as one line of JSON.")
def list_(path: Path, *, dead_letters: bool, as_json: bool) -> None:
    """List all tickets, oldest first, with age, tries and last error."""
    with outbox_of(path, verb="list") as outbox:
        tickets = all_tickets(outbox, OutboxQuery(dead_letters=dead_letters))
        if as_json:
            for ticket in tickets:
                echo_json_line(msgspec.json.encode(ticket))
        else:
            _echo(tickets)


@outbox_command.command()
@config_option
@text_option
@click.argument("ticket")
def show(path: Path, ticket: str, *, with_text: bool) -> None:
    """Show one ticket as JSON, as origin will get it.

    TICKET is an id from `skerry outbox list`. The viewer's words are left out unless you ask for them.
    """
    with outbox_of(path, verb=shlex.join(("show", ticket))) as outbox:
        found = list(all_payloads(outbox, OutboxQuery(tickets=(ticket,))))
    if not found:
        raise RefusedError(f"the outbox holds no ticket {ticket!r}, expected one that `skerry outbox list` names")
    echo_json(_ticket_document(found[0].payload, with_text=with_text))


@outbox_command.command("export")
@config_option
@text_option
def export(path: Path, *, with_text: bool) -> None:
    """Print all tickets as lines of JSON.

    With these you can bring tickets to the desk by hand. Nothing is removed from the outbox. The
    viewers' words are left out unless you ask for them.
    """
    with outbox_of(path, verb="export") as outbox:
        for stored in all_payloads(outbox, OutboxQuery()):
            echo_json_line(msgspec.json.encode(_ticket_document(stored.payload, with_text=with_text)))


@outbox_command.command()
@config_option
@tickets_argument
def hold(path: Path, tickets: tuple[str, ...]) -> None:
    """Deliver tickets no more until you retry them.

    TICKET is an id from `skerry outbox list`. Their viewers are told that they are not delivered yet.
    """
    with outbox_of(path, verb=shlex.join(("hold", *tickets))) as outbox:
        held = outbox.hold(OutboxSelection(tickets=tickets)).tickets
    again = f"skerry outbox retry TICKET... --config {shlex.quote(str(path))}"
    echo(f"tickets held: {len(held)}; to deliver them again, run: {again}")


@outbox_command.command()
@config_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@tickets_argument
def drop(path: Path, tickets: tuple[str, ...], *, yes: bool) -> None:
    """Delete tickets for good.

    TICKET is an id from `skerry outbox list`. Nobody answers them, and their viewers are told that they were dropped.
    To keep them elsewhere, run `skerry outbox export` first.
    """
    if not yes:
        click.confirm(f"Delete {len(tickets)} ticket(s) for good, so that nobody answers them?", abort=True)
    with outbox_of(path, verb=shlex.join(("drop", *tickets))) as outbox:
        dropped = outbox.drop(OutboxSelection(tickets=tickets)).tickets
    echo(f"tickets dropped: {len(dropped)}")


@outbox_command.command("retry")
@config_option
@click.option("--all", "everything", is_flag=True, help="Retry all dead letters.")
@click.argument("tickets", nargs=-1, metavar="[TICKET]...")
def retry_(path: Path, tickets: tuple[str, ...], *, everything: bool) -> None:
    """Deliver tickets again, at once or when the PoP starts.

    TICKET is an id from `skerry outbox list`, of a dead letter or of a waiting ticket. Name tickets,
    or give --all.
    """
    if bool(tickets) == everything:
        raise click.UsageError("name the tickets, or give --all")
    with outbox_of(path, verb=shlex.join(("retry", *(["--all"] if everything else tickets)))) as outbox:
        retried = outbox.retry(OutboxRetry(tickets=tickets, all_dead_letters=everything)).tickets
        echo(f"tickets to be delivered: {len(retried)}; {outbox.next_step}")


def _echo(tickets: Iterable[OutboxTicket]) -> None:
    """Print a table on a terminal, else lines with tabs. The lines are written as the tickets are read."""
    console, now = Console(), time.time()
    lines = (_cells(ticket, now) for ticket in tickets)
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


def _cells(ticket: OutboxTicket, now: float) -> tuple[str, ...]:
    return (
        ticket.id,
        ticket.priority,
        ticket.origin or "default",
        _state(ticket, now),
        f"{max(0.0, now - ticket.created.timestamp()):.0f} s",
        str(ticket.attempts),
        str(ticket.size),
        # The text comes from origin: control characters could move the terminal's cursor or add columns.
        one_line(ticket.error),
    )


def _state(ticket: OutboxTicket, now: float) -> str:
    """What becomes of it: nothing until an operator acts, or a delivery as soon as origin takes tickets, or later."""
    if ticket.dead_letter:
        return "dead letter"
    left_s = 0.0 if ticket.due is None else ticket.due.timestamp() - now
    return "waiting" if left_s <= 0.0 else f"again in {left_s:.0f} s"


def _ticket_document(stored: bytes, *, with_text: bool) -> dict[str, Any]:
    """The stored ticket for printing. One that is not JSON is shown by its length, or whole with `with_text`."""
    try:
        ticket = msgspec.json.decode(ticket_from_bytes(stored), type=dict[str, Any])
    except DECODE_ERRORS:
        return {"damaged": stored if with_text else len(stored)}
    return ticket if with_text else {name: value for name, value in ticket.items() if name not in _WORDS}
