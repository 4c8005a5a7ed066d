"""What `skerry keys init` makes for the first PoP and for the people at the desk, and the lines that start it all.

The desk of this home has its files in it, too: `desk-tokens.json`, and `desk` once it runs.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from edge.desk.access import (
    DeskToken,
    TokenKind,
    is_in_force,
    issue_desk_token,
    new_desk_token,
    read_desk_tokens,
    tokens_path,
)
from edge.host import make_folder, replace_file, replace_private, sync_folder
from edge.publish.fleet import FleetMembers
from edge.store.secrets import open_pop_identity

FIRST_POP = "pop-1"
AGENT_SPAN = timedelta(days=30)
"""As `skerry desk token --agent` without `--expires`."""

_POP_STATE = "pop-state"
_AGENT = re.compile(r"agent-[1-9][0-9]*")
"""A name that is given here."""

POP_CONFIG = f"""\
# A PoP that follows the publisher in this folder. Paths are relative to this file.

[pop]
name = "{FIRST_POP}"
state_dir = "{_POP_STATE}"

[http]
host = "127.0.0.1"
port = 8080
trusted_ingests = {{ networks = ["127.0.0.0/8", "::1/128"] }}

[publisher]
url = "http://127.0.0.1:8090"
trusted_root = "root.json"

[islands]
serve = ["*/*"]
required = []

[origin]
kind = "desk"
url = "http://127.0.0.1:8070"
token_file = "{FIRST_POP}.token"
"""


class FirstAgent(NamedTuple):
    """A person's token that was made here."""

    tenant: str
    path: Path
    """The file that has the token."""


def pop_config(home: Path) -> Path:
    """The configuration of the first PoP."""
    return home / "pop.toml"


def make_first_pop(home: Path, *, now: datetime) -> None:
    """Make the first PoP's key, its token for the desk and its configuration; nothing if it has a configuration.

    Its first status makes it a member of the fleet, so the operator needs no second command for it. The configuration
    is written last: if we crash here, the next run takes the same key, and makes another token.
    """
    config = pop_config(home)
    if config.exists():
        return
    state_dir = home / _POP_STATE
    make_folder(state_dir)
    identity = open_pop_identity(state_dir, now=now)
    FleetMembers(home).invite(FIRST_POP, identity.signer.public.hex())
    _issue(home, kind=TokenKind.POP, name=FIRST_POP, now=now)
    replace_file(config, POP_CONFIG.encode())
    sync_folder(home)


def make_first_agents(home: Path, tenants: Iterable[str], *, now: datetime) -> list[FirstAgent]:
    """Make a token for one person of each tenant that has none in force. None if this home has no desk's tokens.

    A home of before the desk, or whose desk is elsewhere, stays as it is.
    """
    path = tokens_path(home)
    made = []
    for tenant in tenants if path.exists() else ():
        known = read_desk_tokens(path)
        theirs = [one for one in known if one.kind is TokenKind.AGENT and one.tenant == tenant]
        if any(is_in_force(one, now) for one in theirs):
            continue
        # An expired one of these is replaced, so that its name stays. Not one that the operator made: its name is a
        # person's, perhaps for one lane, and that person's time is over.
        name = next((one.name for one in theirs if _AGENT.fullmatch(one.name) and not one.lane), _free_name(known))
        made.append(FirstAgent(tenant, _issue(home, kind=TokenKind.AGENT, name=name, tenant=tenant, now=now)))
    return made


def start_lines(home: Path) -> Iterator[str]:
    """The commands that start publisher, desk and PoP, in this order; each runs until it is stopped."""
    yield f"skerry publisher serve --home {home}"
    yield f"skerry desk serve --home {home} --publisher http://127.0.0.1:8090"
    yield f"skerry pop serve --config {pop_config(home)}"


def _issue(home: Path, *, kind: TokenKind, name: str, tenant: str = "", now: datetime) -> Path:
    """Make a token, in a private file and in the desk's tokens; returns the file.

    The file is first, and always new. If we crash before the desk has the hash, the next run makes another token: one
    that was revoked never becomes good again.
    """
    file = home / f"{name}.token"
    token = new_desk_token()
    replace_private(file, f"{token}\n".encode())
    expires = now + AGENT_SPAN if kind is TokenKind.AGENT else None
    issue_desk_token(tokens_path(home), kind=kind, name=name, tenant=tenant, expires=expires, now=now, token=token)
    return file


def _free_name(known: Iterable[DeskToken]) -> str:
    taken = {one.name for one in known}
    return next(name for name in (f"agent-{number}" for number in count(1)) if name not in taken)
