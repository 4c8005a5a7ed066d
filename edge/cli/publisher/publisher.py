"""`skerry publisher`: the server that PoPs follow."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.cli.options import home_option
from edge.cli.publisher.pops import pops
from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import library_missing
from edge.host import NKEY_ADVICE, configure_logging, read_token, trusted_authorities
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.server import MAX_SUBSCRIBERS, PublisherServer

if TYPE_CHECKING:
    from edge.publish.server import NatsPublisher

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("publisher")
def publisher_command() -> None:
    """Serve signed islands to PoPs."""


publisher_command.add_command(pops)


@publisher_command.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0 takes a free one.")
@click.option(
    "--timestamp-interval",
    type=click.FloatRange(min=0.05, max=300),
    default=15.0,
    show_default=True,
    metavar="SECONDS",
    help="How often a new timestamp is signed and pushed. A timestamp is good for 10 minutes.",
)
@click.option(
    "--adopt-pops",
    is_flag=True,
    help="Add an unknown PoP with the first key that it posts. Default: only `skerry publisher pops add` adds PoPs.",
)
@click.option(
    "--max-subscribers",
    type=click.IntRange(min=1),
    default=MAX_SUBSCRIBERS,
    show_default=True,
    help="PoPs on the push stream at once. Further ones are refused, and try again later.",
)
@click.option("--tls-cert", "certificate", type=_FILE, help="PEM certificate chain; with it, HTTPS only.")
@click.option("--tls-key", "key", type=_FILE, help="Its PEM key, if it is in another file.")
@click.option(
    "--tokens",
    type=_FILE,
    help="Hashes of PoPs' tokens, written by `skerry publisher token`. Default: no token is required.",
)
@click.option(
    "--nats", "servers", multiple=True, metavar="URL", help="NATS server to publish to as well; may be repeated."
)
@click.option("--nats-nkey", "nkey", type=_FILE, help="File with the publisher's NKEY seed.")
@click.option("--nats-ca", "authority", type=_FILE, help="PEM authority of the NATS servers. Default: the system's.")
@click.option(
    "--nats-subject", "subject", default="skerry", show_default=True, help="Subject, as `nats.subject` of the PoPs."
)
@click.option(
    "--nats-stream",
    "stream",
    default="SKERRY",
    show_default=True,
    help="JetStream stream, as `nats.stream` of the PoPs.",
)
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
    servers: tuple[str, ...],
    nkey: Path | None,
    authority: Path | None,
    subject: str,
    stream: str,
    adopt_pops: bool,
) -> None:
    """Serve the repository and push what is published, until SIGTERM or SIGINT."""
    if key is not None and certificate is None:
        raise click.UsageError("--tls-key needs --tls-cert")
    configure_logging()
    server = PublisherServer(
        home=home,
        host=host,
        port=port,
        timestamp_interval_s=timestamp_interval,
        max_subscribers=max_subscribers,
        guard=PublisherAuth(certificate=certificate, key=key, tokens=tokens),
        nats_publisher=_nats_publisher(servers, nkey=nkey, authority=authority, subject=subject, stream=stream),
        adopts_pops=adopt_pops,
    )
    run_service(_serve(server))


@publisher_command.command()
@click.argument("pop")
@click.option(
    "--tokens",
    type=_FILE,
    default=Path("pop-tokens"),
    show_default=True,
    help="The publisher's file; it gets a hash of the token.",
)
def token(pop: str, tokens: Path) -> None:
    """Make a token for POP, and print it once.

    Put it into the file that `publisher.token_file` of the PoP names. An earlier token of this PoP is no longer valid.
    """
    echo(issue_token(tokens, pop))


def _nats_publisher(
    servers: tuple[str, ...], *, nkey: Path | None, authority: Path | None, subject: str, stream: str
) -> "NatsPublisher | None":
    if not servers:
        return None
    try:
        from edge.publish.server import NatsPublisher
        from edge.wire.nats import NatsAccount
    except ModuleNotFoundError as error:
        raise library_missing(str(error.name), extra="nats", needed_by="--nats") from error
    account = NatsAccount(
        servers=servers,
        name="publisher",
        subject=subject,
        stream=stream,
        tls=trusted_authorities(authority),
        seed=read_token(nkey, advice=NKEY_ADVICE) if nkey else None,
    )
    return NatsPublisher(account)


async def _serve(server: PublisherServer) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.request_stop)
    await server.run(on_ready=lambda url: echo(f"publisher ready on {url}"))
