import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.triage.spelling import Speller

EXAMPLES = "when does the hoodie ship, hoodie sizes, can i get a refund, is the bundle sold out"
SPELLER = Speller(EXAMPLES.replace(",", "").split())

TABLE = {
    "a letter is missing": ("refnd", "refund"),
    "a letter is too many": ("hooddie", "hoodie"),
    "a letter is another": ("hpodie", "hoodie"),
    "two letters are swapped": ("bunlde", "bundle"),
    "two slips are one too many": ("refnudd", "refnudd"),
    "a short word is left alone": ("shp", "shp"),
    "a code is left alone": ("hoodi3", "hoodi3"),
    "an ordinary word is left alone": ("whip", "whip"),
    "the island's own word is left alone": ("sizes", "sizes"),
    "nothing is nothing": ("", ""),
    "each word by itself": ("whne dose the hodie shpi", "when does the hoodie ship"),
}


@pytest.mark.parametrize("sentence", TABLE)
def test_corrected_table(sentence: str) -> None:
    """Words that are one edit from the island's are replaced by them; all others stay."""
    typed, expected = TABLE[sentence]

    assert expected == SPELLER.corrected(typed, {"whip"}.__contains__)


def test_corrected_prefers_same_first_letter_then_frequent() -> None:
    """Of several words one edit away, the same first letter wins, then the word that the author uses most."""
    speller = Speller(["bold", "bond", "bond", "cold"])

    assert speller.corrected("bord", lambda _: False) == "bond"
    assert speller.corrected("colb", lambda _: False) == "cold"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_corrected_changes_nothing_that_is_known(text: str) -> None:
    """A question of known words is not changed."""
    normal = " ".join(text.split())

    assert normal == SPELLER.corrected(normal, lambda _: True)
