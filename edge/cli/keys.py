"""`skerry keys`: the keys that a publisher and its tenants sign with."""

from datetime import UTC, datetime
from pathlib import Path

import click

from edge.cli.home import home_option
from edge.publish.durable import replace, sync_folder
from edge.publish.repository import Repository

POP_CONFIG = """\
# A PoP that follows the publisher in this folder. Paths are relative to this file.

[pop]
name = "pop-1"
state = "pop-state"

[http]
host = "127.0.0.1"
port = 8080

[publisher]
url = "http://127.0.0.1:8090"
trusted_root = "root.json"

[islands]
serve = ["*/*"]
required = []

[origin]
url = "http://127.0.0.1:8099/tickets"
"""


@click.group()
def keys() -> None:
    """Make the keys that sign islands."""


@keys.command()
@home_option
@click.option("--tenant", "tenants", multiple=True, metavar="NAME", help="A creator or brand; may be repeated.")
@click.option("--root-keys", type=click.IntRange(1, 9), default=1, show_default=True, help="Root keys of a new home.")
@click.option(
    "--threshold", type=click.IntRange(1, 9), default=1, show_default=True, help="How many of them must sign."
)
def init(home: Path, tenants: tuple[str, ...], root_keys: int, threshold: int) -> None:
    """Make keys, repository, root.json and a starter pop.toml; run again to add tenants."""
    if threshold > root_keys:
        raise click.UsageError(f"--threshold {threshold} is more than --root-keys {root_keys}")
    repository = Repository(home)
    added = repository.init(now=datetime.now(UTC), tenants=tenants, root_keys=root_keys, threshold=threshold)
    config = home / "pop.toml"
    if not config.exists():
        replace(config, POP_CONFIG.encode())
        sync_folder(home)
    click.echo(f"keys        {repository.keys.folder}  private: back them up, show them to nobody")
    click.echo(f"root        {repository.root_copy}  public: every PoP starts from it")
    click.echo(f"PoP config  {config}")
    click.echo(
        f"tenants     {', '.join(f'{t} (new)' if t in added else t for t in repository.state().tenants) or 'none'}"
    )
    click.echo(f"next        {_next_command(home, repository)}")


def _next_command(home: Path, repository: Repository) -> str:
    if not repository.state().tenants:
        return f"skerry keys init --home {home} --tenant NAME"
    return f"skerry island publish --home {home} FILE"
