"""Sample questions for the sample islands, and which outcomes of each are acceptable."""

import tomllib
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.records import AskResponse, Outcome


class Kind(StrEnum):
    """The kind of a sample question."""

    PLAIN = "plain"
    MISSPELT = "misspelt"
    OUT_OF_SCOPE = "out_of_scope"
    AMBIGUOUS = "ambiguous"
    REVIEW = "review"
    NEVER = "never"


class SampleQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question in a viewer's words, and the snippets that answer it (none, one or two)."""

    island: str
    text: str
    kind: Kind = Kind.PLAIN
    snippet: str = ""
    snippets: tuple[str, ...] = ()

    def accepts(self, response: AskResponse) -> bool:
        """True unless the response is a wrong answer. A clarification or an escalation is always acceptable."""
        if response.outcome is not Outcome.ANSWER:
            return True
        if self.kind in {Kind.OUT_OF_SCOPE, Kind.REVIEW, Kind.NEVER}:
            return False
        answered_with = response.provenance.snippet if response.provenance else ""
        return answered_with in {self.snippet, *self.snippets}


class _File(msgspec.Struct, frozen=True, kw_only=True):
    questions: tuple[SampleQuestion, ...]


def read_questions(path: Path) -> tuple[SampleQuestion, ...]:
    """All questions of the file `path`."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).questions


def a_few_of_each(questions: tuple[SampleQuestion, ...], wanted: dict[Kind, int]) -> list[SampleQuestion]:
    """`wanted[kind]` questions of each kind for each island, in the order of the file, each about another snippet."""
    left = {(island, kind): count for island in {q.island for q in questions} for kind, count in wanted.items()}
    chosen: list[SampleQuestion] = []
    asked_about: set[tuple[str, str]] = set()
    for question in questions:
        group, about = (question.island, question.kind), (question.island, question.snippet)
        if left.get(group, 0) > 0 and (not question.snippet or about not in asked_about):
            left[group] -= 1
            asked_about.add(about)
            chosen.append(question)
    return chosen
