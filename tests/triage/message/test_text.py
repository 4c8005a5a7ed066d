import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.triage import normalise

TABLE = {
    "case and punctuation carry no meaning": ("When does it SHIP?!?", "when does it ship"),
    "spaces of any kind are one space": ("  when\t does\u00a0it\nship ", "when does it ship"),
    "emoji and invisible signs are dropped": ("ship\u200bping 📦🙏🏽 date", "shipping date"),
    "drawn-out letters are two at most": ("pleaseeeee refuuuund", "pleasee refuund"),
    "sizes are no drawn-out words": ("XXXL or xxxxl or just XXL?", "xxxl or xxxxl or just xxl"),
    "numerals are no drawn-out words": ("Diablo III, part VIII, hiii", "diablo iii part viii hii"),
    "digits are never shortened": ("order 100000", "order 100000"),
    "wide letters are ordinary ones": ("\uff53\uff48\uff49\uff50\u3000\uff44\uff41\uff54\uff45", "ship date"),
    "curly apostrophes are straight ones": ("where\u2019s my order", "where's my order"),
    "chat spellings are written out": ("wen will u restock plz", "when will you restock please"),
    "missing apostrophes come back": ("i dont know whats wrong", "i don't know what's wrong"),
    "amounts and codes keep their signs": ("£12.50 off with #DROP-10?", "£12.50 off with #drop 10"),
    "quotation marks are not apostrophes": ("it says 'sold out'", "it says sold out"),
    "accents are kept and composed": ("cafe\u0301 ÉTÉ", "café été"),
    "other scripts are kept": ("Стрим лагает!!", "стрим лагает"),
    "vowel signs belong to their word": ("मेरा ऑर्डर कहाँ है?", "मेरा ऑर्डर कहाँ है"),
    "vowels of other scripts make other words": ("கப்பல் எப்போது, ถึงเมื่อไหร่", "கப்பல் எப்போது ถึงเมื่อไหร่"),
    "keycaps and flags are emoji": ("1\ufe0f\u20e3 or 2\ufe0f\u20e3 🇩🇪", "1 or 2"),
    "an emoji alone is nothing": ("😂😂", ""),
    "lone surrogates are dropped": ("ship\ud800 date", "ship date"),
    "control characters separate": ("ship\x00date", "ship date"),
    "nothing is nothing": ("", ""),
}


@pytest.mark.parametrize("sentence", TABLE)
def test_normalise_table(sentence: str) -> None:
    """Each habit of viewers has one normal form."""
    typed, expected = TABLE[sentence]

    assert expected == normalise(typed)


any_text = st.text(st.characters(), max_size=60)


@given(any_text)
@example("\u1e9e\u0345\u0308")
@example("aa\u200ba")
@example("ﬁﬁﬁﬁ")
@example("'\u0301a'")
def test_normalise_is_its_own_normal_form(text: str) -> None:
    """Normalising any string twice gives the same as once, lone surrogates included."""
    once = normalise(text)

    assert once == normalise(once)


@given(any_text)
def test_normalise_leaves_text_fit_for_a_tokenizer(text: str) -> None:
    """The normal form can be encoded, has single spaces and no drawn-out words."""
    normal = normalise(text)

    assert normal.encode()[:0] == b""
    assert normal == " ".join(normal.split())
