"""`skerry island learn`: a measured patch of an island's file, from a desk's export."""

from collections import Counter
from pathlib import Path

import click

from edge.cli.learn.report import echo_lesson
from edge.cli.options import progress_bar
from edge.cli.terminal import write_bytes
from edge.config import model_files
from edge.errors import ConfigError, RefusedError
from edge.host import replace_private, utc_now
from edge.records import IslandName
from edge.triage import MODEL_FILES, load_triage

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("learn")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--from", "export", type=_FILE, required=True, help="The desk's export, JSON lines (islands/export.md).")
@click.option("--file", type=_FILE, required=True, help="The island's TOML file. It is not changed.")
@click.option("--output", type=_FILE, help="File for the patch. Default: stdout, and the report on stderr.")
@click.option(
    "--measure",
    type=click.IntRange(1, 200),
    default=20,
    show_default=True,
    help="Proposals that are measured: those with the most evidence. Others are left out.",
)
def learn_command(*, name: str, export: Path, file: Path, output: Path | None, measure: int) -> None:
    """Propose better examples and new snippets, from what people and viewers did during the event.

    Writes a patch of the island's file, and says of each proposal what it does in a rehearsal. Two thirds of the
    export's wordings make proposals, the others judge them. Nothing is published or signed.
    """
    # Imported here: they load scikit-learn, which takes a second.
    from edge.publish.learn import LeftOut, gather, learn_from, read_export
    from edge.publish.source import errors_in, lint_draft, parse_island, read_island

    island, now = IslandName.parse(name), utc_now()
    if output is not None and output.resolve() in {file.resolve(), export.resolve()}:
        raise ConfigError(f"{output} is read by this command; choose another file with: --output FILE")
    # Before the work of a minute.
    if output is not None and not output.parent.is_dir():
        raise ConfigError(f"{output.parent} is no folder; choose another file with: --output FILE")
    draft = read_island(file)
    errors = errors_in(lint_draft(draft, now=now))
    if errors:
        raise RefusedError(f"{errors[0]}; for all problems: skerry island check {file}")
    source, text = draft.source(), _bytes_of(file)
    if parse_island(text, path=str(file)).document != draft.document:
        raise ConfigError(f"{file} was changed while it was read; run the command again")
    if (source.tenant, source.island) != (island.tenant, island.island):
        raise RefusedError(f"{file} is island {source.tenant}/{source.island}, expected {island}")
    left_out: Counter[LeftOut] = Counter()
    evidence = gather(read_export(export, left_out), source, left_out)
    with progress_bar(name) as progress:
        triage = load_triage(model_files(MODEL_FILES))
        lesson = learn_from(evidence, text, path=file, triage=triage, now=now, measured=measure, progress=progress)
    if output is None:
        # Strangers' words in it have no character that is not seen: `edge.publish.learn` left the others out.
        write_bytes(lesson.patch)
    else:
        # It has viewers' words that nobody has read yet.
        replace_private(output, lesson.patch)
    echo_lesson(lesson, evidence, name=str(island), file=file, patch=output, err=output is None)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}, give the path of an island in TOML") from error
