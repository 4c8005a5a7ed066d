"""What `skerry keys init` makes for the first PoP and for the people at the desk, and the lines that start it all.

The desk of this home has its files in it, too: `desk-tokens.json`, and `desk` once it runs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from edge.desk.access import (
    DeskToken,
    KnownTokens,
    TokenKind,
    is_in_force,
    issue_desk_token,
    new_desk_token,
    read_desk_tokens,
    tokens_path,
)
from edge.host import make_folder, replace_file, replace_private, sync_folder
from edge.publish.fleet import FleetMembers
from edge.records import NAME_PATTERN
from edge.store.secrets import open_pop_identity

FIRST_POP = "pop-1"
AGENT_SPAN = timedelta(days=30)
"""As `skerry desk token --agent` without `--expires`."""

_POP_STATE = "pop-state"
_NAME_LINE = re.compile(rf'^name = "({NAME_PATTERN})"', re.MULTILINE)
_AGENT = re.compile(r"agent-[1-9][0-9]*")
"""A name that is given here."""

POP_CONFIG = """\
# A PoP that follows the publisher in this folder. Paths are relative to this file.

[pop]
name = "{name}"
state_dir = "{state_dir}"

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
token_file = "{name}.token"
"""


class FirstAgent(NamedTuple):
    """A person's token that was made here."""

    tenant: str
    path: Path
    """The file that has the token."""


def pop_config(home: Path) -> Path:
    """The configuration of the first PoP."""
    return home / "pop.toml"


def name_in_config(home: Path) -> str:
    """The PoP's name in the configuration here; that of the first PoP if none can be read."""
    try:
        found = _NAME_LINE.search(pop_config(home).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    return found[1] if found is not None else FIRST_POP


def make_first_pop(home: Path, *, now: datetime) -> None:
    """Make the first PoP's key, its token for the desk and its configuration; nothing if it has a configuration.

    Its first status makes it a member of the fleet, so the operator needs no second command for it. The configuration
    is written last: if we crash here, the next run takes the same key, and the same token if the desk has it already.

    Where the configuration was moved to another machine, its PoP may run there: this one gets another name.
    """
    config = pop_config(home)
    if config.exists():
        return
    known = {one.name: one for one in read_desk_tokens(tokens_path(home))}
    name = next(name for name in _pop_names() if _is_free(home, name, known, now))
    state_dir = _POP_STATE if name == FIRST_POP else f"{name}-state"
    make_folder(home / state_dir)
    identity = open_pop_identity(home / state_dir, now=now)
    FleetMembers(home).invite(name, identity.signer.public.hex())
    if name not in known:
        _issue(home, kind=TokenKind.POP, name=name, now=now)
    replace_file(config, POP_CONFIG.format(name=name, state_dir=state_dir).encode())
    sync_folder(home)


def _pop_names() -> Iterator[str]:
    return (f"pop-{number}" for number in count(1))


def _is_free(home: Path, name: str, known: Mapping[str, DeskToken], now: datetime) -> bool:
    """True if nobody else uses the name: its token is here, or there is none."""
    token = known.get(name)
    if token is None:
        return True
    try:
        secret = (home / f"{name}.token").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return token.kind is TokenKind.POP and KnownTokens([token]).find(f"Bearer {secret}", now) is not None


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
