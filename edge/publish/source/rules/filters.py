"""Rules about `[filters]`: each rule once, and nothing that it cannot do."""

from collections.abc import Iterator

from edge.publish.source.finding import Code, Fault, Severity
from edge.publish.source.island_file import IslandDraft
from edge.records.filters import FilterAction, FilterRule

_OF_A_FLOOD = (FilterAction.IGNORE, FilterAction.PASS)
"""A flood is many lines: none of them has a piece to mask, and people have one of them already."""


def filter_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Faults of `[filters]`."""
    filters, seen = draft.values.get("filters", {}), set[str]()
    for stage in ("before", "after"):
        for number, one in filters.get(stage, {}).items():
            rule, then, at = one.get("rule"), one.get("then"), ("filters", stage, number)
            if rule in seen:
                text = f"the rule '{rule}' is named before, expected each rule once in 'before' and 'after'"
                yield Fault((*at, "rule"), Code.FILTERS, text)
            seen.add(rule)
            if rule is FilterRule.FLOOD and then is not None and then not in _OF_A_FLOOD:
                text = f"'then' of the rule 'flood' is '{then}', expected {' or '.join(_OF_A_FLOOD)}"
                yield Fault((*at, "then"), Code.FILTERS, text)
            if rule is FilterRule.FLOOD and stage == "before":
                text = "the rule 'flood' is before the judgement, expected it in 'after'"
                yield Fault((*at, "rule"), Code.FILTERS, text)
            elif stage == "before" and then in {FilterAction.HOLD, FilterAction.IGNORE}:
                text = f"what '{rule}' finds is not judged, so nobody looks for harm in it; in 'after' it would be"
                yield Fault((*at, "then"), Code.FILTERS, text, Severity.WARNING)
