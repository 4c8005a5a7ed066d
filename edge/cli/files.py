"""What commands print about the files that a process reads, and `reload`, which makes it read them again."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec

from edge.cli.options import echo_table
from edge.cli.terminal import echo
from edge.errors import UnreachableError
from edge.host.admin import AdminPeer, call_admin
from edge.host.watched import FileReports, FileState, WatchedFile
from edge.records import DECODE_ERRORS


def echo_files(files: Iterable[WatchedFile[Any]]) -> None:
    """Print every file that was read, by the setting that names it."""
    echo_table(("setting", "file"), [(file.name, str(path)) for file in files for path in file.paths])


def reload_files(peer: AdminPeer) -> None:
    """Let a running process read its files again, and print what became of each. Exit status 1 if one was not taken.

    Raises as `call_admin`.
    """
    body = call_admin(peer, "/v1/reload", {})
    try:
        reports = msgspec.json.decode(body, type=FileReports).files
    except DECODE_ERRORS:
        raise UnreachableError(
            f"the {peer.kind} of {peer.folder} answered with something else than its files, "
            f"expected a {peer.kind} of this release"
        ) from None
    echo_table(
        ("state", "setting", "file"), [(report.state, report.name, " ".join(report.paths)) for report in reports]
    )
    for report in reports:
        if report.state is FileState.NOT_TAKEN:
            echo(f"{report.name} is not taken, the old one stays in force: {report.why}", err=True)
    if any(report.state is FileState.NOT_TAKEN for report in reports):
        raise click.exceptions.Exit(1)
