"""`skerry island`: from an author's file to every PoP, and back."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from edge.cli.author.island_status import echo_status
from edge.cli.options import home_option, progress_bar, time_text
from edge.cli.publisher import end_when_everyone_has, require_fleet, timeout_option, wait_option
from edge.config import model_files
from edge.errors import RefusedError
from edge.host import utc_now
from edge.publish.release import (
    EVERYBODY,
    read_rollout_target,
    repository_status,
    roll_back,
    widen_rollout,
)
from edge.publish.repository import Repository
from edge.publish.source import Finding, IslandSource, errors_in, lint_draft, read_island
from edge.records import IslandName, Wanted
from edge.triage import MODEL_FILES, Triage, load_triage

if TYPE_CHECKING:
    from edge.publish.evaluate import IslandEvaluation

_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE..."
)


_EVALUATION = click.option(
    "--evaluation",
    "evaluation_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the evaluations to, as a JSON array.",
)


@click.group("island")
def island_command() -> None:
    """Check, evaluate, publish, roll back and withdraw islands."""


@island_command.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check(files: tuple[Path, ...], *, as_json: bool, strict: bool) -> None:
    """Report every problem of islands in TOML, with file and line; exit status 1 when there are errors."""
    encoder = load_triage(model_files(MODEL_FILES)).encoder
    now = utc_now()
    findings = [finding for file in files for finding in lint_draft(read_island(file), now=now, encoder=encoder)]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(findings)))
    else:
        _echo_findings(findings, err=False)
        click.echo(_summary(len(files), findings))
    if findings if strict else errors_in(findings):
        sys.exit(1)


@island_command.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the evaluations as a JSON array.")
@_EVALUATION
def evaluate(files: tuple[Path, ...], *, as_json: bool, evaluation_file: Path | None) -> None:
    """Cross-validate islands: what to expect, what is confused, what to write next."""
    from edge.cli.author.island_evaluation import echo_evaluation, evaluations_json

    triage = load_triage(model_files(MODEL_FILES))
    sources = _sources(files, triage, now=utc_now(), otherwise="nothing was evaluated")
    evaluations = _evaluations(sources, triage, evaluation_file)
    if as_json:
        click.echo(evaluations_json(evaluations))
        return
    for number, one in enumerate(evaluations):
        if number:
            click.echo()
        echo_evaluation(one)


@island_command.command()
@_FILES
@click.option("--rollout", metavar="WHO", help="Start with some viewers: 10%, names of PoPs, or both (10%,pop-1).")
@home_option
@_EVALUATION
@click.option("--no-evaluation", is_flag=True, help="Do not evaluate the islands afterwards.")
@wait_option
@timeout_option
def publish(
    *,
    files: tuple[Path, ...],
    home: Path,
    rollout: str | None,
    evaluation_file: Path | None,
    no_evaluation: bool,
    wait: bool,
    timeout_s: float,
) -> None:
    """Check, compile and sign islands, and put them in force; an island with errors stops all of them.

    With --wait it ends when every PoP has them; exit status 3, naming who has not, when that takes too long.
    """
    # Brings scikit-learn along, which takes a second.
    from edge.cli.author.island_evaluation import summary
    from edge.publish.release import publish_source

    who = read_rollout_target(rollout) if rollout else None
    repository = Repository(home)
    if wait:
        require_fleet(home)
    wanted = []
    triage = load_triage(model_files(MODEL_FILES))
    sources = _sources(files, triage, now=utc_now(), otherwise="nothing was published")
    for source in sources:
        started = time.monotonic()
        name = IslandName(source.tenant, source.island)
        with progress_bar(str(name)) as progress:
            signed = publish_source(
                source, repository=repository, triage=triage, now=utc_now, who=who, progress=progress
            )
        wanted.append(Wanted(island=str(name), revision=signed.custom.revision))
        elapsed_ms = (time.monotonic() - started) * 1000
        click.echo(f"published {name} revision {signed.custom.revision}")
        click.echo(f"          {len(signed.data):,} bytes, in {elapsed_ms:.0f} ms")
        if who is not None:
            click.echo(f"rollout   {who} only; for everybody:")
            click.echo(f"          skerry island rollout --home {home} {name} {EVERYBODY}")
    if not no_evaluation:
        for found in _evaluations(sources, triage, evaluation_file):
            click.echo("\n".join(summary(found)))
        click.echo(f"details   skerry island evaluate {' '.join(map(str, files))}")
    if wait:
        end_when_everyone_has(wanted, home=home, timeout_s=timeout_s)
    else:
        click.echo(f"next      skerry publisher serve --home {home}")


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--why", required=True, help="Why; PoPs log it and show it.")
@home_option
@wait_option
@timeout_option
def withdraw(*, name: str, why: str, home: Path, wait: bool, timeout_s: float) -> None:
    """Take an island back: PoPs stop answering from it as soon as they hear of it.

    With --wait it ends when every PoP has; exit status 3, naming who has not, when that takes too long.
    """
    if wait:
        require_fleet(home)
    record = Repository(home).withdraw(IslandName.parse(name), why=why, now=utc_now())
    click.echo(f"withdrawn {name} revision {record.revision} since {time_text(record.at)}: {record.why}")
    if wait:
        wanted = [Wanted(island=name, revision=record.revision, is_withdrawn=True)]
        end_when_everyone_has(wanted, home=home, timeout_s=timeout_s)


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.argument("who", metavar="WHO")
@home_option
def rollout(name: str, who: str, home: Path) -> None:
    """Give a revision in rollout to other viewers: 50%, names of PoPs, both (50%,pop-1), or everybody."""
    revision = widen_rollout(Repository(home), IslandName.parse(name), read_rollout_target(who), now=utc_now())
    click.echo(f"rolled out {name} revision {revision}: {who}")


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--to", type=click.IntRange(min=1), help="Which revision's content; the one that everybody had before.")
@home_option
def rollback(name: str, home: Path, to: int | None) -> None:
    """Put an earlier revision's content in force for everybody, as a new revision."""
    done = roll_back(Repository(home), IslandName.parse(name), to=to, now=utc_now())
    click.echo(f"rolled back {name}: revision {done.revision} has the content of revision {done.content_of}")


@island_command.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(home: Path, *, as_json: bool) -> None:
    """Show what is published, and how long its signatures are good."""
    found = repository_status(Repository(home), now=utc_now())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    echo_status(found)


def _sources(files: tuple[Path, ...], triage: Triage, *, now: datetime, otherwise: str) -> list[IslandSource]:
    """The islands, once their errors are echoed and their warnings counted; raises `RefusedError` for an error."""
    drafts = [read_island(file) for file in files]
    findings = [finding for draft in drafts for finding in lint_draft(draft, now=now, encoder=triage.encoder)]
    errors = errors_in(findings)
    _echo_findings(errors, err=True)
    if errors:
        raise RefusedError(f"{otherwise}: {_summary(len(files), findings)}")
    if findings:
        counted = _plural(len(findings), "warning")
        click.echo(f"{counted}; to read them: skerry island check {' '.join(map(str, files))}", err=True)
    return [draft.source() for draft in drafts]


def _evaluations(sources: list[IslandSource], triage: Triage, evaluation_file: Path | None) -> list["IslandEvaluation"]:
    """What to expect of the islands, written to `evaluation_file` where there is one."""
    from edge.cli.author.island_evaluation import write_evaluations
    from edge.publish.evaluate import evaluate_island, leave_one_out

    evaluations = []
    for source in sources:
        with progress_bar(f"{source.tenant}/{source.island}") as progress:
            validation = leave_one_out(source, triage=triage, progress=progress)
        evaluations.append(evaluate_island(source, validation, model=triage.model))
    if evaluation_file is not None:
        write_evaluations(evaluation_file, evaluations)
    return evaluations


def _echo_findings(findings: list[Finding], *, err: bool) -> None:
    for finding in findings:
        click.echo(str(finding), err=err)


def _summary(files: int, findings: list[Finding]) -> str:
    errors = len(errors_in(findings))
    counts = ((files, "file"), (errors, "error"), (len(findings) - errors, "warning"))
    return ", ".join(_plural(count, noun) for count, noun in counts)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
