"""What does an export say about each wording? Equal wordings are one, however often a client repeats them.

Each wording belongs to one of two halves, by its hash: examples come from one, and the other judges them. So no
question is asked in a rehearsal that was an example before.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edge.publish.learn.fitness import in_one_line, unfit_question
from edge.publish.learn.lines import UNREADABLE, LeftOut
from edge.publish.learn.replies import Replies
from edge.publish.source import IslandSource
from edge.records import Suggestion
from edge.records.desk import ExportLine
from edge.triage import is_foreign, normalise, question_of

TAP = 0.5
"""What the label of a viewer counts. That of people counts 1."""

AGREED = 0.8
"""The least share of what is known about a wording that must speak for its label."""

MAX_WORDINGS = 100_000
_JUDGING = 3
"""One wording of so many judges."""


@dataclass(slots=True)
class Wording:
    """One wording of a question, with what is known about the right answer. Counts are lines of the export."""

    text: str
    """Its shortest spelling."""
    is_judge: bool
    lines: int = 0
    by_people: dict[str, int] = field(default_factory=dict)
    """By snippet id: how often people answered with it."""
    by_viewers: dict[str, int] = field(default_factory=dict)
    """By snippet id: how often viewers picked it."""
    refused: dict[str, int] = field(default_factory=dict)
    """By snippet id: how often viewers or people wanted another."""
    replies: dict[str, int] = field(default_factory=dict)
    """People's own replies that are no snippet's answer."""

    @property
    def label(self) -> str:
        """Id of the right snippet; empty if it is not known, or if labels disagree. People's come before viewers'.

        People's own replies and refusals of the snippet disagree with it, too.
        """
        labels = self.by_people or self.by_viewers
        if not labels:
            return ""
        best = max(labels, key=lambda snippet: (labels[snippet], snippet))
        known = sum(labels.values()) + sum(self.replies.values()) + self.refused.get(best, 0)
        return best if labels[best] >= AGREED * known else ""

    @property
    def weight(self) -> float:
        """What its label counts. It does not grow with the number of lines, which one client could make."""
        return 1.0 if self.by_people else TAP

    @property
    def is_contested(self) -> bool:
        """True if there are labels, and they disagree."""
        return bool(self.by_people or self.by_viewers) and not self.label and not self.is_own

    @property
    def is_own(self) -> bool:
        """True if people answered it in their own words, with few exceptions."""
        replies = sum(self.replies.values())
        known = replies + sum(self.by_people.values()) + sum(self.by_viewers.values())
        return replies > 0 and replies >= AGREED * known


@dataclass(slots=True)
class ExportEvidence:
    """All that was read of an export."""

    lines: int = 0
    """Lines that are not empty, those left out included."""
    wordings: dict[str, Wording] = field(default_factory=dict)
    """By normal form."""
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def labelled(self, *, judges: bool) -> Iterator[Wording]:
        """Wordings with a right snippet, of one half."""
        return (one for one in self.wordings.values() if one.is_judge == judges and one.label)


def gather(lines: Iterable[ExportLine], source: IslandSource, left_out: Counter[LeftOut]) -> ExportEvidence:
    """What readable lines say about an island's snippets. `left_out` goes on counting what is left out."""
    evidence, replies, scope = ExportEvidence(left_out=left_out), Replies(source), _Scope(source)
    for line in lines:
        evidence.lines += 1
        text = in_one_line(line.question)
        form = question_of(text)
        why = scope.why_not(line, text, form) or _add(evidence, line, replies, text=text, form=form)
        if why is not None:
            left_out[why] += 1
    evidence.lines += sum(left_out[why] for why in UNREADABLE)
    return evidence


class _Scope:
    """Says which lines are no evidence for an island."""

    def __init__(self, source: IslandSource) -> None:
        self._known = {snippet.id for snippet in source.snippets}
        self._strangers = [f" {normalise(name)} " for name in source.not_about if normalise(name)]
        # The encoder has read English only, and knows no other language well enough to say what it is not.
        self._is_english = source.locale.partition("-")[0].lower() == "en"

    def why_not(self, line: ExportLine, text: str, form: str) -> LeftOut | None:
        """Why a line is none; None if it may be. `text` is its question in one line, and `form` that in normal form."""
        named = {*line.offered, line.used, line.taken or ""} - {""}
        if not named <= self._known:
            return LeftOut.OTHER_ISLAND
        if why := unfit_question(text, form):
            return why
        normal = normalise(text)
        if any(name in f" {normal} " for name in self._strangers):
            return LeftOut.NOT_ABOUT
        return LeftOut.FOREIGN if self._is_english and is_foreign(normal) else None


def _add(evidence: ExportEvidence, line: ExportLine, replies: Replies, *, text: str, form: str) -> LeftOut | None:
    written = replies.read(line.reply)
    used = line.used or _implied(line) or written.snippet
    reply = "" if used else written.draft
    refused = _refused(line, used)
    if not (used or line.taken or refused or reply):
        return written.why_not or LeftOut.SILENT
    wording = evidence.wordings.get(form)
    if wording is None:
        if len(evidence.wordings) >= MAX_WORDINGS:
            return LeftOut.MANY
        wording = evidence.wordings[form] = Wording(text, _is_judge(form))
    else:
        # The same spelling in any order of the lines.
        wording.text = min(wording.text, text, key=lambda spelled: (len(spelled), spelled))
    wording.lines += 1
    for counts, names in (
        (wording.by_people, (used,)),
        (wording.by_viewers, (line.taken,)),
        (wording.refused, refused),
        (wording.replies, (reply,)),
    ):
        for name in filter(None, names):
            counts[name] = counts.get(name, 0) + 1
    return None


def _implied(line: ExportLine) -> str:
    """The snippet that people used if the ticket suggested only one. What a viewer refused, it did not suggest."""
    is_used = line.suggestion in {Suggestion.USED, Suggestion.EDITED} and line.taken != ""
    return line.offered[0] if is_used and len(line.offered) == 1 else ""


def _refused(line: ExportLine, used: str) -> tuple[str, ...]:
    """The snippets that viewer or people did not want."""
    if line.taken == "":
        return tuple(one for one in line.offered if one != used)
    best, is_known = line.offered[:1], bool(used or line.taken)
    if {used, line.taken} & set(best):
        return ()
    return best if is_known or line.suggestion is Suggestion.IGNORED else ()


def _is_judge(form: str) -> bool:
    return hashlib.sha256(form.encode()).digest()[0] % _JUDGING == 0
