"""`skerry desk erase`: what a session said is deleted at a running desk."""

import shlex
from pathlib import Path

import click
import msgspec

from edge.cli.desk.options import desk_home_option, running_desk
from edge.cli.terminal import echo
from edge.errors import UnreachableError
from edge.host.admin import call_admin
from edge.records import DECODE_ERRORS
from edge.records.payloads import DeskErasure, EraseRequest, ErasureScope

_AT_ONCE = 100
_TIMEOUT_S = 600.0


@click.command("erase")
@click.argument("scope", type=click.Choice([str(ErasureScope.SESSION)]))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@desk_home_option
@click.option("--tenant", required=True, metavar="NAME", help="The tenant to which the sessions belong.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(*, scope: str, names: tuple[str, ...], home: Path, tenant: str, yes: bool) -> None:
    """Delete what sessions said, for good, at the running desk of this machine.

    NAME is the pseudonym of a session, as its tickets have it. Its tickets go, open ones as well, with replies,
    transcripts, events and drafts, and every merge that names it. Consent records and the audit log stay: they have no
    words. So does what a desk behind this one has, such as Chatwoot: delete it there.

    Erase on every PoP first, with `skerry ledger erase`: a PoP sends again what it still has.
    """
    if not yes:
        click.confirm(f"Delete the tickets and merges of {len(names)} {scope}(s), for good?", abort=True)
    quoted = shlex.join(("erase", scope, *names, "--tenant", tenant, "--home", str(home.absolute())))
    peer = running_desk(home)._replace(typed=f"skerry desk {quoted}", timeout_s=_TIMEOUT_S)
    tickets = merges = 0
    for first in range(0, len(names), _AT_ONCE):
        request = EraseRequest(scope=ErasureScope(scope), tenant=tenant, names=names[first : first + _AT_ONCE])
        try:
            erased = msgspec.json.decode(call_admin(peer, "/v1/erase", request), type=DeskErasure)
        except DECODE_ERRORS:
            text = f"the desk of {peer.folder} answered with something else, expected a desk of this release"
            raise UnreachableError(text) from None
        tickets, merges = tickets + erased.tickets, merges + erased.merges
    echo(f"erased      {tickets} tickets, {merges} merges of sessions")
