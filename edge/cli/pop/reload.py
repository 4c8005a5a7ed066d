"""`skerry pop reload`: let the running PoP of this machine read its files again, and hear what became of each."""

from pathlib import Path

import click

from edge.cli.pop.running import config_option, running_pop, state_option


@click.command("reload")
@state_option
@config_option
def reload_command(state: Path | None, config: Path | None) -> None:
    """Read the certificates, tokens and secrets of the running PoP of this machine again.

    The PoP looks for changes every two seconds by itself; this command says what became of each file. Exit status 1 if
    one cannot be used: what was read before stays in force. Settings in pop.toml need a restart.
    """
    # Not loaded by a PoP that runs, whose command stands in the same group.
    from edge.cli.files import reload_files

    reload_files(running_pop("skerry pop reload", state, config))
