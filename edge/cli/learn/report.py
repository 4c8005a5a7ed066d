"""What was learned, for an author: what to add, why, what it does, and what to do next. In 80 columns."""

import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

from edge.cli.terminal import echo
from edge.foreign_words import one_line
from edge.publish.learn import UNREADABLE, Effect, ExportEvidence, LeftOut, Lesson, Proposal, ProposalKind

_COLUMNS = 80
_INDENT = " " * 10
_VERBS = {
    ProposalKind.ADD_EXAMPLE: "example",
    ProposalKind.ADD_SNIPPET: "snippet",
    ProposalKind.REMOVE_EXAMPLE: "remove",
}


def echo_lesson(
    lesson: Lesson, evidence: ExportEvidence, *, name: str, file: Path, patch: Path | None, err: bool
) -> None:
    """Print the report, to stderr if `err`. The words of a stranger are shown as text."""
    for line in _lines(lesson, evidence, name=name, file=file, patch=patch):
        echo(line, err=err)


def _lines(lesson: Lesson, evidence: ExportEvidence, *, name: str, file: Path, patch: Path | None) -> Iterator[str]:
    yield f"learned   {name}: {_count(len(lesson.kept), 'proposal')} in the patch"
    yield from _wrapped(
        f"{evidence.lines:,} lines read, {len(evidence.wordings):,} different wordings that say what was right"
    )
    for proposal in lesson.kept:
        yield from _proposal(proposal)
    if lesson.before.questions:
        yield f"rehearsal {_effect(lesson.before, lesson.after)}"
        yield from _wrapped(
            "Questions of the export that made no proposal were asked. Solved is an upper bound: it counts"
            " every viewer who was offered the right answer. Each proposal was measured with those before it,"
            " and new snippets as if you had approved them."
        )
    else:
        yield "rehearsal no question to judge by: nothing was measured"
    for reason, count in sorted(evidence.left_out.items(), key=lambda pair: -pair[1]):
        if count:
            yield from _wrapped(f"{count:,} x {reason}", label="left out")
    others = evidence.left_out[LeftOut.OTHER_ISLAND]
    if lesson.kept and others:
        yield from _wrapped(
            f"{_count(others, 'line')} named snippets that this island has not. If the export is of several islands,"
            " words of the others may be in this patch: export one island alone.",
            label="careful",
        )
    yield from _next(lesson, evidence, file, patch)


def _proposal(proposal: Proposal) -> Iterator[str]:
    words = [f'"{one_line(text)}"' for text in proposal.examples]
    yield from _wrapped(f"{proposal.snippet}: {words[0]}", label=_VERBS[proposal.kind])
    if len(words) > 1:
        yield from _wrapped(f"and {_count(len(words) - 1, 'more question')}")
    if proposal.answer:
        yield from _wrapped(f"draft: {one_line(proposal.answer)}")
    verb = "misled" if proposal.kind is ProposalKind.REMOVE_EXAMPLE else "asked so"
    yield f"{_INDENT}why: {_count(proposal.wordings, 'wording')} {verb}, {_count(proposal.lines, 'line')}"
    if proposal.before and proposal.after and proposal.after.questions:
        yield f"{_INDENT}effect: {_effect(proposal.before, proposal.after)}"
    # Of a snippet that nobody asks about in the rehearsal, equal numbers say nothing.
    about = f"{_count(proposal.judged, 'question')} that asked for it" if proposal.judged else "not known: nobody asked"
    yield f"{_INDENT}judged by: {about}"


def _effect(before: Effect, after: Effect) -> str:
    solved = f"solved {before.solved} -> {after.solved} of {after.questions}"
    return f"{solved} ({before.at_once} -> {after.at_once} at once), wrong {before.wrong} -> {after.wrong}"


def _why_nothing(evidence: ExportEvidence) -> str:
    unreadable = sum(evidence.left_out[why] for why in UNREADABLE)
    if evidence.lines and unreadable == evidence.lines:
        return "no line is of the format; islands/export.md shows it, and how to get an export"
    if evidence.left_out[LeftOut.OTHER_ISLAND] > evidence.lines / 2:
        return "most lines name snippets that this island has not; give the export and the file of one island"
    return "nothing to change; come back with a longer export"


def _next(lesson: Lesson, evidence: ExportEvidence, file: Path, patch: Path | None) -> Iterator[str]:
    if not lesson.kept:
        yield from _wrapped(_why_nothing(evidence), label="next")
        return
    path = shlex.quote(str(file))
    yield f"next      patch {path} {shlex.quote(str(patch)) if patch else 'PATCH'}"
    yield f"{_INDENT}read every line that it adds, then: skerry island check {path}"
    if any(one.kind is ProposalKind.ADD_SNIPPET for one in lesson.kept):
        yield from _wrapped('New snippets are suggestions to people until you write automation = "answer".')


def _wrapped(text: str, label: str = "") -> list[str]:
    return textwrap.wrap(
        text, _COLUMNS, initial_indent=f"{label:10}"[:10], subsequent_indent=_INDENT, break_on_hyphens=False
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
