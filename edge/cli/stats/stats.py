"""`skerry stats`: how well do machine and people do together, and what do they make of each other?"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from edge.cli.stats.chart import check_plotting, draw
from edge.cli.stats.fetch import fetch_tallies
from edge.cli.stats.sums import add_up
from edge.cli.stats.table import echo_stats
from edge.host import read_token, utc_now
from edge.records import Utc

_FILE = click.Path(dir_okay=False, path_type=Path)
_SPAN = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _moment(_context: click.Context, _option: click.Parameter, text: str) -> datetime:
    """So long ago, or a time."""
    match = _SPAN.fullmatch(text)
    if match:
        return utc_now() - int(match[1]) * _UNITS[match[2]]
    try:
        return msgspec.convert(text, Utc).astimezone(UTC)
    except msgspec.ValidationError:
        raise click.BadParameter(f"found {text!r}, expected 90m, 24h, 7d or 2026-11-21T20:00:00Z") from None


@click.command("stats")
@click.option(
    "--url",
    "urls",
    multiple=True,
    default=["http://127.0.0.1:8080"],
    envvar="SKERRY_URL",
    show_default=True,
    help="A PoP; say it again for each of several, whose counts are added up.",
)
@click.option("--island", metavar="TENANT/ISLAND", help="Only this one; TENANT/* for all of a tenant.")
@click.option(
    "--since", default="24h", show_default=True, callback=_moment, metavar="TIME", help="From that hour on: 24h, 7d …"
)
@click.option("--token-file", type=_FILE, help="A desk's token, where the PoPs have people.desk_tokens_file.")
@click.option("--json", "as_json", is_flag=True, help="Print figures and their parts as JSON.")
@click.option("--plot", type=_FILE, help="PNG to draw (needs matplotlib).")
def stats_command(
    *,
    urls: tuple[str, ...],
    island: str | None,
    since: datetime,
    token_file: Path | None,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Say what share the machine answered, how often that was the end of it, and what people took and made of the rest.

    The counts of PoPs are added up before any share is taken. Every figure is printed with its definition; times are
    bounds within which half and nine tenths came. A dash means that there is nothing to tell from, which is not 0.
    """
    if plot is not None:
        check_plotting()
    token = read_token(token_file, advice="write a token of the PoPs' desk tokens there") if token_file else ""
    found = add_up(fetch_tallies(urls, since=since, island=island, token=token))
    if plot is not None:
        draw(plot, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        echo_stats(found)
