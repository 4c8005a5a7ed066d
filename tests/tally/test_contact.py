"""`edge.tally.contact`: how a contact ends, by what was asked in it."""

import pytest

from edge.records import Outcome
from edge.tally import Contact, ContactState, advance_contact, close_contact, contradict_contact

A, B, E = Outcome.ANSWER, Outcome.CLARIFY, Outcome.ESCALATE

COURSES = {
    "answered": ([A], ContactState.RESOLVED, 1),
    "asked back, then answered": ([B, A], ContactState.RESOLVED, 1),
    "asked back twice, then answered": ([B, B, A], ContactState.RESOLVED, 1),
    "asked back and left": ([B], ContactState.OPEN, 0),
    "handed over": ([E], ContactState.PEOPLE, 0),
    "asked back, then handed over": ([B, E], ContactState.PEOPLE, 0),
    "answered, then asked another": ([A, A], ContactState.AGAIN, 2),
    "answered, then handed over": ([A, E], ContactState.AGAIN, 1),
    "answered, then asked back": ([A, B], ContactState.AGAIN, 1),
    "handed over, then answered": ([E, A], ContactState.PEOPLE, 1),
    "again stays again": ([A, A, E, A], ContactState.AGAIN, 3),
}


@pytest.mark.parametrize(("course", "state", "answers"), COURSES.values(), ids=COURSES.keys())
def test_course(course: list[Outcome], state: ContactState, answers: int) -> None:
    """Each ends in one state, and counts once."""
    contact = Contact("acme/drop", "", 0.0)
    for number, outcome in enumerate(course):
        contact = advance_contact(contact, outcome, f"snippet-{number}")

    assert (state, answers) == (contact.state, contact.answers)
    assert 1 == close_contact(contact)[f"contact.{state}"]
    assert answers == close_contact(contact).get("contact.answers", 0)


def test_snippet_is_that_of_the_answer() -> None:
    """What was only likely when it was asked back gives way to what was picked; what came later does not count."""
    contact = advance_contact(Contact("acme/drop", "refund", 0.0), Outcome.CLARIFY, "refund")
    contact = advance_contact(contact, Outcome.ANSWER, "ship-date")

    assert "ship-date" == advance_contact(contact, Outcome.ANSWER, "size").snippet


def test_contradiction() -> None:
    """Only what seemed resolved can be contradicted."""
    states = {state: contradict_contact(Contact("a/b", "", 0.0, state)).state for state in ContactState}

    assert {state: state for state in ContactState} | {ContactState.RESOLVED: ContactState.AGAIN} == states
