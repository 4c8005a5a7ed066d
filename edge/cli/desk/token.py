"""`skerry desk token`: makes, revokes and lists the tokens of PoPs, people and walls."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import click

from edge.cli.desk.options import FILE, desk_home_option, span_of, tell_running_desk
from edge.cli.options import NOTHING, echo_table, time_text
from edge.cli.terminal import echo
from edge.desk.access import (
    DeskToken,
    TokenKind,
    is_in_force,
    issue_desk_token,
    read_desk_tokens,
    revoke_desk_token,
    tokens_path,
)
from edge.errors import ConfigError
from edge.host import create_private, make_folder, utc_now

_AGENT_SPAN = timedelta(days=30)


@click.command()
@desk_home_option
@click.option("--pop", metavar="NAME", help="Make a token for this PoP: it may send tickets and fetch its replies.")
@click.option("--agent", metavar="NAME", help="Make a token for this person.")
@click.option("--wall", metavar="NAME", help="Make a token for a screen: it may show the wall's figures.")
@click.option("--tenant", metavar="TENANT", help="With --agent and --wall: whose tickets or figures it sees.")
@click.option("--lane", metavar="LANE", help="With --agent: the one lane that the person sees. Default: all.")
@click.option(
    "--expires",
    metavar="SPAN",
    help="When it ends, such as 12h, 30d or never. Default: never for a PoP, 30d for others.",
)
@click.option("--output", type=FILE, help="Write the token to this new file, readable by its owner only.")
@click.option("--revoke", metavar="NAME", help="Revoke the token of this name. It is refused at once.")
@click.option("--list", "is_list", is_flag=True, help="List all tokens, without the tokens themselves.")
def token(
    *,
    home: Path,
    pop: str | None,
    agent: str | None,
    wall: str | None,
    tenant: str | None,
    lane: str | None,
    expires: str | None,
    output: Path | None,
    revoke: str | None,
    is_list: bool,
) -> None:
    """Make a token for a PoP, a person or a wall, and print it once.

    An earlier token of the same name is no longer valid. A PoP's token goes into the file that its pop.toml names.
    """
    if sum((pop is not None, agent is not None, wall is not None, revoke is not None, is_list)) != 1:
        raise click.UsageError("expected one of --pop, --agent, --wall, --revoke and --list")
    if (agent is None and wall is None) != (tenant is None) or (lane is not None and agent is None):
        raise click.UsageError("expected --tenant with --agent and --wall, and --lane with --agent only")
    if is_list:
        _list(read_desk_tokens(tokens_path(home)))
    elif revoke is not None:
        revoke_desk_token(tokens_path(home), revoke)
        tell_running_desk(home)
        echo(f"revoked {revoke}")
    else:
        named = {TokenKind.POP: pop, TokenKind.AGENT: agent, TokenKind.WALL: wall}
        kind, name = next((kind, name) for kind, name in named.items() if name is not None)
        span = _default_span(kind) if expires is None else span_of(expires)
        _make(home, _Wanted(kind, name, tenant or "", lane or "", span), output)


class _Wanted(NamedTuple):
    """A token to make."""

    kind: TokenKind
    name: str
    tenant: str
    lane: str
    span: timedelta | None


def _default_span(kind: TokenKind) -> timedelta | None:
    return None if kind is TokenKind.POP else _AGENT_SPAN


def _make(home: Path, wanted: _Wanted, output: Path | None) -> None:
    """Make a token, and print it or write it to a new file."""
    # Before the token is made: an earlier one of the same name would be lost for nothing.
    if output is not None and output.exists():
        raise ConfigError(f"{output} exists, expected a new file; look at it with: ls -l {output}")
    make_folder(home, mode=0o700)
    now = utc_now()
    made = issue_desk_token(
        tokens_path(home),
        kind=wanted.kind,
        name=wanted.name,
        tenant=wanted.tenant,
        lane=wanted.lane,
        expires=None if wanted.span is None else now + wanted.span,
        now=now,
    )
    tell_running_desk(home)
    if output is None:
        echo(made)
        return
    create_private(output, f"{made}\n".encode())
    echo(f"wrote the token of {wanted.name} to {output}")


def _list(tokens: Iterable[DeskToken]) -> None:
    now = utc_now()
    echo_table(
        ("kind", "name", "tenant", "lane", "expires", "state"),
        [
            (
                one.kind,
                one.name,
                one.tenant or NOTHING,
                one.lane or NOTHING,
                time_text(one.expires),
                "in force" if is_in_force(one, now) else "expired",
            )
            for one in tokens
        ],
    )
