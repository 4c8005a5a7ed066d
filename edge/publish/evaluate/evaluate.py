"""Triage tried on labelled texts that it has never seen: compile an island from one CSV, ask it another.

Labels are free text, so each becomes the title of a snippet with an id of its own, and is turned back afterwards. The
label `oos` means that nothing in the island answers. A text without a single word has no candidate; its `predicted` is
then the label with the most training texts, with confidence 0: the best guess of who has not read the question.
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
from edge.triage import SNIPPETS_LEARNED, Triage, is_foreign, normalise

OUT_OF_SCOPE = "oos"

COLUMNS = ("text", "label", "predicted", "confidence", "outcome", "reason")

UNDETERMINED = "und"
"""BCP 47 for a language that nobody has named; policy then sends no question away for its language."""

_FOREIGN_NOTE = "training texts are mostly not English, so no question is escalated for its language"

_ROUGHER = f"confidence was learned on {SNIPPETS_LEARNED} or more, and is rougher below"

_NAMED = 5
"""Labels that a note names before it says how many more there are."""

_BEGIN, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Judged(NamedTuple):
    """One row of the predictions."""

    text: str
    label: str
    predicted: str
    """The best candidate's label, also when it is not answered."""
    confidence: float
    """Probability that `predicted` is right."""
    outcome: str
    """`answer`, `clarify`, `escalate`, or `refuse` for what a PoP would turn away unread."""
    reason: str


class Trained(NamedTuple):
    """An island compiled from labelled texts."""

    dry_run: DryRun
    label_of: dict[str, str]
    """Label by snippet id."""
    commonest: str
    """The label with the most texts, the first of them in the file."""
    notes: tuple[str, ...]
    """What somebody who reads the figures should know about the training texts."""


def train_on(
    rows: Sequence[Labelled], *, triage: Triage, target_precision: float, progress: Progress = ignore
) -> Trained:
    """The island that publishing would compile from `rows`; raises `RefusedError` when no text can be learned from."""
    examples: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.label != OUT_OF_SCOPE and normalise(row.text):
            examples[row.label].append(row.text)
    if not examples:
        raise RefusedError(
            f"no training text can be learned from, expected texts with labels other than {OUT_OF_SCOPE}"
        )
    label_of = {f"label-{number}": label for number, label in enumerate(examples, 1)}
    source = _source(examples, label_of, target_precision)
    foreign = np.mean([is_foreign(normalise(text)) for texts in examples.values() for text in texts]) > 1 / 2
    if foreign:
        source = msgspec.structs.replace(source, locale=UNDETERMINED)
    prepared = prepare_island(source, triage=triage, progress=progress)
    return Trained(
        dry_run=DryRun(prepared, triage=triage),
        label_of=label_of,
        commonest=max(examples, key=lambda label: len(examples[label])),
        notes=(*_training_notes(rows, examples, prepared), *([_FOREIGN_NOTE] if foreign else [])),
    )


def judge_all(trained: Trained, rows: Sequence[Labelled], *, progress: Progress = ignore) -> list[Judged]:
    """What the PoP's own triage and policy make of `rows`, in their order."""
    judged = []
    for count, (text, label) in enumerate(rows, 1):
        verdict, outcome, reason = trained.dry_run.ask(text)
        candidates = verdict.candidates
        predicted = trained.label_of[candidates[0].snippet] if candidates else trained.commonest
        judged.append(Judged(text, label, predicted, verdict.confidence, str(outcome), str(reason)))
        progress("judging questions", count, len(rows))
    return judged


def unknown_labels(trained: Trained, rows: Sequence[Labelled]) -> dict[str, int]:
    """Labels of `rows` that training has not seen, with their rows: the island cannot answer them."""
    known = {OUT_OF_SCOPE, *trained.label_of.values()}
    return dict(Counter(row.label for row in rows if row.label not in known))


def unknown_notes(unknown: Mapping[str, int]) -> tuple[str, ...]:
    """What somebody who reads the figures should know about the test's labels."""
    if not unknown:
        return ()
    rows = _count(sum(unknown.values()), "test row")
    return (f"{rows} out of scope because training does not have the label: {_few(unknown)}",)


def write_predictions(path: Path, judged: Sequence[Judged]) -> None:
    """CSV with `COLUMNS`, in UTF-8, lines ended as RFC 4180 says; raises `ConfigError` when it cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(COLUMNS)
            lines.writerows(row._replace(confidence=round(row.confidence, 6)) for row in judged)
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
    """What publishing would refuse or triage cannot use, each in a line."""
    labels: dict[str, set[str]] = defaultdict(set)
    for label, texts in examples.items():
        for text in texts:
            labels[normalise(text)].add(label)
    left_out = sum(row.label == OUT_OF_SCOPE for row in rows)
    lost = {row.label for row in rows} - examples.keys() - {OUT_OF_SCOPE}
    wordless = sum(row.label != OUT_OF_SCOPE and not normalise(row.text) for row in rows)
    few = [label for label, texts in examples.items() if len(set(map(normalise, texts))) < MIN_EXAMPLES]
    shared = sum(len(those) > 1 for those in labels.values())
    long = sum(len(text) > MAX_EXAMPLE_CHARACTERS for texts in examples.values() for text in texts)
    size = sum(len(part) for part in (prepared.head.weights, prepared.head.examples)) + sum(map(len, labels))
    found = {
        f"{_count(left_out, 'training row')} labelled {OUT_OF_SCOPE} left out: an island has answers only": left_out,
        f"{_count(wordless, 'training text')} without a word left out": wordless,
        f"no text is left of {_count(len(lost), 'label')}: {_few(sorted(lost))}": lost,
        f"{_count(len(few), 'label')} with a single text: {_few(few)}; publishing asks for {MIN_EXAMPLES}": few,
        f"{_count(shared, 'training text')} under two labels, never an exact match; publishing refuses them": shared,
        f"{_count(long, 'training text')} over {MAX_EXAMPLE_CHARACTERS} characters; publishing refuses them": long,
        f"{len(examples)} labels; publishing allows {MAX_SNIPPETS}": len(examples) > MAX_SNIPPETS,
        f"{_count(len(examples), 'label')}; {_ROUGHER}": len(examples) < SNIPPETS_LEARNED,
        f"the island is over {size:,} bytes; PoPs take {MAX_ISLAND_BYTES:,}": size > MAX_ISLAND_BYTES,
    }
    return [note for note, is_so in found.items() if is_so]


def _few(labels: Sequence[str] | Mapping[str, int]) -> str:
    """The first labels, quoted, and how many more there are."""
    names = ", ".join(repr(label[:60]) for label in list(labels)[:_NAMED])
    more = len(labels) - _NAMED
    return f"{names} and {more} more" if more > 0 else names


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
