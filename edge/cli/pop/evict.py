"""`skerry island evict` and `restore`: take an island off a running PoP of this machine, and put it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.cli.options import time_text
from edge.cli.pop.running import config_option, running_pop, state_folder, state_option, typed
from edge.cli.terminal import echo
from edge.errors import UnreachableError
from edge.host.admin import call_admin
from edge.records import DECODE_ERRORS, IslandName, IslandStatus
from edge.shelf import SERVED

_name_argument: Callable[[Any], Any] = click.argument("name", metavar="TENANT/ISLAND")


@click.command("evict")
@_name_argument
@state_option
@config_option
def evict_command(name: str, state: Path | None, config: Path | None) -> None:
    """Take an island off the running PoP of this machine.

    Its questions go to people. It comes back with `skerry island restore`, or with its next revision. The publisher and
    other PoPs are not changed: to stop an island everywhere, withdraw it.
    """
    status = _tell("evict", name, state, config)
    echo(f"evicted   {name} since {time_text(status.since)}; its questions go to people")
    echo(f"undo      {typed(f'skerry island restore {name}', state_folder(state, config))}")


@click.command("restore")
@_name_argument
@state_option
@config_option
def restore_command(name: str, state: Path | None, config: Path | None) -> None:
    """Put an evicted island back on the running PoP of this machine.

    The PoP fetches it at once. Exit status 1 if it is not served afterwards.
    """
    status = _tell("restore", name, state, config)
    if status.state not in SERVED:
        why = status.last_error or status.withdrawn_why or "the publisher was not heard, or does not list it"
        raise UnreachableError(
            f"{name} is not evicted any more, but it is {status.state}: {why}; the PoP tries again by itself"
        )
    echo(f"restored  {name} revision {status.revision} is {status.state}")


def _tell(verb: str, name: str, state: Path | None, config: Path | None) -> IslandStatus:
    """The island's status after the PoP has done it."""
    island = str(IslandName.parse(name))
    peer = running_pop(f"skerry island {verb} {island}", state, config)
    body = call_admin(peer, f"/v1/{verb}", {"island": island})
    try:
        return msgspec.json.decode(body, type=IslandStatus)
    except DECODE_ERRORS:
        raise UnreachableError(
            f"the PoP of {peer.folder} answered with something else than an island's state, "
            "expected a PoP of this release"
        ) from None
