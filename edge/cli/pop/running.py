"""The running PoP of this machine that a command speaks to, by its state folder or its configuration."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edge.config import read_pop_config

if TYPE_CHECKING:
    from edge.host.admin import AdminPeer

STARTER_STATE = Path("skerry-home") / "pop-state"
"""State folder of the PoP that `skerry keys init` writes a configuration for."""

state_option: Callable[[Any], Any] = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"State folder of the running PoP. Default: that of --config; without it {STARTER_STATE}.",
)
config_option: Callable[[Any], Any] = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    envvar="SKERRY_CONFIG",
    help="The PoP's configuration file (pop.toml). Environment: SKERRY_CONFIG.",
)


def state_folder(state: Path | None, config: Path | None) -> Path:
    """The state folder that the options name."""
    if state is not None:
        return state
    return read_pop_config(config).state_dir if config is not None else STARTER_STATE


def running_pop(command: str, state: Path | None, config: Path | None) -> "AdminPeer":
    """The PoP that the options name. `command` is the one that was typed, without options."""
    # Not loaded by a PoP that runs, whose command stands in a group with these.
    from edge.host.admin import AdminPeer

    folder = state_folder(state, config)
    return AdminPeer(
        folder,
        kind="PoP",
        start=f"skerry pop serve --config {shlex.quote(str(config or 'pop.toml'))}",
        typed=typed(command, folder),
    )


def typed(command: str, folder: Path) -> str:
    """The command for the PoP with this state folder, to copy."""
    return f"{command} --state {shlex.quote(str(folder.absolute()))}"
