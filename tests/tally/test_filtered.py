"""Counts of what filters found, by snippet and by what came of it: `edge.tally.count`, `.filtered`, `.contact`."""

from collections import Counter

from edge.errors import Reason
from edge.records import FeedbackTopic, Outcome
from edge.tally import (
    Contact,
    ContactState,
    CounterName,
    Decided,
    Share,
    close_contact,
    count_decided,
    count_feedback,
    figures_of,
    touch_contact,
    touched_rule,
)


def test_filters_are_counted_by_rule() -> None:
    """Each rule once a question, what was held or ignored apart; an ignored one is no question, and counts here."""
    masked = Decided(
        0.0, "a/b", "price", Outcome.ANSWER, Reason.CONFIDENT, filtered=(("card", "mask"), ("mail", "mask"))
    )
    held = Decided(0.0, "a/b", "", Outcome.ESCALATE, Reason.FILTERED, filtered=(("scam", "hold"),))
    ignored = Decided(0.0, "a/b", "", Outcome.IGNORE, Reason.ALREADY_ASKED, filtered=(("flood", "ignore"),))
    counts = Counter[str]()
    for event in (masked, masked, held, ignored):
        counts.update({key.name: count for key, count in count_decided(event).items()})

    assert {
        "card": {"mask": 2}, "flood": {"ignore": 1}, "mail": {"mask": 2}, "scam": {"hold": 1},
    } == figures_of(counts).filtered  # fmt: skip


def test_what_came_of_messages_that_a_filter_touched() -> None:
    """Ends of contacts and feedback count for each rule once, next to the messages; without a session they do not."""
    counts = Counter({"filtered.mail.mask": 3, "filtered.scam.hold": 1, "filtered.flood.ignore": 2})
    for state in (ContactState.RESOLVED, ContactState.AGAIN, ContactState.AGAIN, ContactState.PEOPLE):
        counts.update(close_contact(touch_contact(Contact("a/b", "", 0.0, state), ("mail", "mail"))))
    for topic, is_yes, has_session in (
        (FeedbackTopic.HELPFUL, True, True),
        (FeedbackTopic.HELPFUL, False, True),
        (FeedbackTopic.CONVERTED, True, True),
        (FeedbackTopic.CONVERTED, True, False),
    ):
        fed = count_feedback(0.0, "a/b", "", topic, is_yes=is_yes, has_session=has_session, rules=("mail", "card"))
        counts.update({key.name: count for key, count in fed.items()})
    found = figures_of(counts)
    mail, flood = found.touched["mail"], found.touched["flood"]

    assert ["card", "flood", "mail", "scam"] == list(found.touched)
    assert (Share(1, 4, 0.25), Share(2, 4, 0.5)) == (mail.first_contact_resolution, mail.came_again)
    assert (Share(1, 4, 0.25), Share(1, 2, 0.5)) == (mail.with_people, mail.helpful)
    assert (Share(1, 3, 1 / 3), Share(0, 0, None)) == (mail.converted, mail.contacted_again)
    assert Share(0, 0, None) == flood.came_again == flood.helpful
    assert (Share(2, 4, 0.5), Share(1, 2, 0.5)) == (found.came_again, found.helpful)


def test_names_of_what_was_touched() -> None:
    """A name is read back as it was made; names of other counts are of no rule."""
    name = next(name for name in close_contact(Contact("a/b", "", 0.0, rules=("iban",))) if name.startswith("touched"))

    assert ("iban", "contact.open") == touched_rule(name)
    assert [None, None, None] == [
        touched_rule(other) for other in (CounterName.ANSWERED, "filtered.mail.mask", "touched.mail")
    ]
