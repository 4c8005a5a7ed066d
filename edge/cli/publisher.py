"""`skerry publisher`: the server that PoPs follow."""

import asyncio
import resource
import signal
from pathlib import Path

import click
import uvloop

from edge.cli.home import home_option
from edge.daemon.log import configure_logging
from edge.publish.access import issue_token
from edge.publish.guard import Guard
from edge.publish.server import PublisherServer
from edge.publish.stream import MAX_SUBSCRIBERS

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def publisher() -> None:
    """Serve signed islands to PoPs."""


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
    "--max-subscribers",
    type=click.IntRange(min=1),
    default=MAX_SUBSCRIBERS,
    show_default=True,
    help="PoPs on the push stream at once; the next is told to come back later.",
)
@click.option("--tls-cert", "certificate", type=_FILE, help="PEM certificate chain; with it, HTTPS only.")
@click.option("--tls-key", "key", type=_FILE, help="Its PEM key, where that is another file.")
@click.option("--tokens", type=_FILE, help="Who may ask; `skerry publisher token` writes it. Without: everybody.")
def serve(
    *,
    home: Path,
    host: str,
    port: int,
    timestamp_interval: float,
    max_subscribers: int,
    certificate: Path | None,
    key: Path | None,
    tokens: Path | None,
) -> None:
    """Serve the repository and push whatever is published, until SIGTERM or SIGINT."""
    if key is not None and certificate is None:
        raise click.UsageError("--tls-key needs --tls-cert")
    configure_logging()
    _allow_many_connections()
    server = PublisherServer(
        home=home,
        host=host,
        port=port,
        timestamp_interval_s=timestamp_interval,
        max_subscribers=max_subscribers,
        guard=Guard(certificate=certificate, key=key, tokens=tokens),
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(server))


@publisher.command()
@click.argument("pop")
@click.option(
    "--tokens",
    type=_FILE,
    default=Path("pop-tokens"),
    show_default=True,
    help="The publisher's file; it gets a hash of the token.",
)
def token(pop: str, tokens: Path) -> None:
    """Issue POP's token: printed once, for the file that the PoP's `publisher.token_file` names.

    An earlier token of the same PoP is no longer good.
    """
    click.echo(issue_token(tokens, pop))


async def _serve(server: PublisherServer) -> None:
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, server.request_stop)
    await server.run(on_ready=lambda url: click.echo(f"publisher ready on {url}"))


def _allow_many_connections() -> None:
    """Every subscriber is an open file, and the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
