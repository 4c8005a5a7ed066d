"""The normal form of a viewer's text: one spelling for exact match, cache key and encoder.

It drops what has no meaning in a question: case, width, punctuation, emoji, drawn-out letters. It writes out the most
common chat spellings, because the encoder was trained on edited text. Every string has a normal form; nothing raises.

>>> normalise("WHENNN does it ship?? 🙏🙏")
'whenn does it ship'
"""

import re
import unicodedata

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc`\u00b4\u2032", "'"))

_SPELT_OUT = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "n": "and", "ya": "you", "b4": "before", "gr8": "great",
    "pls": "please", "plz": "please", "plss": "please", "plzz": "please", "thx": "thanks", "thnx": "thanks",
    "ty": "thanks", "wen": "when", "whn": "when", "wat": "what", "wut": "what", "wht": "what", "hw": "how",
    "cuz": "because", "bc": "because", "coz": "because", "tmrw": "tomorrow", "tmr": "tomorrow", "2moro": "tomorrow",
    "2day": "today", "2nite": "tonight", "wanna": "want to", "gonna": "going to", "gimme": "give me",
    "gotta": "have to", "msg": "message", "acc": "account", "acct": "account", "abt": "about", "bday": "birthday",
    "hv": "have", "dis": "this", "dat": "that", "som1": "someone", "any1": "anyone", "ppl": "people", "wld": "would",
    "cud": "could", "shud": "should", "recieve": "receive", "recieved": "received", "im": "i'm", "ive": "i've",
    "whats": "what's", "wats": "what's", "wheres": "where's", "whens": "when's", "hows": "how's", "whos": "who's",
    "thats": "that's", "theres": "there's", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't",
    "wont": "won't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't",
    "couldnt": "couldn't", "shouldnt": "shouldn't", "wouldnt": "wouldn't",
}  # fmt: skip
"""Chat spellings, and what they mean. In an English question they hardly ever mean anything else."""

_SIZE_OR_NUMERAL = r"(?!x+[sl]\b)(?!(?:\b|(?<=[vx]))iii\b)"
"""Not drawn out: size XXXL is not XXL, and part III is not part II."""

_DRAWN_OUT = re.compile(_SIZE_OR_NUMERAL + r"([^\W\d_])\1{2,}")
_TRIPLE = re.compile(r"(.)\1\1", re.DOTALL)
"""Hardly any text has a character three times in a row; to look for that costs a tenth of `_DRAWN_OUT`."""

_JOINED = re.compile(r"(?<=\d)[.,:](?=\d)|(?<=[^\W_])'(?=[^\W_])|[$€£%&@#+]")
_MARKS = "".join(chr(code) for code in range(0x300, 0x1B00) if unicodedata.category(chr(code)).startswith("M"))
"""Accents, and the vowel signs of Arabic, Hebrew and the scripts of South and South-East Asia. They are parts of words,
but not word characters to Python. Marks above this range (variation selectors, keycaps) belong to emoji."""

_ABBREVIATION = re.compile(r"(?<![\w/.])[a-z](?:[./][a-z])+(?![\w/])")
"""Letters with dots or slashes between them, as in "U.S.", "p.m." and "y/n". They are one word."""

_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}]|{_JOINED.pattern})+")
_ROUNDS = 4
"""Case folding can undo composition, and composition case folding. No character needs more than three rounds."""


_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point (Unicode 15, DerivedCoreProperties): drawn as nothing. Chat add-ons append them."""


def normalise(text: str) -> str:
    """The normal form of `text`; empty if it has only punctuation and emoji. A normal form stays as it is."""
    return " ".join(_SPELT_OUT.get(word, word) for word in _WORD.findall(_prepared(text)))


def split_words(text: str) -> tuple[list[str], list[str]]:
    """The words of `text` in normal form, and the gaps: what stands before each of them, and after the last one."""
    text = _prepared(text)
    words = _WORD.findall(text)
    return list(map(_SPELT_OUT.get, words, words)), _WORD.split(text)


def without_ignorables(text: str) -> str:
    """`text` without the characters that are drawn as nothing."""
    return text if text.isascii() else _IGNORABLE.sub("", text)


def _prepared(text: str) -> str:
    """`text` in small letters, with abbreviations joined and without drawn-out letters."""
    if not text.isascii():
        text = _fold(text)
    text = text.lower()
    if _TRIPLE.search(text) is not None:
        text = _DRAWN_OUT.sub(r"\1\1", text)
    if "." in text or "/" in text:
        text = _ABBREVIATION.sub(lambda found: found[0].replace(".", "").replace("/", ""), text)
    return text


def _fold(text: str) -> str:
    """`text` in compatibility form, case folded (Unicode 3.13, toNFKC_Casefold), without surrogates and ignorables."""
    text = without_ignorables(text)
    text = "".join(character for character in text if unicodedata.category(character) not in {"Cf", "Cs"})
    for _ in range(_ROUNDS):
        folded = unicodedata.normalize("NFKC", text.casefold()).translate(_APOSTROPHES)
        if folded == text:
            break
        text = folded
    return text
