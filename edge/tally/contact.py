"""One contact, from its first question until its window is over. A value: its caller bounds how many."""

from enum import StrEnum
from typing import NamedTuple

from edge.records import Outcome
from edge.tally.names import CounterName


class ContactState(StrEnum):
    """How a contact would end if nothing more happened; `edge.tally` says what each means."""

    OPEN = "open"
    RESOLVED = "resolved"
    AGAIN = "again"
    PEOPLE = "people"


class Contact(NamedTuple):
    """What is remembered of it; never who or what."""

    island: str
    snippet: str
    began: float
    """Unix seconds."""
    state: ContactState = ContactState.OPEN
    answers: int = 0


def advance_contact(contact: Contact, outcome: Outcome, snippet: str) -> Contact:
    """The contact after one more question of it, the first included."""
    answered = outcome is Outcome.ANSWER
    contact = contact._replace(answers=contact.answers + answered)
    if contact.state is ContactState.RESOLVED:
        return contact._replace(state=ContactState.AGAIN)
    if contact.state is ContactState.OPEN and answered:
        return contact._replace(state=ContactState.RESOLVED, snippet=snippet)
    if contact.state is ContactState.OPEN and outcome is Outcome.ESCALATE:
        return contact._replace(state=ContactState.PEOPLE, snippet=snippet or contact.snippet)
    return contact


def contradict_contact(contact: Contact) -> Contact:
    """The contact after feedback that the answer was not the end of it."""
    return contact._replace(state=ContactState.AGAIN) if contact.state is ContactState.RESOLVED else contact


def close_contact(contact: Contact) -> dict[str, int]:
    """What a contact counts for once its window is over."""
    counts: dict[str, int] = {CounterName(f"contact.{contact.state}"): 1}
    if contact.answers:
        counts[CounterName.CONTACT_ANSWERS] = contact.answers
    return counts
