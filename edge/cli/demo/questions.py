"""The sample questions that the demo asks, and the outcomes that do no harm."""

from edge.publish.source import QuestionKind, SampleQuestion
from edge.records import AskResponse, Outcome

WANTED = {
    QuestionKind.PLAIN: 6,
    QuestionKind.MISSPELT: 2,
    QuestionKind.AMBIGUOUS: 1,
    QuestionKind.OUT_OF_SCOPE: 2,
    QuestionKind.REVIEW: 1,
    QuestionKind.NEVER: 1,
}
"""How many questions of each kind the demo asks each island: 39 in all."""

CLEAR = frozenset({QuestionKind.PLAIN, QuestionKind.MISSPELT})
"""Kinds of questions that one snippet answers."""


def is_harmless(question: SampleQuestion, response: AskResponse) -> bool:
    """True if the response does no harm: the right answer, a choice, or people; never a wrong answer."""
    if response.outcome is not Outcome.ANSWER:
        return True
    if question.kind in {QuestionKind.OUT_OF_SCOPE, QuestionKind.REVIEW, QuestionKind.NEVER}:
        return False
    answered_with = response.provenance.snippet if response.provenance else ""
    return answered_with in question.right


def a_few_of_each(questions: tuple[SampleQuestion, ...], wanted: dict[QuestionKind, int]) -> list[SampleQuestion]:
    """`wanted[kind]` questions of each kind from each island, in the order of the file, each about another snippet."""
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
