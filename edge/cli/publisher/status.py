"""`skerry status`: which PoPs serve what is published; which lag, since when, and why."""

import contextlib
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import click
import msgspec

from edge.cli.options import home_option
from edge.cli.peers import NETWORK_ERRORS, ProxyFor, address_of, cause_of, open_request, proxy_options, request_to
from edge.cli.publisher.fleet_status import (
    LAGGING,
    POLL_HOME_S,
    echo_fleet,
    timeout_option,
    wait_for_fleet,
    wait_option,
)
from edge.cli.publisher.online import echo_online_roles
from edge.cli.terminal import echo_json
from edge.errors import ConfigError, SkerryError, UnreachableError
from edge.host import read_token, trusted_authorities, utc_now
from edge.records import DECODE_ERRORS, FleetStatus, IslandName, Problem

POLL_URL_S = 0.5
"""Each poll is a request, for which the publisher encodes the whole fleet."""

_REQUEST_S = 10.0
_ADVICE = "write a token there, made with: skerry publisher token POP"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("status")
@home_option
@click.option("--url", help="Address of a publisher. Default: read --home on this machine.")
@click.option("--token-file", type=_FILE, help="With --url: file with a token, if the publisher asks for one.")
@click.option("--ca-file", type=_FILE, help="With --url: PEM authority of its certificate. Default: the system's.")
@proxy_options
@click.option("--island", "name", metavar="TENANT/ISLAND", help="Only this island. Default: all published ones.")
@click.option("--revision", type=click.IntRange(min=1), help="At least this revision. Default: the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
@wait_option
@timeout_option
def status_command(
    *,
    home: Path,
    url: str | None,
    token_file: Path | None,
    ca_file: Path | None,
    proxy_for_url: ProxyFor,
    name: str | None,
    revision: int | None,
    as_json: bool,
    wait: bool,
    timeout_s: float,
) -> None:
    """Show which PoPs serve what is published, and why others do not.

    Exit status 3 if a PoP that is meant to serve an island does not, or if PoPs are ahead of a restored publisher.
    """
    if revision is not None and name is None:
        raise click.UsageError("--revision needs --island")
    only = IslandName.parse(name) if name is not None else None
    with contextlib.ExitStack() as stack:
        if url is None:
            read_status, poll_s = stack.enter_context(_status_of_home(home, only, revision)), POLL_HOME_S
        else:
            read_status, poll_s = (
                _status_from_url(
                    url, only, revision, token_file=token_file, ca_file=ca_file, proxy_for_url=proxy_for_url
                ),
                POLL_URL_S,
            )
        status = wait_for_fleet(read_status, timeout_s=timeout_s if wait else 0, poll_s=poll_s)
    if as_json:
        echo_json(status)
    else:
        echo_fleet(status, home=home if url is None else None)
        echo_online_roles(status, home=home if url is None else None)
    if status.ahead or not status.everyone:
        sys.exit(LAGGING)


@contextlib.contextmanager
def _status_of_home(home: Path, only: IslandName | None, revision: int | None) -> Iterator[Callable[[], FleetStatus]]:
    """Gives a function that reads the fleet's status from this home.

    The wanted revisions are read once. Otherwise each new publication would prolong a wait.
    """
    from edge.publish.fleet import HomeNumbers, fleet_ahead, fleet_of, fleet_status, online_roles, wanted_islands
    from edge.publish.repository import Repository

    wanted = wanted_islands(Repository(home), now=utc_now(), only=only, revision=revision)
    numbers = HomeNumbers(Repository(home))
    with fleet_of(home) as registry:

        def read_status() -> FleetStatus:
            fleet, now = registry.fleet(), utc_now()
            status = fleet_status(wanted, fleet, now=now, ahead=fleet_ahead(numbers.read(), fleet, now=now))
            return msgspec.structs.replace(status, online=online_roles(numbers.repository))

        yield read_status


def _status_from_url(
    url: str,
    only: IslandName | None,
    revision: int | None,
    *,
    token_file: Path | None,
    ca_file: Path | None,
    proxy_for_url: ProxyFor,
) -> Callable[[], FleetStatus]:
    """A function that asks the publisher at `url` for the fleet's status."""
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"found {address_of(url)!r}, expected a URL; run: skerry status --url http://127.0.0.1:8090")
    query = {"island": str(only)} if only is not None else {}
    if revision is not None:
        query["revision"] = str(revision)
    address = f"{url.rstrip('/')}/v1/fleet" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": f"Bearer {read_token(token_file, advice=_ADVICE)}"} if token_file else {}
    context = trusted_authorities(ca_file)
    request = request_to(address, headers=headers, proxy_for_url=proxy_for_url)
    return lambda: _fetch(request, context, url)


def _fetch(request: urllib.request.Request, context: ssl.SSLContext, url: str) -> FleetStatus:
    try:
        with open_request(request, timeout_s=_REQUEST_S, context=context) as response:
            return msgspec.json.decode(response.read(), type=FleetStatus)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.read(), error.code, url) from error
    except DECODE_ERRORS as error:
        raise UnreachableError(
            f"{address_of(url)}/v1/fleet is not the status of a fleet, expected a publisher at this address"
        ) from error
    except NETWORK_ERRORS as error:
        text = f"no publisher answers at {address_of(url)}: {cause_of(error)}"
        raise UnreachableError(f"{text}; start one with: skerry publisher serve --home DIR") from None


def _refusal(body: bytes, status_code: int, url: str) -> SkerryError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except DECODE_ERRORS:
        return UnreachableError(
            f"{address_of(url)}/v1/fleet answered with status {status_code},"
            " expected a publisher, and its token if it asks for one"
        )
    return SkerryError(f"{problem.detail} ({problem.reason})", reason=problem.reason)
