"""`skerry island export`: an island's questions and people's replies, from Chatwoot or Zammad."""

import asyncio
import errno
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click
import msgspec

from edge.cli.terminal import echo
from edge.config import is_loopback_host
from edge.errors import ConfigError
from edge.host import read_token, storage_errors
from edge.records import IslandName
from edge.wire.exports import ChatwootExport, ZammadExport
from edge.wire.http import new_http_session

_FILE = click.Path(dir_okay=False, path_type=Path)
_REQUEST_S = 30.0
MAX_WORDS_CHARACTERS = 4_000
"""What is written of a question and of a reply: more than `skerry island learn` uses, and a line stays below its
limit. Mail may have a whole thread below it."""


@click.command("export")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--chatwoot", metavar="URL", help="Address of the Chatwoot that has the tickets.")
@click.option("--account", type=click.IntRange(min=1), help="With --chatwoot: number of the account.")
@click.option("--zammad", metavar="URL", help="Address of the Zammad that has the tickets.")
@click.option("--token-file", type=_FILE, required=True, help="File with an agent's API token.")
@click.option("--output", type=_FILE, required=True, help="File to write: JSON lines, as islands/export.md says.")
def export_command(
    *, name: str, chatwoot: str | None, account: int | None, zammad: str | None, token_file: Path, output: Path
) -> None:
    """Write what people replied to an island's tickets, for `skerry island learn`.

    The file holds viewers' and people's words, and no session, no name of the desk's and no number of a ticket. Only
    its owner may read it. An existing file is not overwritten.
    """
    island = str(IslandName.parse(name))
    if (chatwoot is None) == (zammad is None) or (chatwoot is None) != (account is None):
        raise ConfigError("expected one desk: --chatwoot URL --account NUMBER, or --zammad URL")
    url = chatwoot or zammad or ""
    if not _is_safe(url):
        raise ConfigError("the desk's address is not safe for a token, expected one like https://desk.example.com")
    token = read_token(token_file, advice="write an agent's API token there")
    with _created(output) as file:
        written = asyncio.run(_export(file, island, url, account, token))
    echo(f"exported  {written:,} line{'' if written == 1 else 's'} of {island} to {output}")
    echo(f"next      skerry island learn {island} --from {shlex.quote(str(output))} --file ISLAND.toml")


async def _export(file: BinaryIO, island: str, url: str, account: int | None, token: str) -> int:
    written = 0
    async with new_http_session() as session:
        desk = (
            ZammadExport(session, url, token=token, timeout_s=_REQUEST_S)
            if account is None
            else ChatwootExport(session, url, token=token, account=account, timeout_s=_REQUEST_S)
        )
        async for line in desk.lines(island):
            short = msgspec.structs.replace(
                line, question=line.question[:MAX_WORDS_CHARACTERS], reply=line.reply[:MAX_WORDS_CHARACTERS]
            )
            await asyncio.to_thread(file.write, msgspec.json.encode(short) + b"\n")
            written += 1
    return written


def _is_safe(url: str) -> bool:
    """True for an https address, and for one on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host or "")))


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner can read. It gets its name when the block ends.

    Half an export looks like a whole one: a command that was killed leaves one with another name.
    """
    try:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise ConfigError(f"cannot create {path}: {error.strerror}; choose another file with: --output FILE") from error
    try:
        with storage_errors(path):
            with os.fdopen(number, "wb") as file:
                yield file
                file.flush()
                os.fsync(number)
            # A link, not a rename: that would silently replace a file that came meanwhile.
            os.link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
