"""A contact, from its first question until its window is over. Pure: the caller stores contacts and limits them."""

from enum import StrEnum
from typing import NamedTuple

from edge.records import Outcome
from edge.tally.names import CounterName


class ContactState(StrEnum):
    """How a contact ends if nothing more happens. `edge.tally` defines the states."""

    OPEN = "open"
    RESOLVED = "resolved"
    AGAIN = "again"
    PEOPLE = "people"


class Contact(NamedTuple):
    """The state of one contact. It holds neither the session nor a question."""

    island: str
    snippet: str
    """The snippet that the contact is counted for."""
    began: float
    """When its first question was asked, in Unix seconds."""
    state: ContactState = ContactState.OPEN
    answers: int = 0
    """Number of answers by the machine."""


def advance_contact(contact: Contact, outcome: Outcome, snippet: str) -> Contact:
    """The contact after one more question. Call it for the first one too."""
    answered = outcome is Outcome.ANSWER
    contact = contact._replace(answers=contact.answers + answered)
    # Any further question after an answer means that the answer was not enough.
    if contact.state is ContactState.RESOLVED:
        return contact._replace(state=ContactState.AGAIN)
    if contact.state is ContactState.OPEN and answered:
        return contact._replace(state=ContactState.RESOLVED, snippet=snippet)
    if contact.state is ContactState.OPEN and outcome is Outcome.ESCALATE:
        return contact._replace(state=ContactState.PEOPLE, snippet=snippet or contact.snippet)
    return contact


def contradict_contact(contact: Contact) -> Contact:
    """The contact after feedback that the answer did not resolve it."""
    return contact._replace(state=ContactState.AGAIN) if contact.state is ContactState.RESOLVED else contact


def close_contact(contact: Contact) -> dict[str, int]:
    """Counts of a contact whose window is over, by name."""
    counts: dict[str, int] = {CounterName(f"contact.{contact.state}"): 1}
    if contact.answers:
        counts[CounterName.CONTACT_ANSWERS] = contact.answers
    return counts
