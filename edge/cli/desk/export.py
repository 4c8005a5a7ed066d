"""`skerry desk export`: what people did, as JSON lines, for the islands' authors; or the audit log."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from edge.cli.desk.options import desk_home_option
from edge.cli.terminal import echo_json_line
from edge.desk.store import all_lines, audit_lines, read_only
from edge.host import utc_now
from edge.records import IslandName


@click.command()
@desk_home_option
@click.option("--tenant", metavar="TENANT", default="", help="Only questions of this tenant. Default: of all.")
@click.option("--island", metavar="TENANT/ISLAND", help="Only questions to this island, for `skerry island learn`.")
@click.option("--audit", is_flag=True, help="Print the audit log: who did what with which ticket, and when.")
def export(*, home: Path, tenant: str, island: str | None, audit: bool) -> None:
    """Print one JSON line for each question that people answered or resolved.

    A line has no session and no ticket's id. The desk may be running.
    """
    if audit and (tenant or island):
        raise click.UsageError("--audit is of all tenants, expected no --tenant and no --island with it")
    of_island = str(IslandName.parse(island)) if island else ""
    with read_only(home) as connection:
        lines: Iterable[object] = (
            audit_lines(connection)
            if audit
            else all_lines(connection, tenant=tenant, island=of_island, now=utc_now().timestamp())
        )
        for line in lines:
            echo_json_line(msgspec.json.encode(line))
