"""What filters found, and how the conversations went on in which they did."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from edge.records import FeedbackTopic
from edge.records.filters import FilterAction
from edge.tally import names
from edge.tally.names import CounterName
from edge.tally.shares import Share, affirmed, ended_contacts, reported, share_of


class FilterFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How the conversations went on in which one filter's rule found something. One with two rules is in both."""

    first_contact_resolution: Share
    """Contacts that the machine resolved, of those whose window is over."""
    came_again: Share
    """Contacts that asked again, or said that they had to, of the same."""
    with_people: Share
    """Contacts that went to people before an answer, of the same."""
    helpful: Share
    resolved: Share
    contacted_again: Share
    """Feedback, of the messages that were masked or held. So is `converted`."""
    converted: Share


def filtered_messages(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Counts of filtered messages by rule and action, both in alphabetical order."""
    by_rule: dict[str, dict[str, int]] = {}
    for name, count in sorted(counts.items()):
        found = names.filtered_rule(name)
        if found is not None and count:
            by_rule.setdefault(found[0], {})[found[1]] = count
    return by_rule


def figures_by_rule(counts: Mapping[str, int]) -> dict[str, FilterFigures]:
    """Figures of the conversations that each rule touched, by rule in alphabetical order."""
    by_rule: dict[str, Counter[str]] = {}
    for name, count in sorted(counts.items()):
        rule, counted = names.touched_rule(name) or names.filtered_rule(name) or ("", "")
        if rule and count:
            by_rule.setdefault(rule, Counter())[counted] += count
    return {rule: _of_rule(counted) for rule, counted in sorted(by_rule.items())}


def _of_rule(counts: Mapping[str, int]) -> FilterFigures:
    at = Counter(counts).__getitem__
    contacts, messages = ended_contacts(counts), at(FilterAction.MASK) + at(FilterAction.HOLD)
    return FilterFigures(
        first_contact_resolution=share_of(at(CounterName.CONTACT_RESOLVED), contacts),
        came_again=share_of(at(CounterName.CONTACT_AGAIN), contacts),
        with_people=share_of(at(CounterName.CONTACT_PEOPLE), contacts),
        helpful=affirmed(counts, FeedbackTopic.HELPFUL),
        resolved=affirmed(counts, FeedbackTopic.RESOLVED),
        contacted_again=reported(counts, FeedbackTopic.CONTACTED_AGAIN, messages),
        converted=reported(counts, FeedbackTopic.CONVERTED, messages),
    )
