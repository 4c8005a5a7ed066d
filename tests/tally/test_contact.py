"""`edge.tally.contact`: how a contact ends, by its outcomes."""

import pytest

from edge.records import Outcome
from edge.tally import Contact, ContactState, advance_contact, close_contact, contradict_contact

A, C, E = Outcome.ANSWER, Outcome.CLARIFY, Outcome.ESCALATE

COURSES = {
    "answered": ([A], ContactState.RESOLVED, 1),
    "clarified, then answered": ([C, A], ContactState.RESOLVED, 1),
    "clarified twice, then answered": ([C, C, A], ContactState.RESOLVED, 1),
    "clarified, then left": ([C], ContactState.OPEN, 0),
    "escalated": ([E], ContactState.PEOPLE, 0),
    "clarified, then escalated": ([C, E], ContactState.PEOPLE, 0),
    "answered, then asked another": ([A, A], ContactState.AGAIN, 2),
    "answered, then escalated": ([A, E], ContactState.AGAIN, 1),
    "answered, then clarified": ([A, C], ContactState.AGAIN, 1),
    "escalated, then answered": ([E, A], ContactState.PEOPLE, 1),
    "again stays again": ([A, A, E, A], ContactState.AGAIN, 3),
}


@pytest.mark.parametrize(("course", "state", "answers"), COURSES.values(), ids=COURSES.keys())
def test_course(course: list[Outcome], state: ContactState, answers: int) -> None:
    """It ends in one state and counts once."""
    contact = Contact("acme/drop", "", 0.0)
    for number, outcome in enumerate(course):
        contact = advance_contact(contact, outcome, f"snippet-{number}")

    assert (state, answers) == (contact.state, contact.answers)
    assert 1 == close_contact(contact)[f"contact.{state}"]
    assert answers == close_contact(contact).get("contact.answers", 0)


def test_snippet_is_that_of_the_answer() -> None:
    """The snippet of the first answer replaces the likeliest one before it. Later answers do not change it."""
    contact = advance_contact(Contact("acme/drop", "refund", 0.0), Outcome.CLARIFY, "refund")
    contact = advance_contact(contact, Outcome.ANSWER, "ship-date")

    assert "ship-date" == advance_contact(contact, Outcome.ANSWER, "size").snippet


def test_contradiction() -> None:
    """Feedback only changes a contact that seemed resolved."""
    states = {state: contradict_contact(Contact("a/b", "", 0.0, state)).state for state in ContactState}

    assert {state: state for state in ContactState} | {ContactState.RESOLVED: ContactState.AGAIN} == states
