"""`skerry stats`: automation rate, response times and cost, from the counts of one or several PoPs."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from edge.cli.peers import ProxyFor, proxy_options
from edge.cli.stats.chart import check_plotting, draw
from edge.cli.stats.fetch import fetch_tallies
from edge.cli.stats.sums import add_up
from edge.cli.stats.table import echo_stats
from edge.cli.terminal import echo_json
from edge.host import read_token, utc_now
from edge.records import Utc

_FILE = click.Path(dir_okay=False, path_type=Path)
_SPAN = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _moment(_context: click.Context, _option: click.Parameter, text: str) -> datetime:
    """The time that the option `--since` means: `24h` ago, or a time as written."""
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
    help="Address of a PoP; may be repeated, the counts are then added up. Environment: SKERRY_URL.",
)
@click.option(
    "--island", metavar="TENANT/ISLAND", help="Only this island; TENANT/* for all islands of a tenant. Default: all."
)
@click.option(
    "--since",
    default="24h",
    show_default=True,
    callback=_moment,
    metavar="TIME",
    help="Begin with the hour of this time: 90m, 24h, 7d or 2026-11-21T20:00:00Z.",
)
@click.option(
    "--token-file", type=_FILE, help="File with a desk token, if the PoPs ask for one (`people.desk_tokens_file`)."
)
@proxy_options
@click.option("--json", "as_json", is_flag=True, help="Print figures and their parts as JSON.")
@click.option("--plot", type=_FILE, help="Also draw the figures to this PNG file (needs matplotlib).")
def stats_command(
    *,
    urls: tuple[str, ...],
    island: str | None,
    since: datetime,
    token_file: Path | None,
    proxy_for_url: ProxyFor,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Show automation rate, response times and cost.

    Counts of several PoPs are added up before shares are computed. Each figure is printed with its definition. Of
    times, two limits are shown: half of the tickets are within the first, nine tenths within the second. A dash means
    no data, which is not 0.
    """
    if plot is not None:
        check_plotting()
    token = read_token(token_file, advice="write a token of a desk there") if token_file else ""
    stats = add_up(fetch_tallies(urls, since=since, island=island, token=token, proxy_for_url=proxy_for_url))
    if plot is not None:
        draw(plot, stats)
    if as_json:
        echo_json(stats)
    else:
        echo_stats(stats)
