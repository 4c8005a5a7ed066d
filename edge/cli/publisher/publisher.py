"""`skerry publisher`: the server that PoPs follow."""

import asyncio
import shlex
import signal
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from edge.cli.archiving import archive_option
from edge.cli.files import echo_files, reload_files
from edge.cli.options import home_option
from edge.cli.publisher.pops import pops
from edge.cli.publisher.witness import witness
from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import is_loopback_host, library_missing
from edge.errors import ConfigError
from edge.host import NKEY_ADVICE, configure_logging, read_token, trusted_authorities
from edge.host.admin import AdminPeer
from edge.host.watched import WatchedFile, optional_file
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.repository import Repository
from edge.publish.server import MAX_SUBSCRIBERS, PublisherServer, check_home

if TYPE_CHECKING:
    from edge.publish.server import NatsPublisher

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("publisher")
def publisher_command() -> None:
    """Serve signed islands to PoPs."""


publisher_command.add_command(pops)
publisher_command.add_command(witness)


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
    "--insecure",
    is_flag=True,
    help="Listen on another address than loopback without TLS or tokens: in a container's network, behind a proxy.",
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
@archive_option
@click.option("--check", is_flag=True, help="Only check the home, and every file that the options name.")
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
    archive_bytes: int,
    check: bool,
    insecure: bool,
) -> None:
    """Serve the repository and push what is published, until SIGTERM or SIGINT.

    SIGHUP makes it read certificate, tokens and secrets again.
    """
    if key is not None and certificate is None:
        raise click.UsageError("--tls-key needs --tls-cert")
    if not insecure:
        _refuse_strangers(host, certificate=certificate, tokens=tokens)
    guard = PublisherAuth(certificate=certificate, key=key, tokens=tokens)
    secrets = _NatsFiles.read(nkey=nkey, authority=authority) if servers else None
    files = [*guard.watched, *(secrets or ())]
    nats_publisher = _nats_publisher(servers, secrets, subject=subject, stream=stream) if secrets else None
    if check:
        check_home(Repository(home))
        echo(f"{home} is sound")
        echo_files(files)
        return
    configure_logging()
    reload = asyncio.Event()
    server = PublisherServer(
        home=home,
        host=host,
        port=port,
        timestamp_interval_s=timestamp_interval,
        max_subscribers=max_subscribers,
        guard=guard,
        nats_publisher=nats_publisher,
        adopts_pops=adopt_pops,
        archive_bytes=archive_bytes,
        files=secrets or (),
        reload=reload,
    )
    run_service(_serve(server, reload))


@publisher_command.command("reload")
@home_option
def reload_command(home: Path) -> None:
    """Read the certificate, tokens and secrets of the running publisher of this machine again.

    The publisher looks for changes every two seconds by itself; this command says what became of each file. Exit status
    1 if one cannot be used: what was read before stays in force.
    """
    quoted = shlex.quote(str(home.absolute()))
    start = f"skerry publisher serve --home {quoted}"
    reload_files(AdminPeer(home, kind="publisher", start=start, typed=f"skerry publisher reload --home {quoted}"))


def _refuse_strangers(host: str, *, certificate: Path | None, tokens: Path | None) -> None:
    """Raise `ConfigError` if others than this machine's programs could read islands and take push places unasked."""
    lacking = [name for name, value in (("--tls-cert", certificate), ("--tokens", tokens)) if value is None]
    if lacking and not is_loopback_host(host):
        raise ConfigError(
            f"--host {host} lets everybody in who reaches this machine, expected {' and '.join(lacking)} with it;"
            " add them, or listen on loopback with: --host 127.0.0.1; in a network of its own, behind a proxy that does"
            " both, add: --insecure"
        )


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


class _NatsFiles(NamedTuple):
    """The secrets of the publisher's NATS account."""

    authorities: WatchedFile[ssl.SSLContext]
    seed: WatchedFile[str | None]

    @classmethod
    def read(cls, *, nkey: Path | None, authority: Path | None) -> "_NatsFiles":
        """Read them. Raises `ConfigError`."""
        return cls(
            optional_file("--nats-ca", authority, trusted_authorities, without=lambda: trusted_authorities(None)),
            optional_file("--nats-nkey", nkey, _read_seed, without=lambda: None),
        )


def _read_seed(path: Path) -> str | None:
    return read_token(path, advice=NKEY_ADVICE)


def _nats_publisher(servers: tuple[str, ...], files: _NatsFiles, *, subject: str, stream: str) -> "NatsPublisher":
    try:
        from edge.publish.server import NatsPublisher
        from edge.wire.nats import NatsAccount, NatsSecrets
    except ModuleNotFoundError as error:
        raise library_missing(str(error.name), extra="nats", needed_by="--nats") from error
    account = NatsAccount(
        servers=servers,
        name="publisher",
        subject=subject,
        stream=stream,
        secrets=lambda: NatsSecrets(tls=files.authorities.value, seed=files.seed.value),
    )
    return NatsPublisher(account)


async def _serve(server: PublisherServer, reload: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.request_stop)
    await server.run(on_ready=lambda url: echo(f"publisher ready on {url}"))
