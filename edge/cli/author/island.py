"""`skerry island`: checks, evaluates, publishes, rolls back and withdraws islands."""

import sys
import time
from pathlib import Path

import click

from edge.cli.author.evaluating import echo_summaries, evaluate_all
from edge.cli.author.findings import (
    count_findings,
    echo_consent,
    echo_findings,
    echo_languages,
    echo_promise,
    echo_proposed_names,
    echo_unsealed,
    read_sources,
)
from edge.cli.author.island_status import echo_status
from edge.cli.options import home_option, progress_bar, time_text
from edge.cli.publisher import end_when_everyone_has, next_step, require_fleet, timeout_option, wait_option
from edge.cli.terminal import echo, echo_json
from edge.config import model_files
from edge.host import utc_now
from edge.publish.fleet import require_level_with_fleet, why_below_fleet
from edge.publish.release import EVERYBODY, read_rollout_target, repository_status, roll_back, widen_rollout
from edge.publish.repository import Repository
from edge.publish.source import errors_in, lint_draft, read_island
from edge.records import IslandName, Wanted
from edge.triage import MODEL_FILES, load_triage

_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE..."
)
_EVALUATION = click.option(
    "--evaluation",
    "evaluation_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the evaluations to this file, as a JSON array.",
)


@click.group("island")
def island_command() -> None:
    """Check, evaluate, publish, roll back and withdraw islands.

    An island is one event's approved answers, written as a TOML file. TENANT/ISLAND is its name.
    """


@island_command.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
@click.option("--strict", is_flag=True, help="Exit status 1 also for warnings.")
@click.option(
    "--publisher-home",
    "home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-home"),
    envvar="SKERRY_HOME",
    show_default=True,
    help="Folder with keys and repository, if it is here: is there a sealing key?",
)
def check(files: tuple[Path, ...], *, as_json: bool, strict: bool, home: Path) -> None:
    """Report all problems of island files, with file and line.

    Exit status 1 if there are errors.
    """
    triage, now = load_triage(model_files(MODEL_FILES)), utc_now()
    drafts = [read_island(file) for file in files]
    findings = [finding for draft in drafts for finding in lint_draft(draft, now=now, encoder=triage.encoder)]
    if as_json:
        echo_json(findings)
    else:
        echo_findings(findings, err=False)
        echo(count_findings(len(files), findings))
        if not errors_in(findings):
            for file, draft in zip(files, drafts, strict=True):
                echo_proposed_names(file, draft.source(), triage.things)
                echo_promise(file, draft)
                echo_languages(file, draft.source())
                echo_consent(file, draft.source())
            echo_unsealed({draft.source().tenant for draft in drafts}, home)
    if findings if strict else errors_in(findings):
        sys.exit(1)


@island_command.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the evaluations as a JSON array.")
@_EVALUATION
def evaluate(files: tuple[Path, ...], *, as_json: bool, evaluation_file: Path | None) -> None:
    """Estimate how good islands will be.

    Shows figures, confused snippets, harmful examples and what to write next. This is a cross-validation: each example
    is asked of a classifier that was trained without it. Nothing is published.
    """
    from edge.cli.author.island_evaluation import echo_evaluation, evaluations_json

    triage = load_triage(model_files(MODEL_FILES))
    sources = read_sources(files, triage, now=utc_now(), otherwise="nothing was evaluated")
    evaluations = evaluate_all(sources, triage, evaluation_file)
    if as_json:
        echo(evaluations_json(evaluations))
        return
    for number, evaluation in enumerate(evaluations):
        if number:
            echo()
        echo_evaluation(evaluation)


@island_command.command()
@_FILES
@click.option(
    "--rollout", metavar="TARGET", help="Only for some viewers: 10%, names of PoPs, or both (10%,pop-1). Default: all."
)
@home_option
@_EVALUATION
@click.option("--evaluate-first", is_flag=True, help="Evaluate before publishing, not after.")
@click.option("--no-evaluation", is_flag=True, help="Skip the evaluation.")
@wait_option
@timeout_option
def publish(
    *,
    files: tuple[Path, ...],
    home: Path,
    rollout: str | None,
    evaluation_file: Path | None,
    evaluate_first: bool,
    no_evaluation: bool,
    wait: bool,
    timeout_s: float,
) -> None:
    """Check, compile, sign and publish island files. Then evaluate them, which may take longer.

    If one file has errors, nothing is published. The islands are in force before the evaluation begins, so it can be
    interrupted. With --wait, exit status 3 if a PoP does not serve the new revisions in time; it is named with the
    reason.
    """
    # Before everything else: an author waits for the check of the file, too.
    started = time.monotonic()
    # Imported here: it loads scikit-learn, which takes a second.
    from edge.publish.compile import remembering
    from edge.publish.release import publish_source, stale_translations

    who = read_rollout_target(rollout) if rollout else None
    repository = Repository(home)
    require_level_with_fleet(home)
    if wait:
        require_fleet(home)
    wanted = []
    triage = remembering(load_triage(model_files(MODEL_FILES)))
    sources = read_sources(files, triage, now=utc_now(), otherwise="nothing was published")
    if evaluate_first and not no_evaluation:
        echo_summaries(files, sources, triage, evaluation_file)
    for source in sources:
        name = IslandName(source.tenant, source.island)
        stale = stale_translations(source, repository=repository)
        with progress_bar(str(name)) as progress:
            signed = publish_source(
                source, repository=repository, triage=triage, now=utc_now, who=who, progress=progress
            )
        wanted.append(Wanted(island=str(name), revision=signed.custom.revision))
        elapsed_ms = (time.monotonic() - started) * 1000
        echo(f"published {name} revision {signed.custom.revision}")
        echo(f"          {len(signed.data):,} bytes, signed and in force after {elapsed_ms:.0f} ms")
        for one in stale:
            echo(f"careful   the answer of '{one.snippet}' is another now, and that in '{one.locale}' is as before:")
            echo("          approve it again ('approved_at'), or take it out")
        if who is not None:
            echo(f"rollout   {who} only; for everybody:")
            echo(f"          skerry island rollout --home {home} {name} {EVERYBODY}")
    if not (evaluate_first or no_evaluation):
        try:
            echo_summaries(files, sources, triage, evaluation_file)
        except KeyboardInterrupt:
            echo("stopped   the evaluation; what was published stays in force")
            echo(f"again     skerry island evaluate {' '.join(map(str, files))}")
    if wait:
        end_when_everyone_has(wanted, home=home, timeout_s=timeout_s)
    else:
        echo(f"next      {next_step(home)}")


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--why", required=True, help="The reason; PoPs log it and show it.")
@home_option
@wait_option
@timeout_option
def withdraw(*, name: str, why: str, home: Path, wait: bool, timeout_s: float) -> None:
    """Withdraw an island: PoPs stop serving it within seconds.

    Only a new revision can bring it back. With --wait, exit status 3 if a PoP has not withdrawn it in time; it is named
    with the reason.
    """
    if wait:
        require_fleet(home)
    if text := why_below_fleet(home):
        # Not refused, as a publication is: one PoP that lies about its numbers must not keep it from the others.
        echo(f"warning: {text}", err=True)
    record = Repository(home).withdraw(IslandName.parse(name), why=why, now=utc_now())
    echo(f"withdrawn {name} revision {record.revision} since {time_text(record.at)}: {record.why}")
    if wait:
        wanted = [Wanted(island=name, revision=record.revision, is_withdrawn=True)]
        end_when_everyone_has(wanted, home=home, timeout_s=timeout_s)


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.argument("who", metavar="TARGET")
@home_option
def rollout(name: str, who: str, home: Path) -> None:
    """Change which viewers get a revision that is in rollout.

    TARGET is a percentage of sessions (50%), names of PoPs, both (50%,pop-1), or `everybody`.
    """
    require_level_with_fleet(home)
    revision = widen_rollout(Repository(home), IslandName.parse(name), read_rollout_target(who), now=utc_now())
    echo(f"rolled out {name} revision {revision}: {who}")


@island_command.command()
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--to", type=click.IntRange(min=1), help="Revision to go back to. Default: the one before.")
@home_option
def rollback(name: str, home: Path, to: int | None) -> None:
    """Publish an earlier revision's content again.

    It becomes a new revision, for all viewers.
    """
    require_level_with_fleet(home)
    rolled_back = roll_back(Repository(home), IslandName.parse(name), to=to, now=utc_now())
    echo(f"rolled back {name}: revision {rolled_back.revision} has the content of revision {rolled_back.content_of}")


@island_command.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
def status(home: Path, *, as_json: bool) -> None:
    """Show published islands, roles and expiry dates.

    `skerry status` shows what PoPs serve.
    """
    published = repository_status(Repository(home), now=utc_now())
    if as_json:
        echo_json(published)
        return
    echo_status(published)
