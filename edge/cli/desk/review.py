"""`skerry desk review`: what filters found in the tickets of an event, as JSON lines."""

from pathlib import Path

import click
import msgspec

from edge.cli.desk.options import desk_home_option
from edge.cli.terminal import echo_json_line
from edge.desk.review import add_signals, review_filters
from edge.desk.store import read_only
from edge.records import IslandName


@click.command()
@desk_home_option
@click.option("--tenant", metavar="TENANT", default="", help="Only tickets of this tenant. Default: of all.")
@click.option("--island", metavar="TENANT/ISLAND", help="Only tickets of this island.")
@click.option(
    "--stats",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `skerry stats --json` printed: adds what filters ignored, and how the conversations went on.",
)
def review(*, home: Path, tenant: str, island: str | None, stats: Path | None) -> None:
    """Print one JSON line for each filter that found something: how often, and up to five messages with masks.

    What filters ignored made no ticket, and only PoPs know what became of an answer: give their counts with `--stats`.
    The desk may be running.
    """
    of_island = str(IslandName.parse(island)) if island else ""
    with read_only(home) as connection:
        reviews = review_filters(connection, tenant=tenant, island=of_island)
    if stats is not None:
        reviews = add_signals(reviews, stats.read_bytes(), tenant=tenant, island=of_island)
    for found in reviews:
        echo_json_line(msgspec.json.encode(found))
