"""What sort of message is it, before anybody asks what it means: a question, small talk, or another language?

Two rules over the normal form, no model. Both would rather miss than misjudge: a question taken for small talk would be
dropped, and an English one taken for foreign would cost a person's time.

Measured on the `train` splits of the public sets that the acceptor learns from (CLINC150, BANKING77, HWU64; 34,057
English messages): `is_foreign` claims one, "merci beaucoup"; `is_small_talk` 37, all of which their labels call
greetings, thanks, praise or a plain yes or no.
"""

import unicodedata

from edge.triage.word_lists import CHEERS, ENGLISH, FILLERS, FOREIGN

_LEAST_HITS = 2
"""One borrowed word makes no other language, however often it is said."""


def is_small_talk(normal: str) -> bool:
    """Whether a message in normal form is a greeting, thanks, a cheer or nothing but signs: no question to anybody.

    Whom it calls by name (`@somebody`) does not make it one.
    """
    words = [word for word in normal.split() if not word.startswith("@")]
    if not words:
        return True
    return all(word in CHEERS or word in FILLERS for word in words) and any(word in CHEERS for word in words)


def is_foreign(normal: str) -> bool:
    """Whether a message in normal form is clearly not in English, which is all that the encoder has read."""
    if _is_mostly_other_script(normal):
        return True
    words = frozenset(normal.split())
    english = len(words & ENGLISH)
    most = max(len(words & known) for known in FOREIGN.values())
    return most >= _LEAST_HITS and most > english


def _is_mostly_other_script(text: str) -> bool:
    if text.isascii():
        return False
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return len(letters) > 2 * latin
