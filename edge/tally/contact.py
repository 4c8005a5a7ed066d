"""A contact, from its first question until its window is over. Pure: the caller stores contacts and limits them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from edge.records import Outcome
from edge.tally import names
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
    rules: tuple[str, ...] = ()
    """Rules of filters that found something in its messages, in alphabetical order: no more than there are rules."""


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


def touch_contact(contact: Contact, rules: Iterable[str]) -> Contact:
    """The contact after a message in which filters of these rules found something, also if it was ignored."""
    return contact._replace(rules=tuple(sorted({*contact.rules, *rules})))


def contradict_contact(contact: Contact) -> Contact:
    """The contact after feedback that the answer did not resolve it."""
    return contact._replace(state=ContactState.AGAIN) if contact.state is ContactState.RESOLVED else contact


def close_contact(contact: Contact) -> dict[str, int]:
    """Counts of a contact whose window is over, by name."""
    ended = CounterName(f"contact.{contact.state}")
    counts: dict[str, int] = {ended: 1} | {names.touched(rule, ended): 1 for rule in contact.rules}
    if contact.answers:
        counts[CounterName.CONTACT_ANSWERS] = contact.answers
    return counts
