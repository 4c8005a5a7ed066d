"""Shares of counts. A share of nothing has no value, which is not 0."""

from collections.abc import Mapping

import msgspec

from edge.records import FeedbackTopic
from edge.tally import names


class Share(msgspec.Struct, frozen=True):
    """A share: `part` of `of`. `value` is their ratio, or None if `of` is 0."""

    part: int
    of: int
    value: float | None


def ended_contacts(counts: Mapping[str, int]) -> int:
    """Contacts whose window is over."""
    return sum(counts.get(f"contact.{state}", 0) for state in ("resolved", "again", "people", "open"))


def affirmed(counts: Mapping[str, int], topic: FeedbackTopic) -> Share:
    """Share of feedback that says yes on a topic."""
    yes, no = (counts.get(names.feedback(topic, is_yes=is_yes), 0) for is_yes in (True, False))
    return share_of(yes, yes + no)


def reported(counts: Mapping[str, int], topic: FeedbackTopic, questions: int) -> Share:
    """Share of questions, for topics without a no. Without any yes it is None: perhaps nobody was asked."""
    yes = counts.get(names.feedback(topic, is_yes=True), 0)
    return share_of(yes, questions if yes else 0)


def share_of(part: int, whole: int) -> Share:
    """`part` of `whole`, both whole numbers."""
    return Share(part, whole, part / whole if whole else None)
