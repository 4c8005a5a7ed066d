"""`edge.safety.screening`: the island's order, what each action does, and texts that were made to be slow."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from edge.records.filters import Filter, FilterAction, FilterHit, FilterRule, FiltersPolicy
from edge.safety import RULE_REVISIONS, flood_hit, masked, screen
from edge.safety.numbers import IBAN_LENGTHS, find_cards, find_ibans

USUAL = FiltersPolicy()
CARD, MAIL, PHONE, SCAM, LINK = (
    FilterRule.CARD, FilterRule.MAIL, FilterRule.PHONE, FilterRule.SCAM, FilterRule.LINK,
)  # fmt: skip
TEXT = "I am jo@example.com, my card is 4111 1111 1111 1111"


def only(rule: FilterRule, then: FilterAction) -> FiltersPolicy:
    """A policy that names one rule."""
    return FiltersPolicy(after=(Filter(rule=rule, then=then),))


def test_masks_stand_in_the_text() -> None:
    """Each piece has the name of its rule in its place, and all other words stay."""
    screened = screen(TEXT, USUAL)

    assert "I am [mail], my card is [card]" == masked(TEXT, screened)
    assert (MAIL, CARD) == screened.masked_rules
    assert {FilterAction.MASK} == {hit.then for hit in screened.hits}


def test_consent_keeps_the_words() -> None:
    """With the viewer's consent the text stays, and the verdicts are the same."""
    assert masked(TEXT, screen(TEXT, USUAL), may_keep=True) == TEXT


def test_passed_rule_finds_nothing() -> None:
    """A rule that passes is not applied, and the others do what they usually do."""
    screened = screen(TEXT, only(MAIL, FilterAction.PASS))

    assert "I am jo@example.com, my card is [card]" == masked(TEXT, screened)
    assert [CARD] == [hit.rule for hit in screened.hits]


def test_held_personal_data_is_masked() -> None:
    """People who look after it need no card number."""
    screened = screen(TEXT, only(CARD, FilterAction.HOLD))

    assert "I am [mail], my card is [card]" == masked(TEXT, screened)
    assert FilterAction.HOLD in {hit.then for hit in screened.hits}


def test_scam_is_held_and_shown() -> None:
    """People who decide about a link must see it."""
    text = "free hoodies at bit.ly/3xYz12"
    screened = screen(text, USUAL)

    assert (FilterHit(rule=SCAM, then=FilterAction.HOLD, revision=RULE_REVISIONS[SCAM]),) == screened.after
    assert text == masked(text, screened)


def test_link_that_is_masked() -> None:
    """A rule that usually passes is applied where the island says so."""
    assert "see [link] please" == masked(
        "see https://shop.example/x please", screen("see https://shop.example/x please", only(LINK, FilterAction.MASK))
    )


def test_first_filter_keeps_an_overlap() -> None:
    """A link within a mail address is no link, unless links come first."""
    text = "write to jo@sub.example.com"
    mail_first = FiltersPolicy(
        after=(Filter(rule=MAIL, then=FilterAction.MASK), Filter(rule=LINK, then=FilterAction.MASK))
    )

    assert (MAIL,) == screen(text, mail_first).masked_rules


def test_before_and_after_are_apart() -> None:
    """Verdicts of filters before the judgement come first, and a rule that is there is not applied twice."""
    policy = FiltersPolicy(before=(Filter(rule=SCAM, then=FilterAction.IGNORE),))
    screened = screen("dm me on telegram or jo@example.com", policy)

    assert [SCAM] == [hit.rule for hit in screened.before]
    assert [MAIL] == [hit.rule for hit in screened.after]


def test_flood_has_a_verdict() -> None:
    """A flood is found by what a PoP remembers; its verdict looks like the others."""
    assert FilterHit(rule=FilterRule.FLOOD, then=FilterAction.IGNORE, revision=1) == flood_hit(USUAL)
    assert FilterAction.PASS is flood_hit(only(FilterRule.FLOOD, FilterAction.PASS)).then


def test_every_rule_has_a_revision() -> None:
    """A verdict can be read years later."""
    assert set(FilterRule) == set(RULE_REVISIONS)


@given(st.text(alphabet="0123456789 -", min_size=12, max_size=40))
def test_cards_agree_with_stdnum(text: str) -> None:
    """What is taken for a card passes Luhn's check of another hand."""
    for start, end in find_cards(text):
        assert luhn.is_valid("".join(filter(str.isdigit, text[start:end])))


@pytest.mark.parametrize("country", sorted(IBAN_LENGTHS))
def test_ibans_of_every_country(country: str) -> None:
    """The length of each country's IBAN is that of the registry which python-stdnum has."""
    structure = iban._ibandb.info(country + "00")[0][1]["bban"]
    body = _body(structure)
    number = country + iban.calc_check_digits(f"{country}00{body}") + body

    assert [(3, 3 + len(number))] == list(find_ibans(f"to {number} please"))
    assert len(number) == IBAN_LENGTHS[country]


def _body(structure: str) -> str:
    found = iban._struct_re.findall(structure)
    return "".join(("A" if kind == "a" else "1") * int(length) for length, kind in found)


HOSTILE = (
    "a", "1 ", "4 ", "41", "a@", "a.", "AA00 ", "DE89 3704 0044 ", "+1 ", "+", "(02) 123 ", "1 A ", "A", "call ",
    "our support ", " ", "a at a dot ", "é", "\u200b4", "\u0430a.", "free ", "phone 01 ", "http://", "-", "w-", "%'+-.",
    "Astr", "4111111111111111 ", "t e l e g r a m ", "claim your ", "rue de la ", "xn--", "Via A ", "[at]", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_ends(part: str) -> None:
    """10,000 characters that were made to be slow: a pattern that tries every combination would never end."""
    text = (part * 10_000)[:10_000]
    screened = screen(text, USUAL)

    assert len(masked(text, screened)) <= len(text)


@given(st.text(alphabet="jo@ex.com 0123456789+()-/\u200b٤", max_size=80))
def test_masks_never_overlap(text: str) -> None:
    """Pieces are from left to right, within the text, and apart."""
    masks = screen(text, USUAL).masks

    assert all(0 <= piece.start < piece.end <= len(text) for piece in masks)
    assert all(one.end <= other.start for one, other in pairwise(masks))
