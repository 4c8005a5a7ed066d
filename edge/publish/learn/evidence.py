"""What does an export say about each wording? Equal wordings are one, however often a client repeats them.

Each wording belongs to one of two halves, by its hash: examples come from one, and the other judges them. So no
question is asked in a rehearsal that was an example before.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edge.publish.learn.fitness import in_one_line, is_fit_answer, unfit_question
from edge.publish.learn.lines import LeftOut
from edge.publish.source import IslandSource
from edge.records import Suggestion
from edge.records.desk import ExportLine
from edge.tally import compare_reply
from edge.triage import normalise, question_of

TAP = 0.5
"""What the label of a viewer counts. That of people counts 1."""

AGREED = 0.8
"""The least share of a wording's labels that must agree."""

MAX_WORDINGS = 100_000
MAX_REPLIES = 20_000
"""Different replies that are kept, 2,000 bytes each at most."""

_SHARED_WORDS = 0.4
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
        """Id of the right snippet; empty if it is not known, or if labels disagree. People's come before viewers'."""
        labels = self.by_people or self.by_viewers
        if not labels:
            return ""
        best = max(labels, key=lambda snippet: (labels[snippet], snippet))
        return best if labels[best] >= AGREED * sum(labels.values()) else ""

    @property
    def weight(self) -> float:
        """What its label counts. It does not grow with the number of lines, which one client could make."""
        return 1.0 if self.by_people else TAP

    @property
    def is_contested(self) -> bool:
        """True if there are labels, and they disagree."""
        return bool(self.by_people or self.by_viewers) and not self.label


@dataclass(slots=True)
class ExportEvidence:
    """All that was read of an export."""

    lines: int = 0
    """Lines that were read, those left out included."""
    wordings: dict[str, Wording] = field(default_factory=dict)
    """By normal form."""
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def labelled(self, *, judges: bool) -> Iterator[Wording]:
        """Wordings with a right snippet, of one half."""
        return (one for one in self.wordings.values() if one.is_judge == judges and one.label)


def gather(lines: Iterable[ExportLine], source: IslandSource, left_out: Counter[LeftOut]) -> ExportEvidence:
    """What readable lines say about an island's snippets. `left_out` goes on counting what is left out."""
    evidence, answers = ExportEvidence(left_out=left_out), _Answers(source)
    known = {snippet.id for snippet in source.snippets}
    strangers = [f" {normalise(name)} " for name in source.not_about if normalise(name)]
    for line in lines:
        evidence.lines += 1
        why = _why_not(line, known, strangers)
        if why is None:
            why = _add(evidence, line, answers)
        if why is not None:
            left_out[why] += 1
    return evidence


def _why_not(line: ExportLine, known: set[str], strangers: list[str]) -> LeftOut | None:
    named = {*line.offered, line.used, line.taken or ""} - {""}
    if not named <= known:
        return LeftOut.OTHER_ISLAND
    if why := unfit_question(in_one_line(line.question)):
        return why
    words = f" {normalise(line.question)} "
    return LeftOut.NOT_ABOUT if any(name in words for name in strangers) else None


def _add(evidence: ExportEvidence, line: ExportLine, answers: "_Answers") -> LeftOut | None:
    used = line.used or _implied(line) or answers.sent_by(line.reply)
    reply = "" if used else answers.kept(line.reply)
    refused = _refused(line, used)
    if not (used or line.taken or refused or reply):
        return LeftOut.REPLY_UNFIT if line.reply and not used else LeftOut.SILENT
    text = in_one_line(line.question)
    form = question_of(text)
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
    """The snippet that people used if the ticket suggested only one."""
    is_used = line.suggestion in {Suggestion.USED, Suggestion.EDITED}
    return line.offered[0] if is_used and len(line.offered) == 1 else ""


def _refused(line: ExportLine, used: str) -> tuple[str, ...]:
    """The snippets that viewer or people did not want."""
    if line.taken == "":
        return tuple(one for one in line.offered if one != used)
    best = line.offered[:1]
    is_replaced = bool(used or line.taken) and not {used, line.taken} & set(best)
    return best if is_replaced or line.suggestion is Suggestion.IGNORED else ()


def _is_judge(form: str) -> bool:
    return hashlib.sha256(form.encode()).digest()[0] % _JUDGING == 0


class _Answers:
    """Compares replies with the island's answers, each different reply once."""

    def __init__(self, source: IslandSource) -> None:
        self._answers = [(one.id, one.answer, set(normalise(one.answer).split())) for one in source.snippets]
        self._sent: dict[str, str] = {}
        self._kept: dict[str, str] = {}

    def sent_by(self, reply: str) -> str:
        """Id of the snippet whose answer people sent, as it is or edited; empty if it is none's."""
        if not reply:
            return ""
        if reply not in self._sent:
            if len(self._sent) >= MAX_REPLIES:
                return ""
            self._sent[reply] = self._compare(reply)
        return self._sent[reply]

    def kept(self, reply: str) -> str:
        """The reply if it may be a draft answer, else nothing."""
        text = reply.strip()
        if not text or (len(self._kept) >= MAX_REPLIES and text not in self._kept):
            return ""
        if text not in self._kept:
            self._kept[text] = text if is_fit_answer(text) else ""
        return self._kept[text]

    def _compare(self, reply: str) -> str:
        words = set(normalise(reply).split())
        for snippet, answer, own in self._answers:
            alike = len(words & own) >= _SHARED_WORDS * len(words | own) > 0
            if alike and compare_reply(reply, [answer]) in {Suggestion.USED, Suggestion.EDITED}:
                return snippet
        return ""
