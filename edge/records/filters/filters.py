"""The filters of an island: which rules, in which order, and what happens to a message that one of them finds."""

from enum import StrEnum

import msgspec


class FilterRule(StrEnum):
    """What a filter looks for. The id of the rule, in the island, in tickets, in counts and in the ledger."""

    IBAN = "iban"
    """An IBAN of a country that has them, with right check digits."""
    CARD = "card"
    """The number of a payment card, with a right check digit."""
    MAIL = "mail"
    """An e-mail address."""
    PHONE = "phone"
    """A telephone number."""
    ADDRESS = "address"
    """Something like a street with a house number. It has no format: many are not found."""
    SCAM = "scam"
    """Words and links of known scams: short links, look-alike domains, other people's hotlines."""
    LINK = "link"
    """Any link or domain."""
    FLOOD = "flood"
    """A line of a stream's chat that people have already, or an answer that was posted there a moment ago."""


class FilterAction(StrEnum):
    """What happens to a message in which a rule has found something."""

    MASK = "mask"
    """A word such as `[mail]` stands in its place in tickets and transcripts. Nothing else changes."""
    HOLD = "hold"
    """People get it: no machine answers it."""
    IGNORE = "ignore"
    """Nothing is done. A message that may tell of harm or fraud is never ignored by a filter after the judgement."""
    PASS = "pass"  # noqa: S105 - a word of a closed set
    """The rule is not applied."""


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of an island, and what it does."""

    rule: FilterRule
    """What it looks for."""
    then: FilterAction
    """What happens if it finds something."""


_USUAL = (
    Filter(rule=FilterRule.IBAN, then=FilterAction.MASK),
    Filter(rule=FilterRule.CARD, then=FilterAction.MASK),
    Filter(rule=FilterRule.MAIL, then=FilterAction.MASK),
    Filter(rule=FilterRule.PHONE, then=FilterAction.MASK),
    Filter(rule=FilterRule.ADDRESS, then=FilterAction.MASK),
    Filter(rule=FilterRule.SCAM, then=FilterAction.HOLD),
    Filter(rule=FilterRule.LINK, then=FilterAction.PASS),
    Filter(rule=FilterRule.FLOOD, then=FilterAction.IGNORE),
)


class FiltersPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters of an island, in their order. A rule that is not named does what it usually does, at the end."""

    before: tuple[Filter, ...] = ()
    """Before triage reads the message. What is held or ignored here is not judged: nobody looks for harm."""
    after: tuple[Filter, ...] = ()
    """After triage has judged it. Harm and fraud come first: such a message goes to the people for them."""

    @property
    def all_after(self) -> tuple[Filter, ...]:
        """The filters after the judgement: those of the island, then the usual ones of rules that it does not name."""
        named = {one.rule for one in (*self.before, *self.after)}
        return (*self.after, *(one for one in _USUAL if one.rule not in named))

    def then(self, rule: FilterRule) -> FilterAction:
        """What the first filter of this rule does."""
        return next((one.then for one in (*self.before, *self.all_after) if one.rule is rule), FilterAction.PASS)


class FilterHit(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict of one filter on one message. It never holds the viewer's words."""

    rule: FilterRule
    """What was found."""
    then: FilterAction
    """What the island wants done about it."""
    revision: int
    """Revision of the rule, which goes up when it finds other things than before."""
