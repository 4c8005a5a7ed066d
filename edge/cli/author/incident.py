"""`skerry incident`: another answer to one question, at once."""

import time
from pathlib import Path

import click

from edge.cli.options import home_option
from edge.errors import ConfigError
from edge.host import utc_now
from edge.records import IslandName


@click.command("incident")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--snippet", required=True, help="The snippet whose answer is replaced.")
@click.option(
    "--answer", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File with the answer."
)
@click.option("--approved-by", default="", help="Who stands behind it; left out: who stood behind the answer before.")
@home_option
def incident_command(name: str, snippet: str, path: Path, approved_by: str, home: Path) -> None:
    """Publish the island again with another answer to one question; PoPs have it in seconds."""
    from edge.publish.release import publish_hotfix
    from edge.publish.repository import Repository

    started = time.monotonic()
    try:
        answer = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give a file with: --answer FILE") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 at byte {error.start}, give another with: --answer FILE") from error
    island = IslandName.parse(name)
    signed = publish_hotfix(
        island,
        snippet_id=snippet,
        answer=answer,
        approved_by=approved_by,
        repository=Repository(home),
        now=utc_now,
    )
    elapsed_ms = (time.monotonic() - started) * 1000
    click.echo(
        f"published {island} revision {signed.custom.revision} with another answer to '{snippet}', {elapsed_ms:.0f} ms"
    )
    click.echo("when it is over, publish the island's own file: skerry island publish FILE")
