"""`skerry solo`: publisher, desk and PoP of one creator, by one command and one file.

The file is `pop.toml` of the home: it names the addresses of all three. So there is nothing to keep in step, and the
three can be run apart at any time, with the lines that `skerry keys init` prints.
"""

import asyncio
import errno
import shlex
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from edge.cli.keys import make_first_agents, make_first_pop, pop_config
from edge.cli.options import home_option
from edge.cli.solo.children import Child, Program, start_in_order, stop_in_order
from edge.cli.terminal import echo
from edge.config import PopConfig, is_loopback_host, read_pop_config
from edge.desk.access import TokenKind, is_in_force, read_desk_tokens, tokens_path
from edge.errors import ConfigError, SkerryError
from edge.host import url_of, utc_now
from edge.publish.repository import Repository

_WIDTH = len("publisher")


class Listener(NamedTuple):
    """Where one of the three listens."""

    setting: str
    """The setting of `pop.toml` that says so."""
    host: str
    port: int

    @property
    def url(self) -> str:
        """As a URL."""
        return url_of(self.host, self.port)


class Listeners(NamedTuple):
    """Where all three listen."""

    publisher: Listener
    desk: Listener
    pop: Listener


@click.command("solo")
@home_option
@click.option("--tenant", metavar="NAME", help="Your name as a creator or brand; needed at the first start.")
def solo_command(home: Path, tenant: str | None) -> None:
    """Run publisher, desk and PoP on this machine, for one creator, until SIGTERM or Ctrl-C.

    The first start makes keys, tokens and pop.toml. One that ends is started again. To change a port, change it in
    pop.toml.
    """
    _make_home(home, tenant)
    config = read_pop_config(pop_config(home))
    addresses = addresses_of(config, pop_config(home))
    for address in addresses:
        check_free(address, pop_config(home))
    try:
        asyncio.run(_run(home, addresses, list(_where_to_look(home, addresses))))
    except* SkerryError as errors:
        raise _first(errors) from None


def _make_home(home: Path, tenant: str | None) -> None:
    """Make keys, tokens and configuration, or what is missing of them. Raises `ConfigError` without a tenant."""
    repository = Repository(home)
    quoted = shlex.quote(str(home))
    known = repository.state().tenants if repository.exists() else {}
    if tenant is None and not known:
        raise ConfigError(f"{home} has no tenant yet; name yours with: skerry solo --home {quoted} --tenant NAME")
    if tenant is not None and tenant not in known:
        repository.init(now=utc_now(), tenants=[tenant])
    make_first_pop(home, now=utc_now())
    make_first_agents(home, repository.state().tenants, now=utc_now())


def addresses_of(config: PopConfig, path: Path) -> Listeners:
    """The three addresses that `pop.toml` names. Raises `ConfigError` unless all are on this machine."""
    if config.origin.kind != "desk":
        raise ConfigError(
            f"origin.kind in {path} is '{config.origin.kind}', expected 'desk' for skerry solo; run the three apart, "
            f"the PoP with: skerry pop serve --config {shlex.quote(str(path))}"
        )
    return Listeners(
        _local("publisher.url", config.publisher.url, path),
        _local("origin.url", config.origin.url, path),
        Listener("http.port", config.http.hosts[0], config.http.port),
    )


def _local(setting: str, url: str, path: Path) -> Listener:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme != "http" or port is None or not is_loopback_host(host):
        raise ConfigError(
            f"{setting} in {path} is not on this machine, expected http://127.0.0.1:PORT for skerry solo; change it, "
            f"or run the three apart, the PoP with: skerry pop serve --config {shlex.quote(str(path))}"
        )
    return Listener(setting, host, port)


def check_free(address: Listener, path: Path) -> None:
    """Raise `ConfigError` if somebody listens there: said before anything starts, with the setting to change."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
            # As the servers do: a connection that closes is no reason to wait for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[0][4])
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened: {error.strerror}"
        raise ConfigError(
            f"port {address.port} on {address.host} {why}; end the program that has it, or choose another port: "
            f"{address.setting} in {path}"
        ) from error


async def _run(home: Path, addresses: Listeners, where: list[str]) -> None:
    """Run all three until a signal. However this ends, all are gone."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # SIGHUP: the terminal is gone, and nobody would see what goes on.
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    children = [Child(program, say) for program in programs(home, addresses)]
    async with asyncio.TaskGroup() as tasks:
        try:
            starting = tasks.create_task(start_in_order(children, tasks))
            stopping = tasks.create_task(stop.wait())
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                for line in where:
                    say("solo", line)
                await stop.wait()
            say("solo", "stopping")
            starting.cancel()
        finally:
            await stop_in_order(children)


def programs(home: Path, addresses: Listeners) -> Iterator[Program]:
    """What the three children run, in the order in which they start."""
    at = {name: ("--host", one.host, "--port", str(one.port)) for name, one in addresses._asdict().items()}
    yield Program("publisher", ("publisher", "serve", "--home", str(home), *at["publisher"]))
    yield Program("desk", ("desk", "serve", "--home", str(home), *at["desk"], "--publisher", addresses.publisher.url))
    yield Program("pop", ("pop", "serve", "--config", str(pop_config(home))))


def _where_to_look(home: Path, addresses: Listeners) -> Iterator[str]:
    """What a creator needs next."""
    tenants = Repository(home).state().tenants
    yield f"viewers    {addresses.pop.url}/v1/ask"
    yield f"people     {addresses.desk.url}/"
    now = utc_now()
    for one in read_desk_tokens(tokens_path(home)):
        if one.kind is TokenKind.AGENT and is_in_force(one, now) and (file := home / f"{one.name}.token").exists():
            yield f"           token of {one.tenant}: {file}"
    yield f"wall       {addresses.desk.url}/wall"
    yield f"           skerry desk token --home {home} --wall screen --tenant {next(iter(tenants))}"
    yield f"themes     {addresses.pop.url}/widget/themes.html"
    yield f"next       skerry island publish --home {home} FILE"
    yield f"           skerry ask --url {addresses.pop.url} {next(iter(tenants))}/ISLAND QUESTION"
    yield f"           skerry status --home {home}"
    yield "stop       Ctrl-C"


def say(who: str, line: str) -> None:
    """Print one line of one of them. A terminal that is gone ends nobody."""
    try:
        echo(f"{who:{_WIDTH}} | {line}")
    except OSError:
        return


def _first(errors: BaseExceptionGroup[SkerryError]) -> SkerryError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
