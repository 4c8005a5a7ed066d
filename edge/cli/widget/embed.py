"""`skerry widget embed`: the lines with which a shop's page shows the widget."""

import base64
import html
from pathlib import Path

import click

from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.cli.widget.address import address_in
from edge.cli.widget.built import hash_pin, read_loader
from edge.errors import ConfigError, RefusedError
from edge.publish.repository import Repository, State
from edge.records import IslandName
from edge.trust import signed_loader

_LINES = """<script type="module" src="{pop}/widget/skerry.js" integrity="{integrity}" crossorigin></script>
<skerry-chat island="{island}" pop="{pop}" key="{keys}"></skerry-chat>"""


@click.command("embed")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--pop", "pop", required=True, metavar="URL", help="Address of a PoP, or of what is in front of PoPs.")
@click.option(
    "--pin",
    type=click.Choice(["hash", "key"]),
    default="hash",
    show_default=True,
    help="`hash`: this release's file and no other. `key`: what the publisher signs; Chromium alone verifies that.",
)
@home_option
def embed_command(*, name: str, pop: str, pin: str, home: Path) -> None:
    """Print the lines that show the widget on a shop's page.

    They name the tenant's keys, and pin the file that the page loads.
    """
    island = IslandName.parse(name)
    address = address_in(pop).rstrip("/")
    repository = Repository(home)
    state = repository.state()
    repository.require_tenant(state, island.tenant)
    values = {
        "island": str(island),
        "pop": address,
        "keys": " ".join(map(_base64, state.keys(island.tenant))),
        "integrity": _key_pin(state, home) if pin == "key" else hash_pin(read_loader()),
    }
    echo(_LINES.format(**{word: html.escape(value) for word, value in values.items()}))


def _key_pin(state: State, home: Path) -> str:
    """All keys of the role: while one replaces the other, the page works with both."""
    keys = tuple(state.keys("targets"))
    try:
        signed_loader(state.targets, read_loader(), keys=keys)
    except RefusedError as error:
        raise ConfigError(f"{error.text}; sign it with: skerry widget sign --home {home}") from error
    return " ".join(f"ed25519-{_base64(key)}" for key in keys)


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()
