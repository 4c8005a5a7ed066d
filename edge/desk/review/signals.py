"""The counts of PoPs in the review: what filters did, next to how the conversations went on.

A desk knows tickets alone. What was answered with masks, or ignored, and what viewers and shops said of it, is in the
statistics of PoPs.
"""

from collections.abc import Iterable

import msgspec

from edge.desk.review.filtered import FilterReview
from edge.errors import RefusedError
from edge.records import DECODE_ERRORS
from edge.records.filters import FilterAction, FilterRule
from edge.tally import FilterFigures

UNKNOWN_REVISION = 0
"""Stands for the rule's revision where no ticket names it."""


class _Figures(msgspec.Struct, frozen=True):
    filtered: dict[str, dict[str, int]] = {}
    touched: dict[str, FilterFigures] = {}


class _Island(msgspec.Struct, frozen=True):
    island: str
    figures: _Figures


class _Stats(msgspec.Struct, frozen=True):
    islands: tuple[_Island, ...]


def add_signals(
    reviews: Iterable[FilterReview], stats: bytes, *, tenant: str = "", island: str = ""
) -> list[FilterReview]:
    """The reviews with the counts of `stats` (what `skerry stats --json` prints), and those of rules without a ticket.

    `tenant`, `island`: as of the reviews. A rule that this release does not know is left out. Raises `RefusedError` if
    `stats` has another form.
    """
    try:
        found = msgspec.json.decode(stats, type=_Stats)
    except DECODE_ERRORS as error:
        raise RefusedError("the statistics cannot be read, expected what skerry stats --json prints") from error
    by_island = {
        one.island: one.figures
        for one in found.islands
        if island in {"", one.island} and (not tenant or one.island.startswith(f"{tenant}/"))
    }
    reviews = list(reviews)
    for review in reviews:
        if figures := by_island.get(review.island):
            review.messages = figures.filtered.get(review.rule, {}).get(review.then, 0)
            review.signals = figures.touched.get(review.rule)
    seen = {(one.island, one.rule, one.then) for one in reviews}
    for name, figures in by_island.items():
        reviews += [one for one in _without_ticket(name, figures) if (one.island, one.rule, one.then) not in seen]
    return sorted(reviews, key=lambda one: (one.island, one.rule, one.then, one.revision))


def _without_ticket(island: str, figures: _Figures) -> Iterable[FilterReview]:
    for rule, by_action in figures.filtered.items():
        for then, messages in by_action.items():
            if rule in set(FilterRule) and then in set(FilterAction):
                yield FilterReview(
                    island=island,
                    rule=FilterRule(rule),
                    then=FilterAction(then),
                    revision=UNKNOWN_REVISION,
                    messages=messages,
                    signals=figures.touched.get(rule),
                )
