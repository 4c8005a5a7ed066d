"""`skerry desk`: where people answer what PoPs hand over."""

import asyncio
import signal
from pathlib import Path

import click

from edge.cli.archiving import archive_option
from edge.cli.desk.erase import erase
from edge.cli.desk.export import export
from edge.cli.desk.key import key as key_command
from edge.cli.desk.options import FILE, desk_home_option, running_desk
from edge.cli.desk.review import review
from edge.cli.desk.token import token
from edge.cli.files import reload_files
from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import is_loopback_host
from edge.desk.live import PublisherAddress
from edge.desk.server import KEEP_DAYS, DeskServer
from edge.errors import ConfigError
from edge.host.watched import ServerCertificate


@click.group("desk")
def desk_command() -> None:
    """Let people answer the tickets of all PoPs."""


desk_command.add_command(token)
desk_command.add_command(key_command)
desk_command.add_command(export)
desk_command.add_command(erase)
desk_command.add_command(review)


@desk_command.command()
@desk_home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8070, show_default=True, help="0 takes a free one.")
@click.option("--tls-cert", "certificate", type=FILE, help="PEM certificate chain; with it, HTTPS only.")
@click.option("--tls-key", "key", type=FILE, help="Its PEM key, if it is in another file.")
@click.option(
    "--keep-days",
    type=click.FloatRange(min=1, max=3650),
    default=KEEP_DAYS,
    show_default=True,
    help="Days after which tickets, replies, transcripts and drafts are deleted.",
)
@click.option("--publisher", "publisher", metavar="URL", help="Publisher that says which PoP has which island.")
@click.option("--publisher-token", type=FILE, help="File with a token for it: skerry publisher token desk.")
@click.option("--publisher-ca", type=FILE, help="PEM authority of its certificate. Default: the system's.")
@archive_option
@click.option(
    "--insecure",
    is_flag=True,
    help="Listen on another address than loopback without TLS: in a container's network, behind a proxy.",
)
def serve(
    *,
    home: Path,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    keep_days: float,
    publisher: str | None,
    publisher_token: Path | None,
    publisher_ca: Path | None,
    archive_bytes: int,
    insecure: bool,
) -> None:
    """Take tickets from PoPs and show them to people, until SIGTERM or SIGINT.

    SIGHUP makes it read tokens and certificates again.
    """
    if key is not None and certificate is None:
        raise click.UsageError("--tls-key needs --tls-cert")
    if publisher is None and (publisher_token is not None or publisher_ca is not None):
        raise click.UsageError("--publisher-token and --publisher-ca need --publisher")
    if certificate is None and not insecure and not is_loopback_host(host):
        raise ConfigError(
            f"--host {host} lets tokens and viewers' words pass unencrypted, expected --tls-cert with it; add it, or"
            " listen on loopback with: --host 127.0.0.1; in a network of its own, behind a proxy, add: --insecure"
        )
    reload = asyncio.Event()
    server = DeskServer(
        home=home,
        host=host,
        port=port,
        keep_days=keep_days,
        certificate=ServerCertificate(certificate, key),
        publisher=PublisherAddress(publisher, token=publisher_token, authority=publisher_ca) if publisher else None,
        archive_bytes=archive_bytes,
        reload=reload,
    )
    run_service(_serve(server, reload))


@desk_command.command("reload")
@desk_home_option
def reload_command(home: Path) -> None:
    """Read tokens and certificate of the running desk of this machine again.

    The desk looks for changes every two seconds by itself; this command says what became of each file. Exit status 1 if
    one cannot be used: what was read before stays in force.
    """
    reload_files(running_desk(home))


async def _serve(server: DeskServer, reload: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.request_stop)
    await server.run(on_ready=lambda url: echo(f"desk ready on {url}"))
