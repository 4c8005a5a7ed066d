"""Options of the desk's commands, and the running desk that they talk to."""

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from edge.desk.server import admin_folder
from edge.host.admin import AdminPeer, call_admin, is_listening

desk_home_option: Callable[[Any], Any] = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-desk"),
    show_default=True,
    help="Folder of the desk: its tickets and hashes of tokens.",
)

FILE = click.Path(dir_okay=False, path_type=Path)

_SPAN = re.compile(r"([1-9][0-9]{0,3})([hd])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def span_of(text: str) -> timedelta | None:
    """A span such as `12h` or `30d`; None for `never`. Raises `click.UsageError`."""
    found = _SPAN.fullmatch(text)
    if found is not None:
        return int(found[1]) * _UNITS[found[2]]
    if text == "never":
        return None
    raise click.UsageError("--expires is no span, expected hours or days such as 12h or 30d, or never")


def running_desk(home: Path) -> AdminPeer:
    """The desk of this home, for commands."""
    quoted = shlex.quote(str(home.absolute()))
    start = f"skerry desk serve --home {quoted}"
    return AdminPeer(admin_folder(home), kind="desk", start=start, typed=f"skerry desk reload --home {quoted}")


def tell_running_desk(home: Path) -> None:
    """Let a running desk read its tokens at once. Without it, it does so within two seconds."""
    peer = running_desk(home)
    if is_listening(peer.folder):
        call_admin(peer, "/v1/reload", {})
