"""`skerry ledger erase`, `hold`, `release` and `holds`: what a running PoP may still keep of what viewers said."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.cli.pop import config_option, running_pop, state_option
from edge.cli.terminal import echo, echo_columns, echo_json
from edge.errors import ConfigError, UnreachableError
from edge.host.admin import AdminPeer, call_admin
from edge.records import DECODE_ERRORS
from edge.records.payloads import EraseRequest, Erasure, ErasureScope, HoldRequest, Holds

_AT_ONCE = 1_000
"""Names in one request: 40 kB of pseudonyms."""

_TIMEOUT_S = 600.0
"""Time for one request: a slow disk must overwrite all that it names."""

tenant_option: Callable[[Any], Any] = click.option(
    "--tenant", required=True, metavar="NAME", help="The tenant to which the payloads belong."
)
_SCOPE = click.argument("scope", type=click.Choice([str(scope) for scope in ErasureScope]))


@click.command("erase")
@_SCOPE
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--names-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File with further names, one a line.",
)
@tenant_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@state_option
@config_option
def erase_command(
    *,
    scope: str,
    names: tuple[str, ...],
    names_file: Path | None,
    tenant: str,
    yes: bool,
    state: Path | None,
    config: Path | None,
) -> None:
    """Erase what viewers said, for good, on one running PoP.

    NAME is the pseudonym of a session, the id of a ticket, or the name of an event. The leaves stay in the ledger, with
    their proofs; nobody can read what they are about any more. What a hold names is refused. Run it on every PoP.

    Sessions that were merged are two all the same: name both. The merge itself goes with either of them.

    Tickets are not payloads: one that waits here goes with `skerry outbox drop`, and those of a session that were
    delivered with `skerry desk erase`, after this.
    """
    asked = (*names, *_names_in(names_file))
    if not asked:
        raise click.UsageError("name what to erase, or give --names-file")
    if not yes:
        click.confirm(f"Erase what {len(asked)} {scope}(s) said, for good?", abort=True)
    peer = _peer(shlex.join(("erase", scope, *names, "--tenant", tenant)), state, config)
    keys = payloads = merges = 0
    for first in range(0, len(asked), _AT_ONCE):
        request = EraseRequest(scope=ErasureScope(scope), tenant=tenant, names=asked[first : first + _AT_ONCE])
        erased = decoded(peer, call_admin(peer, "/v1/payloads/erase", request), Erasure)
        keys, payloads, merges = keys + erased.keys, payloads + erased.payloads, merges + erased.merges
    echo(f"erased      {payloads} payloads, {keys} keys overwritten; nothing of them is left on this PoP's disk")
    if merges:
        echo(f"forgotten   {merges} merges of sessions, or undoings")


@click.command("hold")
@_SCOPE
@click.argument("name")
@tenant_option
@state_option
@config_option
def hold_command(scope: str, name: str, tenant: str, state: Path | None, config: Path | None) -> None:
    """Keep what a session, a ticket or an event said, of any age, until it is released.

    Erasures that touch it are refused. Run it on every PoP.
    """
    peer = _peer(shlex.join(("hold", scope, name, "--tenant", tenant)), state, config)
    request = HoldRequest(scope=ErasureScope(scope), tenant=tenant, name=name)
    is_new = decoded(peer, call_admin(peer, "/v1/payloads/hold", request), bool)
    echo(f"held        this {scope}" if is_new else f"held        this {scope} was held already")


@click.command("release")
@_SCOPE
@click.argument("name")
@tenant_option
@state_option
@config_option
def release_command(scope: str, name: str, tenant: str, state: Path | None, config: Path | None) -> None:
    """Release a hold. What is older than its time is then erased within a minute, if the PoP has run for an hour."""
    peer = _peer(shlex.join(("release", scope, name, "--tenant", tenant)), state, config)
    request = HoldRequest(scope=ErasureScope(scope), tenant=tenant, name=name)
    was_held = decoded(peer, call_admin(peer, "/v1/payloads/release", request), bool)
    echo(f"released    this {scope}" if was_held else f"released    nothing: there was no hold of this {scope}")


@click.command("holds")
@click.option("--json", "as_json", is_flag=True, help="Print the holds as JSON.")
@state_option
@config_option
def holds_command(*, as_json: bool, state: Path | None, config: Path | None) -> None:
    """List the holds of one PoP. Sessions are shown by a digest."""
    peer = _peer("holds", state, config)
    found = decoded(peer, call_admin(peer, "/v1/payloads/holds", {}), Holds)
    if as_json:
        echo_json(found)
        return
    for one in found.holds:
        echo_columns((one.scope, one.tenant, one.name, f"{one.since:%Y-%m-%dT%H:%M:%SZ}"))


def decoded(peer: AdminPeer, body: bytes, kind: Any) -> Any:
    """The PoP's answer. Raises `UnreachableError` if it is something else."""
    try:
        return msgspec.json.decode(body, type=kind)
    except DECODE_ERRORS:
        raise UnreachableError(
            f"the PoP of {peer.folder} answered with something else, expected a PoP of this release"
        ) from None


def _peer(typed: str, state: Path | None, config: Path | None) -> AdminPeer:
    return running_pop(f"skerry ledger {typed}", state, config)._replace(timeout_s=_TIMEOUT_S)


def _names_in(file: Path | None) -> tuple[str, ...]:
    if file is None:
        return ()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        text = f"cannot read {file}, expected names as UTF-8 text, one a line"
        raise ConfigError(f"{text}; look at it with: file {shlex.quote(str(file))}") from error
    return tuple(line.strip() for line in lines if line.strip())
