"""Counts of what filters found, by snippet: `edge.tally.count`, `.figures`."""

from collections import Counter

from edge.errors import Reason
from edge.records import Outcome
from edge.tally import Decided, count_decided, figures_of


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
