"""`skerry publisher pops`: adds, lists and removes the PoPs of the fleet."""

from pathlib import Path

import click

from edge.cli.options import echo_table, home_option, time_text
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
@click.option("--replace-key", is_flag=True, help="The PoP of this name is gone for good: this one takes its place.")
@home_option
def add(name: str, key: str | None, key_file: Path | None, home: Path, *, replace_key: bool) -> None:
    """Add a PoP to the fleet.

    NAME is the PoP's `pop.name`, and no other PoP's. Give its key with --key or --key-file.
    """
    if (key is None) == (key_file is None):
        raise click.UsageError("found both or neither of --key and --key-file, expected one of them")
    text = key if key is not None else _read(key_file or Path())
    members = FleetMembers(home)
    known = members.key(name)
    if known is not None and known.hex() != text.strip() and not replace_key:
        raise RefusedError(_taken(name, home))
    members.add(name, text.strip())
    echo(f"added {name}; its next status is accepted, within 30 s by default")


def _taken(name: str, home: Path) -> str:
    """Why a name is not given to another key, and how it is on purpose."""
    with fleet_of(home) as registry:
        last = registry.last(name)
    heard = f"was last heard at {time_text(last.at)}" if last else "was never heard from"
    text = f"another PoP has the name '{name}' and {heard}; it would be locked out"
    advice = "give the new one a name of its own (`pop.name` in its pop.toml), and add that"
    return f"{text}: {advice}. If the first is gone for good, add to this command: --replace-key"


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
