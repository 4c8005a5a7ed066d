"""Evaluate triage on labelled texts: compile an island from one CSV, ask it the texts of another.

A label is free text. It becomes the title of a snippet with an id such as `label-7`, and predictions translate the id
back. The label `oos` (out of scope) means that nothing in the island answers the text. A text without a word has no
candidate; its `predicted` is the label with the most training texts, with confidence 0.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from edge.errors import ConfigError, RefusedError
from edge.host import ignore
from edge.publish.compile import MAX_ISLAND_BYTES, Prepared, Progress, prepare_island
from edge.publish.evaluate.dry_run import DryRun
from edge.publish.evaluate.labelled_csv import Labelled
from edge.publish.source import MAX_EXAMPLE_CHARACTERS, MAX_SNIPPETS, MIN_EXAMPLES, IslandSource, SnippetSource
from edge.triage import SNIPPETS_LEARNED, Triage, is_foreign, question_of

OUT_OF_SCOPE = "oos"

COLUMNS = ("text", "label", "predicted", "confidence", "outcome", "reason")

UNDETERMINED = "und"
"""BCP 47 for an undetermined language: policy then escalates no question because of its language."""

_FOREIGN_NOTE = "training texts are mostly not English, so no question is escalated for its language"

_SMALL_NOTE = f"confidence is calibrated for {SNIPPETS_LEARNED} or more, and less accurate below"

_MAX_NAMED = 5
"""Labels that a note names; it says how many more there are."""

_BEGIN, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Judged(NamedTuple):
    """One row of the predictions: a labelled text, and what triage and policy did with it."""

    text: str
    label: str
    predicted: str
    """The best candidate's label, even if the text is not answered."""
    confidence: float
    """Probability that `predicted` is right, 0 to 1."""
    outcome: str
    """`answer`, `clarify` or `escalate`; `ignore` for a text that a PoP refuses, such as an empty one."""
    reason: str


class Trained(NamedTuple):
    """An island compiled from labelled texts."""

    dry_run: DryRun
    label_of: dict[str, str]
    """Label by snippet id."""
    commonest: str
    """The label with the most texts; of several, the first in the file."""
    notes: tuple[str, ...]
    """Peculiarities of the training texts that affect the figures."""


def train_on(
    rows: Sequence[Labelled], *, triage: Triage, target_precision: float, progress: Progress = ignore
) -> Trained:
    """Compile `rows` as publishing would.

    Raises `RefusedError` if no row has both a word and a label other than `oos`.
    """
    examples: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.label != OUT_OF_SCOPE and question_of(row.text):
            examples[row.label].append(row.text)
    if not examples:
        raise RefusedError(
            f"no training text can be learned from, expected texts with labels other than {OUT_OF_SCOPE}"
        )
    label_of = {f"label-{number}": label for number, label in enumerate(examples, 1)}
    source = _source(examples, label_of, target_precision)
    mostly_foreign = np.mean([is_foreign(question_of(text)) for texts in examples.values() for text in texts]) > 1 / 2
    if mostly_foreign:
        # Else policy would take the island for English, and would escalate most of the test.
        source = msgspec.structs.replace(source, locale=UNDETERMINED)
    prepared = prepare_island(source, triage=triage, progress=progress)
    return Trained(
        dry_run=DryRun(prepared, triage=triage),
        label_of=label_of,
        commonest=max(examples, key=lambda label: len(examples[label])),
        notes=(*_training_notes(rows, examples, prepared), *([_FOREIGN_NOTE] if mostly_foreign else [])),
    )


def judge_all(trained: Trained, rows: Sequence[Labelled], *, progress: Progress = ignore) -> list[Judged]:
    """One result for each of `rows`, in their order, by the PoP's own triage and policy."""
    judged = []
    for count, (text, label) in enumerate(rows, 1):
        verdict, outcome, reason, *_ = trained.dry_run.ask(text)
        candidates = verdict.candidates
        predicted = trained.label_of[candidates[0].snippet] if candidates else trained.commonest
        judged.append(Judged(text, label, predicted, verdict.confidence, str(outcome), str(reason)))
        progress("judging questions", count, len(rows))
    return judged


def unknown_labels(trained: Trained, rows: Sequence[Labelled]) -> dict[str, int]:
    """Number of rows by label, for the labels that training lacks: the island cannot answer them."""
    known = {OUT_OF_SCOPE, *trained.label_of.values()}
    return dict(Counter(row.label for row in rows if row.label not in known))


def unknown_notes(unknown: Mapping[str, int]) -> tuple[str, ...]:
    """Notes about test labels that training lacks; empty if there are none."""
    if not unknown:
        return ()
    rows = _count(sum(unknown.values()), "test row")
    return (f"{rows} out of scope because training lacks the label: {_first_few(unknown)}",)


def write_predictions(path: Path, judged: Sequence[Judged]) -> None:
    """Write a CSV with `COLUMNS`: UTF-8, line ends as in RFC 4180.

    Raises `ConfigError` if the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(row._replace(confidence=round(row.confidence, 6)) for row in judged)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}, give another --predictions") from error


def _source(
    examples: Mapping[str, Sequence[str]], label_of: Mapping[str, str], target_precision: float
) -> IslandSource:
    return IslandSource(
        format=1,
        tenant="trial",
        island="trial",
        title="Trial",
        locale="en",
        approved_by="nobody",
        opens=_BEGIN,
        closes=_END,
        expires=_END,
        max_stale="1h",
        target_precision=target_precision,
        default_lane="fast",
        snippets=tuple(
            SnippetSource(id=snippet, title=label, examples=tuple(examples[label]))
            for snippet, label in label_of.items()
        ),
    )


def _training_notes(rows: Sequence[Labelled], examples: Mapping[str, Sequence[str]], prepared: Prepared) -> list[str]:
    """One line for each thing that publishing would refuse or that triage cannot use."""
    labels_of: dict[str, set[str]] = defaultdict(set)
    for label, texts in examples.items():
        for text in texts:
            labels_of[question_of(text)].add(label)
    out_of_scope = sum(row.label == OUT_OF_SCOPE for row in rows)
    textless = {row.label for row in rows} - examples.keys() - {OUT_OF_SCOPE}
    wordless = sum(row.label != OUT_OF_SCOPE and not question_of(row.text) for row in rows)
    single = [label for label, texts in examples.items() if len(set(map(question_of, texts))) < MIN_EXAMPLES]
    shared = sum(len(labels) > 1 for labels in labels_of.values())
    long = sum(len(text) > MAX_EXAMPLE_CHARACTERS for texts in examples.values() for text in texts)
    # A lower bound: the signed file also holds documents and signatures.
    size = sum(len(part) for part in (prepared.head.weights, prepared.head.examples)) + sum(map(len, labels_of))
    notes = {
        f"{_count(out_of_scope, 'training row')} labelled {OUT_OF_SCOPE} left out: an island has answers only": (
            out_of_scope
        ),
        f"{_count(wordless, 'training text')} without a word left out": wordless,
        f"{_count(len(textless), 'label')} left without a text: {_first_few(sorted(textless))}": textless,
        f"{_count(len(single), 'label')} with one text only: {_first_few(single)}; publishing needs {MIN_EXAMPLES}": (
            single
        ),
        f"{_count(shared, 'training text')} under two labels, never an exact match; publishing refuses them": shared,
        f"{_count(long, 'training text')} over {MAX_EXAMPLE_CHARACTERS} characters; publishing refuses them": long,
        f"{len(examples)} labels; publishing allows {MAX_SNIPPETS}": len(examples) > MAX_SNIPPETS,
        f"{_count(len(examples), 'label')}; {_SMALL_NOTE}": len(examples) < SNIPPETS_LEARNED,
        f"the island is over {size:,} bytes; PoPs accept {MAX_ISLAND_BYTES:,}": size > MAX_ISLAND_BYTES,
    }
    return [note for note, applies in notes.items() if applies]


def _first_few(labels: Sequence[str] | Mapping[str, int]) -> str:
    """The first labels, quoted, and how many more there are."""
    names = ", ".join(repr(label[:60]) for label in list(labels)[:_MAX_NAMED])
    more = len(labels) - _MAX_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
