"""`skerry publisher pops`: which PoPs belong to the fleet."""

from pathlib import Path

import click

from edge.cli.options import echo_table, home_option
from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import FleetMembers, fleet_of


@click.group()
def pops() -> None:
    """Say which PoPs belong to the fleet, and by which keys their statuses are known."""


@pops.command()
@click.argument("name")
@click.option("--key", metavar="HEX", help="The PoP's public key: its log tells it, its status.pub holds it.")
@click.option("--key-file", type=click.Path(dir_okay=False, path_type=Path), help="Or a copy of its status.pub.")
@home_option
def add(name: str, key: str | None, key_file: Path | None, home: Path) -> None:
    """Make NAME (the PoP's `pop.name`) a member of the fleet, or change its key."""
    if (key is None) == (key_file is None):
        raise click.UsageError("found both or neither of --key and --key-file, expected one")
    text = key if key is not None else _read(key_file or Path())
    FleetMembers(home).add(name, text.strip())
    click.echo(f"added {name}; its next status is taken")


@pops.command()
@click.argument("name")
@home_option
def remove(name: str, home: Path) -> None:
    """Forget NAME: nobody waits for it any more, and its statuses are refused."""
    FleetMembers(home).remove(name)
    with fleet_of(home) as registry:
        registry.statuses.forget(name)
    click.echo(f"removed {name}")


@pops.command("list")
@home_option
def list_pops(home: Path) -> None:
    """Name every PoP of the fleet and its key."""
    members = FleetMembers(home)
    keys = {name: members.key(name) for name in members.names()}
    echo_table(("pop", "key"), [(name, key.hex() if key else "no key in its file") for name, key in keys.items()])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; copy the PoP's status.pub there") from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{path} is no PoP's key, expected its status.pub") from error
