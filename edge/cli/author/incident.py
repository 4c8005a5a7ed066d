"""`skerry incident`: replaces one answer now, without retraining."""

import time
from pathlib import Path

import click

from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.errors import ConfigError
from edge.host import utc_now
from edge.records import IslandName


@click.command("incident")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--snippet", required=True, help="Id of the snippet whose answer is replaced.")
@click.option(
    "--answer",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Text file (UTF-8) with the new answer.",
)
@click.option("--approved-by", default="", help="Who approved the answer. Default: as for the old answer.")
@home_option
def incident_command(name: str, snippet: str, path: Path, approved_by: str, home: Path) -> None:
    """Replace one answer now, without retraining. PoPs serve it within seconds.

    This publishes a new revision of the island, which differs in this answer only.
    """
    from edge.publish.fleet import require_level_with_fleet
    from edge.publish.release import publish_hotfix
    from edge.publish.repository import Repository

    started = time.monotonic()
    try:
        answer = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give another file with: --answer FILE") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not UTF-8 at byte {error.start}, give another file with: --answer FILE"
        ) from error
    require_level_with_fleet(home)
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
    echo(f"published {island} revision {signed.custom.revision} with a new answer to '{snippet}', {elapsed_ms:.0f} ms")
    echo(f"after the incident, publish the island's own file: skerry island publish --home {home} FILE")
