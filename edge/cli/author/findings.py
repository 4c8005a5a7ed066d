"""Islands read for a command: their errors printed, their warnings counted."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from edge.cli.terminal import echo
from edge.errors import RefusedError
from edge.publish.compile import names_to_propose
from edge.publish.keys import newest_sealing_key
from edge.publish.repository import Repository
from edge.publish.source import Finding, IslandDraft, IslandSource, errors_in, lint_draft, read_island
from edge.triage import Things, Triage


def read_sources(files: tuple[Path, ...], triage: Triage, *, now: datetime, otherwise: str) -> list[IslandSource]:
    """The islands in `files`. Prints errors and the number of warnings.

    Raises `RefusedError` if there is an error; its text begins with `otherwise`.
    """
    drafts = [read_island(file) for file in files]
    findings = [finding for draft in drafts for finding in lint_draft(draft, now=now, encoder=triage.encoder)]
    errors = errors_in(findings)
    echo_findings(errors, err=True)
    if errors:
        raise RefusedError(f"{otherwise}: {count_findings(len(files), findings)}")
    if findings:
        counted = _plural(len(findings), "warning")
        echo(f"{counted}; to read them: skerry island check {' '.join(map(str, files))}", err=True)
    return [draft.source() for draft in drafts]


def echo_findings(findings: list[Finding], *, err: bool) -> None:
    """Print each finding with its file and line."""
    for finding in findings:
        echo(str(finding), err=err)


def count_findings(files: int, findings: list[Finding]) -> str:
    """How many files, errors and warnings, as a sentence has it."""
    errors = len(errors_in(findings))
    counts = ((files, "file"), (errors, "error"), (len(findings) - errors, "warning"))
    return ", ".join(_plural(count, noun) for count, noun in counts)


def echo_proposed_names(file: Path, source: IslandSource, things: Things) -> None:
    """If an island does not say what it is about: the names that are taken instead, as an author writes them."""
    if source.about is not None:
        return
    if not (names := names_to_propose(source, things)):
        echo(f"\n{file} does not say what it is about. Nothing stands out in it, so write a line such as:")
        names = ("mug", "mug drop")
    else:
        echo(f"\n{file} does not say what it is about. It is published as if it said:")
    echo(f"\nabout = [{', '.join(json.dumps(name, ensure_ascii=False) for name in names)}]")


def echo_languages(file: Path, source: IslandSource) -> None:
    """If an island has answers in further languages: for how many of its snippets, and what viewers get of the rest."""
    count = Counter(locale for snippet in source.snippets for locale in snippet.locales)
    if not count:
        return
    echo(f"\n{file} answers in {source.locale} and in further languages:")
    for locale, snippets in sorted(count.items()):
        echo(f"  {locale:8} {snippets} of {_plural(len(source.snippets), 'snippet')}")
    if min(count.values()) < len(source.snippets):
        echo(f"Of the others, viewers get the answer in {source.locale}, with a note.")


def echo_consent(file: Path, source: IslandSource) -> None:
    """What it means that an island has no `[consent]`."""
    if source.consent is None:
        echo(f"\n{file} has no [consent]: viewers are asked for none, and people get every transcript.")


def echo_promise(file: Path, draft: IslandDraft) -> None:
    """What it changes that precision is promised of all answers: if an island does not say so, or wants it of each."""
    source = draft.source()
    promised, floor = source.target_precision, min(source.promise.floor, source.target_precision)
    if not source.promise.is_of_all:
        echo(
            f'\n{file} promises {promised:g} of each answer. With of = "mean" that would be of all together: a single'
            f"\none may have a confidence of only {floor:g} then, and fewer questions go to people."
        )
    if "promise" in draft.document:
        return
    echo(f"\n{file} does not say of which answers {promised:g} is promised. It is published as if it said:")
    echo(f'\n[promise]\nof = "mean"\nfloor = {floor:g}')
    echo(
        f"\nSo {promised:.1%} of all its answers are right, and a single one may have a confidence of only {floor:g}."
        f'\nIslands of earlier releases promise it of each answer: more go to people. To keep that, say of = "each".'
    )
    if source.surge is not None:
        echo("surge.floor and surge.ceiling then are limits of what is promised, not of each answer.")


def echo_unsealed(tenants: set[str], home: Path) -> None:
    """Say once for each tenant that has no sealing key in the home what that means. Nothing without a home."""
    repository = Repository(home)
    if not repository.exists():
        return
    for tenant in sorted(tenants & set(repository.state().tenants)):
        if not newest_sealing_key(repository.keys, tenant):
            echo(f"\nPoPs keep no payloads for {tenant}, only commitments to them: it has no sealing key in {home}.")
            echo(f"So nobody can read later what was asked. To make a key, run: skerry keys init --home {home}")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
