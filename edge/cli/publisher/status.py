"""`skerry status`: is everyone where they should be, who is not, since when, why."""

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
from edge.cli.publisher.fleet_status import (
    LAGGING,
    POLL_HOME_S,
    echo_report,
    timeout_option,
    wait_for_fleet,
    wait_option,
)
from edge.errors import ConfigError, SkerryError, UnreachableError
from edge.host import read_token, trusted_authorities, utc_now
from edge.records import FleetStatus, IslandName, Problem

POLL_URL_S = 0.5
"""Over the network every look is a request, which encodes the whole fleet."""

_REQUEST_S = 10.0
_ASK_FOR_ONE = "write a token there that was made with: skerry publisher token POP"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("status")
@home_option
@click.option("--url", help="Ask a publisher elsewhere; without, read the home of the one on this machine.")
@click.option("--token-file", type=_FILE, help="With --url: a token, where the publisher wants one.")
@click.option("--ca-file", type=_FILE, help="With --url: PEM file of the authority behind its certificate.")
@click.option("--island", "name", metavar="TENANT/ISLAND", help="Only this one; without, all that is published.")
@click.option("--revision", type=click.IntRange(min=1), help="At least this one; without, the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@wait_option
@timeout_option
def status_command(
    *,
    home: Path,
    url: str | None,
    token_file: Path | None,
    ca_file: Path | None,
    name: str | None,
    revision: int | None,
    as_json: bool,
    wait: bool,
    timeout_s: float,
) -> None:
    """Say which PoPs have what is published, and why others have not; exit status 3 unless all have."""
    if revision is not None and name is None:
        raise click.UsageError("--revision needs --island")
    only = IslandName.parse(name) if name is not None else None
    with contextlib.ExitStack() as stack:
        if url is None:
            look, poll_s = stack.enter_context(_looking_at(home, only, revision)), POLL_HOME_S
        else:
            look, poll_s = _asking(url, only, revision, token_file=token_file, ca_file=ca_file), POLL_URL_S
        report = wait_for_fleet(look, timeout_s=timeout_s if wait else 0, poll_s=poll_s)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)))
    else:
        echo_report(report)
    if not report.everyone:
        sys.exit(LAGGING)


@contextlib.contextmanager
def _looking_at(home: Path, only: IslandName | None, revision: int | None) -> Iterator[Callable[[], FleetStatus]]:
    """Reads what the server of this home has taken. What is wanted is fixed here, so that a wait has an end."""
    from edge.publish.fleet import fleet_of, fleet_status, wanted_islands
    from edge.publish.repository import Repository

    wanted = wanted_islands(Repository(home), now=utc_now(), only=only, revision=revision)
    with fleet_of(home) as registry:
        yield lambda: fleet_status(wanted, registry.fleet(), now=utc_now())


def _asking(
    url: str, only: IslandName | None, revision: int | None, *, token_file: Path | None, ca_file: Path | None
) -> Callable[[], FleetStatus]:
    """Asks the publisher at `url`."""
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"found {url!r}, expected a URL; run: skerry status --url http://127.0.0.1:8090")
    query = {"island": str(only)} if only is not None else {}
    if revision is not None:
        query["revision"] = str(revision)
    address = f"{url.rstrip('/')}/v1/fleet" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": f"Bearer {read_token(token_file, advice=_ASK_FOR_ONE)}"} if token_file else {}
    context = trusted_authorities(ca_file)
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - the scheme was checked
    return lambda: _fetch(request, context, url)


def _fetch(request: urllib.request.Request, context: ssl.SSLContext, url: str) -> FleetStatus:
    try:
        with urllib.request.urlopen(request, timeout=_REQUEST_S, context=context) as response:  # noqa: S310 - as above
            return msgspec.json.decode(response.read(), type=FleetStatus)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.read(), error.code, url) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreachableError(f"{url}/v1/fleet is no report on a fleet, expected a publisher there") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise UnreachableError(f"no publisher answers at {url}: {why}; start one: skerry publisher serve") from error


def _refusal(body: bytes, status_code: int, url: str) -> SkerryError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return UnreachableError(f"{url}/v1/fleet answered {status_code}, expected a publisher and its token")
    return SkerryError(f"{problem.detail} ({problem.reason})", reason=problem.reason)
