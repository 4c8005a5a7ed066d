"""`skerry publisher pops`: adds, lists and removes the PoPs of the fleet."""

from pathlib import Path

import click

from edge.cli.options import echo_table, home_option
from edge.cli.terminal import echo
from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import FleetMembers, fleet_of


@click.group()
def pops() -> None:
    """Add, list and remove the PoPs of the fleet.

    A PoP makes a key at its first start, and signs its status with it. The publisher accepts a status only from a PoP
    whose key it knows.
    """


@pops.command()
@click.argument("name")
@click.option("--key", metavar="HEX", help="The PoP's public key, from its log or its file status.pub.")
@click.option(
    "--key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Instead of --key: a copy of the PoP's status.pub.",
)
@home_option
def add(name: str, key: str | None, key_file: Path | None, home: Path) -> None:
    """Add a PoP to the fleet, or change its key.

    NAME is the PoP's `pop.name`. Give its key with --key or --key-file.
    """
    if (key is None) == (key_file is None):
        raise click.UsageError("found both or neither of --key and --key-file, expected one of them")
    text = key if key is not None else _read(key_file or Path())
    FleetMembers(home).add(name, text.strip())
    echo(f"added {name}; its next status is accepted")


@pops.command()
@click.argument("name")
@home_option
def remove(name: str, home: Path) -> None:
    """Remove a PoP from the fleet.

    NAME is its `pop.name`. Its statuses are refused from now on, and --wait no longer waits for it.
    """
    FleetMembers(home).remove(name)
    with fleet_of(home) as registry:
        registry.statuses.forget(name)
    echo(f"removed {name}")


@pops.command("list")
@home_option
def list_pops(home: Path) -> None:
    """List the PoPs of the fleet with their keys."""
    members = FleetMembers(home)
    keys = {name: members.key(name) for name in members.names()}
    echo_table(("pop", "key"), [(name, key.hex() if key else "no key in its file") for name, key in keys.items()])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; copy the PoP's status.pub there") from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{path} is not a PoP's key, expected a copy of its status.pub") from error
