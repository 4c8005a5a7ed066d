"""Is a message small talk, or in another language?

Two rules over the normal form, without a model. Both leave a message alone if they are in doubt: a question that
counts as small talk would be dropped, and an English one that counts as foreign would cost a person's time.

Measured on the `train` splits of the public sets that the acceptor learns from (CLINC150, BANKING77, HWU64; 34,057
English messages): `is_foreign` is true for one of them, "merci beaucoup". `is_small_talk` is true for 37; by their
labels all of these are greetings, thanks, praise, or a plain yes or no.
"""

import unicodedata

from edge.triage.message.word_lists import CHEERS, ENGLISH, FILLERS, FOREIGN

SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
}
"""Scripts that are nearly always one language, by the first word of their characters' names. Han letters alone may be
Chinese or Japanese, and Cyrillic and Arabic ones are of many languages."""

_ANY_FOREIGN = frozenset().union(*FOREIGN.values())
"""Most English messages have none of these words."""

_SURE = 0.9
"""A confidence that outvotes words of another language."""

_LEAST_HITS = 2
"""Different foreign words that a foreign message needs. One borrowed word is not enough, however often it occurs."""


def is_small_talk(normal: str) -> bool:
    """True if a message in normal form is a greeting, thanks or a cheer, or has no words.

    Names (`@somebody`) are not counted as words.
    """
    is_cheer, is_filler = False, False
    for word in normal.split():
        if word in CHEERS:
            is_cheer = True
        elif word in FILLERS:
            is_filler = True
        elif not word.startswith("@"):
            # Most messages end here, at their first word.
            return False
    return is_cheer or not is_filler


def is_foreign(normal: str, confidence: float = 0.0) -> bool:
    """True if a message in normal form is clearly not in English, the only language that the encoder was trained on.

    `confidence`: of the verdict on it. Where English words are among the foreign ones, a classifier that is sure
    outvotes them.
    """
    if _is_mostly_other_script(normal):
        return True
    words = frozenset(normal.split())
    if words.isdisjoint(_ANY_FOREIGN):
        return False
    english = len(words & ENGLISH)
    foreign = max(sum(_weight(word) for word in words & known) for known in FOREIGN.values())
    if confidence >= _SURE:
        english *= 2
    return foreign >= _LEAST_HITS and foreign > english


def language_of(normal: str) -> str:
    """The language (ISO 639-1) of a message in normal form that is clearly not in English; empty if it is not clear.

    Of a script that one language has, its letters say it; of Latin letters, the words, if one language has most.
    """
    if not is_foreign(normal):
        return ""
    if _is_mostly_other_script(normal):
        names = [unicodedata.name(character, "").partition(" ")[0] for character in normal if character.isalpha()]
        return next((language for script, language in SCRIPTS.items() if script in names), "")
    words = frozenset(normal.split())
    weights = {language: sum(_weight(word) for word in words & known) for language, known in FOREIGN.items()}
    best = max(weights.values())
    (first, *others) = [language for language, weight in weights.items() if weight == best]
    return "" if others else first


def _weight(word: str) -> float:
    """How much a foreign word says. One of two letters may be a code: "NA" and "SA" are also where servers stand."""
    return 1.0 if len(word) > 2 else 0.5  # noqa: PLR2004 - letters


def _is_mostly_other_script(text: str) -> bool:
    if text.isascii():
        return False
    letters = [character for character in text if character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    return len(letters) > 2 * latin
