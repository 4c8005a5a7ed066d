"""The filters of an island over one text, and the text with masks in place of what they found."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from edge.records.filters import Filter, FilterAction, FilterHit, FilterRule, FiltersPolicy
from edge.safety.fold import Folded, fold
from edge.safety.numbers import find_cards, find_ibans, find_phones
from edge.safety.words import find_addresses, find_links, find_mails, find_scams

RULE_REVISIONS = {
    FilterRule.IBAN: 1,
    FilterRule.CARD: 1,
    FilterRule.MAIL: 1,
    FilterRule.PHONE: 1,
    FilterRule.ADDRESS: 1,
    FilterRule.SCAM: 1,
    FilterRule.LINK: 1,
    FilterRule.FLOOD: 1,
}
"""Revision of each rule. It goes up with every change of what the rule finds, so that an old verdict can be read."""

_FEWEST_DIGITS = 7
"""No number that a rule looks for has fewer digits."""

_AT = re.compile(r"@|[(\[{]at[)\]}]| at ", re.IGNORECASE)
_DIGIT, _SIGN = re.compile(r"[0-9]"), re.compile(r"[@.0-9]")


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _has_number(text: str) -> bool:
    return sum(map(text.count, "0123456789")) >= _FEWEST_DIGITS


_FINDERS: dict[FilterRule, tuple[Callable[[str], bool], Callable[[str], Iterator[tuple[int, int]]]]] = {
    FilterRule.IBAN: (_has_number, find_ibans),
    FilterRule.CARD: (_has_number, find_cards),
    FilterRule.MAIL: (lambda text: _AT.search(text) is not None, find_mails),
    FilterRule.PHONE: (_has_number, find_phones),
    FilterRule.ADDRESS: (_has_digit, find_addresses),
    FilterRule.SCAM: (lambda _: True, find_scams),
    FilterRule.LINK: (lambda text: "." in text or "://" in text, find_links),
}
"""Of each rule: what a text must have, which is cheap to see, and the search.

`FLOOD` is not here: it compares texts, and `edge.daemon.people` remembers them.
"""

_WORDS = (
    " at ",
    "at)",
    "at]",
    "at}",
    " me ",
    "claim your",
    "won a",
    "free ",
    "double your",
    "giveaway",
    "your wallet",
    "buy ",
    "xn--",
)


def _may_have_any(text: str) -> bool:
    """False for most questions: they have no sign, digit or word that any rule looks for."""
    if _SIGN.search(text) is not None:
        return True
    small = text.lower()
    return any(word in small for word in _WORDS)


class Piece(NamedTuple):
    """A part of a text that a rule has found: `text[start:end]`."""

    rule: FilterRule
    start: int
    end: int


class Screened(NamedTuple):
    """What an island's filters found in a text."""

    before: tuple[FilterHit, ...] = ()
    """Of the filters before the judgement, in the island's order, each rule once."""
    after: tuple[FilterHit, ...] = ()
    """Of those after it."""
    masks: tuple[Piece, ...] = ()
    """What is masked, from left to right. No two overlap."""

    @property
    def hits(self) -> tuple[FilterHit, ...]:
        """All verdicts."""
        return (*self.before, *self.after)

    @property
    def masked_rules(self) -> tuple[FilterRule, ...]:
        """The rules of what is masked, each once, in the text's order."""
        return tuple(dict.fromkeys(piece.rule for piece in self.masks))


NOTHING_FOUND = Screened()


def screen(text: str, policy: FiltersPolicy) -> Screened:
    """What the filters find in a text, as its viewer wrote it.

    Of two pieces that overlap, the filter that comes first keeps its own: a link within a mail address is no link.
    """
    folded = fold(text)
    if not _may_have_any(folded.text):
        return NOTHING_FOUND
    taken = list[Piece]()
    before = tuple(_hits(folded, policy.before, taken))
    after = tuple(_hits(folded, policy.all_after, taken))
    if not before and not after:
        return NOTHING_FOUND
    # What is held or ignored is masked, too, if it is personal: people need no card number to look after it.
    shown = {one.rule for one in (*before, *after) if one.then is FilterAction.MASK} | _PERSONAL
    masks = sorted((piece for piece in taken if piece.rule in shown), key=lambda piece: piece.start)
    return Screened(before, after, tuple(masks))


_PERSONAL = frozenset({FilterRule.IBAN, FilterRule.CARD, FilterRule.MAIL, FilterRule.PHONE, FilterRule.ADDRESS})


def _hits(folded: Folded, filters: tuple[Filter, ...], taken: list[Piece]) -> Iterator[FilterHit]:
    """The verdicts of filters in their order. Adds what they found to `taken`, without what is taken already."""
    for one in filters:
        if one.rule not in _FINDERS or one.then is FilterAction.PASS:
            continue
        may_have, find = _FINDERS[one.rule]
        if not may_have(folded.text):
            continue
        found = [Piece(one.rule, *folded.span(*span)) for span in find(folded.text)]
        free = [piece for piece in found if not any(_overlap(piece, other) for other in taken)]
        # A scam is often about a number that another rule has found.
        if free or (found and one.rule is FilterRule.SCAM):
            yield FilterHit(rule=one.rule, then=one.then, revision=RULE_REVISIONS[one.rule])
        for piece in free:
            if not any(_overlap(piece, other) for other in taken):
                taken.append(piece)


def _overlap(one: Piece, other: Piece) -> bool:
    return one.start < other.end and other.start < one.end


def masked(text: str, screened: Screened, *, may_keep: bool = False) -> str:
    """The text with `[mail]`, `[card]` and so on in place of what is masked.

    `screened`: of this very text. `may_keep`: the viewer has agreed that people get their personal data.
    """
    if may_keep or not screened.masks:
        return text
    parts, place = list[str](), 0
    for piece in screened.masks:
        parts += (text[place : piece.start], f"[{piece.rule}]")
        place = piece.end
    return "".join((*parts, text[place:]))


def flood_hit(policy: FiltersPolicy) -> FilterHit:
    """The verdict on a line that was left because its like is with people, or its answer was just posted."""
    return FilterHit(
        rule=FilterRule.FLOOD, then=policy.then(FilterRule.FLOOD), revision=RULE_REVISIONS[FilterRule.FLOOD]
    )
