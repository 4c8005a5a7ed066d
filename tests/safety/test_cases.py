"""The filters on cases that were written before them: what they find, and what they leave alone."""

import re

import pytest

from edge.records.filters import FilterRule, FiltersPolicy
from edge.safety import masked, screen
from tests.safety.cases_of import cases_of

USUAL = FiltersPolicy()
FORMATS = (FilterRule.CARD, FilterRule.IBAN, FilterRule.MAIL, FilterRule.PHONE)
PERSONAL, SCAMS, HARD = cases_of("personal"), cases_of("scams"), cases_of("hard")
LEAST_RECALL = 0.95


def test_cases_are_many() -> None:
    """At least 200 texts with personal data or scams, and 300 without."""
    positive = sum(len(PERSONAL[rule]) for rule in (*FORMATS, "address")) + len(SCAMS["scam"])
    negative = len(cases_of("near_misses")["clean"]) + len(SCAMS["fine"])

    assert positive >= 200
    assert negative >= 300


@pytest.mark.parametrize("rule", FORMATS)
def test_recall_of_personal_data_with_a_format(rule: FilterRule) -> None:
    """Each rule finds 95 % of its cases, and nothing in them is taken for something else."""
    texts = PERSONAL[rule]
    found = [text for text in texts if screen(text, USUAL).masked_rules == (rule,)]

    assert len(found) >= LEAST_RECALL * len(texts), sorted(set(texts) - set(found))


@pytest.mark.parametrize("rule", FORMATS)
def test_recall_of_hard_cases(rule: FilterRule) -> None:
    """Those that were written to get past the filters."""
    found = [text for text in HARD[rule] if screen(text, USUAL).masked_rules == (rule,)]

    assert len(found) >= LEAST_RECALL * len(HARD[rule]), sorted(set(HARD[rule]) - set(found))


@pytest.mark.parametrize("text", HARD["clean"])
def test_hard_near_miss(text: str) -> None:
    """Nothing is found: no personal data, and no scam."""
    assert () == screen(text, USUAL).hits


def test_what_is_found_is_gone() -> None:
    """Of the found numbers, no run of five digits is left in the text that people get."""
    for rule in (FilterRule.CARD, FilterRule.IBAN, FilterRule.PHONE):
        for text in PERSONAL[rule]:
            screened = screen(text, USUAL)
            left = masked(text, screened)
            if screened.masks:
                assert not re.search(r"\d{5}", left), left


@pytest.mark.parametrize("case", PERSONAL["mixed"], ids=lambda case: case["finds"])
def test_several_in_one_text(case: dict[str, object]) -> None:
    """Each piece is found under its own rule."""
    assert case["finds"] == sorted(screen(str(case["text"]), USUAL).masked_rules)


@pytest.mark.parametrize("text", cases_of("near_misses")["clean"])
def test_near_miss(text: str) -> None:
    """Nothing is found where nothing is personal."""
    assert () == screen(text, USUAL).hits


@pytest.mark.parametrize("text", SCAMS["scam"])
def test_scam(text: str) -> None:
    """Words and links of scams are found, however they are written."""
    assert FilterRule.SCAM in {hit.rule for hit in screen(text, USUAL).hits}


@pytest.mark.parametrize("text", SCAMS["fine"])
def test_what_viewers_write_of_the_same_things(text: str) -> None:
    """No question about a giveaway, a domain or a hotline is a scam."""
    assert FilterRule.SCAM not in {hit.rule for hit in screen(text, USUAL).hits}
