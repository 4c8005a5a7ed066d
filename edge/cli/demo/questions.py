"""The sample questions that come with the sample islands, and what may rightly become of each."""

import tomllib
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.records import AskResponse, Outcome


class Kind(StrEnum):
    """What sort of question it is."""

    PLAIN = "plain"
    MISSPELT = "misspelt"
    OUT_OF_SCOPE = "out_of_scope"
    AMBIGUOUS = "ambiguous"
    REVIEW = "review"
    NEVER = "never"


class SampleQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question as a viewer asked it, and the snippet (or two) that answers it; none if nothing does."""

    island: str
    text: str
    kind: Kind = Kind.PLAIN
    snippet: str = ""
    snippets: tuple[str, ...] = ()

    def accepts(self, response: AskResponse) -> bool:
        """Whether the response does no harm: the right answer, a choice, or people; never a wrong answer."""
        if response.outcome is not Outcome.ANSWER:
            return True
        if self.kind in {Kind.OUT_OF_SCOPE, Kind.REVIEW, Kind.NEVER}:
            return False
        found = response.provenance.snippet if response.provenance else ""
        return found in {self.snippet, *self.snippets}


class _File(msgspec.Struct, frozen=True, kw_only=True):
    questions: tuple[SampleQuestion, ...]


def read_questions(path: Path) -> tuple[SampleQuestion, ...]:
    """Every question in `path`."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).questions


def a_few_of_each(questions: tuple[SampleQuestion, ...], wanted: dict[Kind, int]) -> list[SampleQuestion]:
    """`wanted[kind]` questions of each kind from each island, in the order of the file, about as many things."""
    left = {(island, kind): count for island in {q.island for q in questions} for kind, count in wanted.items()}
    chosen: list[SampleQuestion] = []
    asked_about: set[tuple[str, str]] = set()
    for question in questions:
        slot, about = (question.island, question.kind), (question.island, question.snippet)
        if left.get(slot, 0) > 0 and (not question.snippet or about not in asked_about):
            left[slot] -= 1
            asked_about.add(about)
            chosen.append(question)
    return chosen
