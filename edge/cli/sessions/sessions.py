"""`skerry sessions`: the key of a tenant's pseudonyms, and what it tells the tenant."""

import re
import shlex
from pathlib import Path

import click

from edge.cli.terminal import echo, echo_columns
from edge.config import read_pop_config
from edge.daemon import read_caller_files
from edge.errors import ConfigError
from edge.host import create_private, read_entries
from edge.records import NAME_PATTERN
from edge.tokens import PSEUDONYM_KEY_BYTES, SIGNED_PREFIX, SessionIssuer, pseudonym_of, tenant_pseudonym_key

_FILE = click.Path(dir_okay=False, path_type=Path)
_KEY = re.compile(rf"(?P<tenant>{NAME_PATTERN})\s+(?P<key>[0-9a-f]{{{2 * PSEUDONYM_KEY_BYTES}}})")


@click.group("sessions")
def sessions_command() -> None:
    """Viewers' pseudonyms: a tenant's key for them, and those of its own viewers."""


@sessions_command.command("key")
@click.argument("tenant")
@click.option("--config", required=True, type=_FILE, help="Configuration file of a PoP (pop.toml).")
@click.option("--out", required=True, type=_FILE, metavar="FILE", help="New file for the key.")
def key_command(*, tenant: str, config: Path, out: Path) -> None:
    """Write the key of a tenant's pseudonyms into a file that only you can read.

    It follows from the first secret of `sessions.key_file`. Who has it makes the pseudonyms of that tenant's viewers in
    every event from the names by which an ingest calls them. It says nothing of other tenants.
    """
    if re.fullmatch(NAME_PATTERN, tenant) is None:
        raise click.UsageError("TENANT is no tenant's name, expected lower-case letters, digits and '-'")
    secrets = read_caller_files(read_pop_config(config)).secrets.value
    if not secrets:
        raise ConfigError(
            f"{config} has no sessions.key_file, so pseudonyms follow from a secret of that PoP alone; make one for the"
            " fleet with: openssl rand -base64 32"
        )
    if out.exists():
        raise ConfigError(f"{out} exists, expected a new file; to look at it, run: ls -l {shlex.quote(str(out))}")
    head = f"# Key of {tenant}'s pseudonyms. With it, events of {tenant} can be joined: keep it as a password.\n"
    create_private(out, f"{head}{tenant} {tenant_pseudonym_key(secrets[0], tenant).hex()}\n".encode())
    echo(f"written     {out}, for {tenant} alone")
    echo("            a new secret in sessions.key_file makes a new key; keep this one for older events")


@sessions_command.command("pseudonym")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--names-file", type=_FILE, metavar="FILE", help="File with further names, one a line.")
@click.option("--key", "key_file", required=True, type=_FILE, metavar="FILE", help="File of `skerry sessions key`.")
@click.option("--event", required=True, metavar="EVENT", help="The `event` of the island, or else the island's name.")
@click.option("--signed", is_flag=True, help="The names are `sub` of sessions that the ingest signed.")
def pseudonym_command(
    *, names: tuple[str, ...], names_file: Path | None, key_file: Path, event: str, signed: bool
) -> None:
    """Print the pseudonym of each viewer in one event, after the name by which an ingest calls her.

    It is the `session` of her tickets, and what `skerry ledger erase session` takes.
    """
    asked = (*names, *_names_in(names_file))
    if not asked:
        raise click.UsageError("give names, or --names-file")
    if re.fullmatch(NAME_PATTERN, event) is None:
        raise click.UsageError("--event is no event's name, expected lower-case letters, digits and '-'")
    key, prefix = _read_key(key_file), f"{SIGNED_PREFIX}{SessionIssuer.INGEST}:" if signed else ""
    for name in asked:
        echo_columns((name, pseudonym_of(prefix + name, event=event, key=key)))


def _read_key(path: Path) -> bytes:
    advice = "make it with: skerry sessions key TENANT --config POP.toml --out FILE"
    entries = read_entries(path, what=str(path), advice=advice)
    found = _KEY.fullmatch(entries[0][1]) if len(entries) == 1 else None
    if found is None:
        raise ConfigError(f"{path} is no key of pseudonyms, expected one line of a tenant and 64 digits; {advice}")
    return bytes.fromhex(found["key"])


def _names_in(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        text = f"cannot read {path}, expected names as UTF-8 text, one a line"
        raise ConfigError(f"{text}; look at it with: file {shlex.quote(str(path))}") from error
    return tuple(line for line in lines if line)
