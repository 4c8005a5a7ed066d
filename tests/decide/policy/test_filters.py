"""`edge.decide.policy.filters`: what filters decide, and what they never take away."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.decide import Asked, PostedForPeople, Resolution, Standing, Unjudged, conclude
from edge.decide.policy import is_filtered_before
from edge.errors import Reason
from edge.records import Harm, Island, Outcome
from edge.records.filters import Filter, FilterAction, FilterHit, FilterRule, FiltersPolicy
from tests.decide.policy.conftest import verdict

HOLD, IGNORE, MASK = FilterAction.HOLD, FilterAction.IGNORE, FilterAction.MASK
SURE = verdict(("price", 0.95))
UNSURE = verdict(("price", 0.6))


def hit(then: FilterAction, rule: FilterRule = FilterRule.SCAM) -> FilterHit:
    """The verdict of one filter."""
    return FilterHit(rule=rule, then=then, revision=1)


def concluded(shop: Island, resolution: Resolution, *hits: FilterHit, **standing: Any) -> tuple[str, str]:
    """Outcome and reason of a question in which filters found this."""
    asked = Asked("x", standing.pop("channel", ""), filtered=hits)
    decision = conclude(resolution, island=shop, asked=asked, standing=Standing(**standing), now=0.0).decision

    assert (() if decision.reason is Reason.NOT_A_VIEWER else hits) == decision.filtered
    return decision.outcome, decision.reason


CASES = {
    "nothing found": (SURE, (), ("answer", "confident")),
    "only masked": (SURE, (hit(MASK),), ("answer", "confident")),
    "a sure answer is held": (SURE, (hit(HOLD),), ("escalate", "filtered")),
    "the first that decides": (SURE, (hit(MASK), hit(IGNORE), hit(HOLD)), ("ignore", "filtered")),
    "people have it anyway": (UNSURE, (hit(HOLD),), ("escalate", "low_confidence")),
    "ignored": (UNSURE, (hit(IGNORE),), ("ignore", "filtered")),
    "harm is never ignored": (replace(SURE, harm=Harm(self_harm=0.9)), (hit(IGNORE),), ("escalate", "harm")),
    "nor what may be harm": (replace(UNSURE, harm=Harm(threat=0.3)), (hit(IGNORE),), ("escalate", "low_confidence")),
    "nor a wish for a person": (Unjudged(Reason.ASKED_FOR_PERSON), (hit(IGNORE),), ("escalate", "asked_for_person")),
    "nor what the tenant posts": (PostedForPeople(SURE), (hit(IGNORE),), ("escalate", "posted")),
    "a bot's message": (Unjudged(Reason.NOT_A_VIEWER), (hit(HOLD),), ("ignore", "not_a_viewer")),
    "not judged, and held": (Unjudged(Reason.FILTERED), (hit(HOLD),), ("escalate", "filtered")),
    "not judged, and ignored": (Unjudged(Reason.FILTERED), (hit(IGNORE),), ("ignore", "filtered")),
}


@pytest.mark.parametrize(("resolution", "hits", "expected"), CASES.values(), ids=CASES)
def test_what_a_filter_decides(
    shop: Island, resolution: Resolution, hits: tuple[FilterHit, ...], expected: tuple[str, str]
) -> None:
    """The first filter that holds or ignores decides, after harm."""
    assert expected == concluded(shop, resolution, *hits)


def test_flood_has_a_verdict(shop: Island) -> None:
    """A line that people have already is left as before, and its decision names the rule."""
    asked = Asked("x", "stream:1")
    decision = conclude(UNSURE, island=shop, asked=asked, standing=Standing(is_with_people=True), now=0.0).decision

    assert (Outcome.IGNORE, Reason.ALREADY_ASKED) == (decision.outcome, decision.reason)
    assert (hit(IGNORE, FilterRule.FLOOD),) == decision.filtered


def test_held_line_is_held_once(shop: Island) -> None:
    """A flood of one scam in a public chat is one ticket, also where the machine knows an answer to its words."""
    once = concluded(shop, SURE, hit(HOLD), channel="stream:1")
    asked = Asked("x", "stream:1", filtered=(hit(HOLD),))
    again = conclude(SURE, island=shop, asked=asked, standing=Standing(is_with_people=True), now=0.0).decision

    assert (("escalate", "filtered"), Reason.ALREADY_ASKED) == (once, again.reason)
    assert (hit(HOLD), hit(IGNORE, FilterRule.FLOOD)) == again.filtered


def test_flood_that_may_pass_has_no_verdict(shop: Island) -> None:
    """The island does not want the rule, so nothing is said of it."""
    passing = replace(shop, filters=FiltersPolicy(after=(Filter(rule=FilterRule.FLOOD, then=FilterAction.PASS),)))
    standing = Standing(posted_at=lambda _: 0.0)
    decision = conclude(SURE, island=passing, asked=Asked("x", "stream:1"), standing=standing, now=1.0).decision

    assert (Reason.COOLING_DOWN, ()) == (decision.reason, decision.filtered)


def test_filters_before_the_judgement(shop: Island) -> None:
    """Only a rule that the island names there, and that does more than mask, spares triage a message."""
    early = replace(shop, filters=FiltersPolicy(before=(Filter(rule=FilterRule.SCAM, then=HOLD),)))

    assert is_filtered_before(Asked(filtered=(hit(HOLD),)), early)
    assert not is_filtered_before(Asked(filtered=(hit(HOLD, FilterRule.LINK),)), early)
    assert not is_filtered_before(Asked(filtered=(hit(HOLD),)), shop)
