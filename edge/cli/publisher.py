"""`skerry publisher`: the server that PoPs follow."""

import asyncio
import signal
from pathlib import Path

import click
import uvloop

from edge.cli.home import home_option
from edge.cli.pops import pops
from edge.daemon.log import configure_logging
from edge.publish.server import PublisherServer


@click.group()
def publisher() -> None:
    """Serve signed islands to PoPs."""


publisher.add_command(pops)


@publisher.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0 takes a free one.")
@click.option(
    "--timestamp-interval",
    type=click.FloatRange(min=0.05, max=300),
    default=15.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to tell PoPs that nothing has changed; a timestamp is good for 10 minutes.",
)
@click.option(
    "--adopt-pops",
    is_flag=True,
    help="Know a PoP without a key here by the first key that it shows; otherwise `skerry publisher pops add` first.",
)
def serve(*, home: Path, host: str, port: int, timestamp_interval: float, adopt_pops: bool) -> None:
    """Serve the repository and push whatever is published, until SIGTERM or SIGINT."""
    configure_logging()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        server = PublisherServer(
            home=home, host=host, port=port, timestamp_interval_s=timestamp_interval, adopts_pops=adopt_pops
        )
        runner.run(_serve(server))


async def _serve(server: PublisherServer) -> None:
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, server.request_stop)
    await server.run(on_ready=lambda url: click.echo(f"publisher ready on {url}"))
