"""What in a message may name a person or open an account: addresses, handles, long numbers, tokens, passwords.

It finds what has a form. A name or a street has none: people must still read what they publish. It takes more than it
must, such as a date in digits, because a word too many that is removed costs nothing.
"""

import re
import unicodedata
from enum import StrEnum

REMOVED = "[removed]"
"""Stands where something private was."""

_MANY_DIGITS = 5
_LONG_WORD = 16
_LONGEST_WORD = 40


class Private(StrEnum):
    """Why a piece of a text is private."""

    EMAIL = "e-mail address"
    LOGIN = "login"
    ACCOUNT = "bank account"
    NUMBER = "long number"
    HANDLE = "handle"
    CODE = "code of letters and digits"


_PATTERNS = (
    (
        Private.EMAIL,
        re.compile(
            r"[^\s@<>]{1,64} ?(?:@|\(at\)|\[at\]) ?[^\s@<>]{1,100}(?:\.| ?\(dot\) ?)[^\W\d_]{2,24}", re.IGNORECASE
        ),
    ),
    (
        Private.LOGIN,
        re.compile(
            r"\b(?:(?:password|passwort|passcode|passphrase|kennwort|pass|pwd|pin|cvv|cvc|otp)(?: is| ?[:=])"
            r"|(?:pw|secret|token|(?:api|access|secret)[ _-]?key) ?[:=]) ?\S{1,200}",
            re.IGNORECASE,
        ),
    ),
    # Keys of programs that say what they are.
    (Private.CODE, re.compile(r"\b(?:[sprw]k|gh[pousr]|glpat|xox[abeoprs]|whsec)[-_][\w-]{10,}", re.IGNORECASE)),
    (Private.ACCOUNT, re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,8}(?: ?[a-z0-9]{1,3})?\b", re.IGNORECASE)),
    # Six digits or more, with the separators that cards and phone numbers are written with.
    (Private.NUMBER, re.compile(r"\+?\(?\d(?:[ ().\-/]{0,3}\d){5,}")),
    (Private.HANDLE, re.compile(r"(?<!\S)@\w{2,}")),
)
_WORD = re.compile(r"\S+")
_MAYBE = re.compile(rf"[@\d:=_]|\(at\)|\[at\]|pass|pin|cv[vc]|otp|-\w{{10}}|\S{{{_LONGEST_WORD}}}", re.IGNORECASE)
"""Every private piece has one of these. Most questions have none, and are read once."""


def private_in(text: str) -> Private | None:
    """A kind of private piece that a text has; None if none was found."""
    text = unicodedata.normalize("NFKC", text)
    if not _MAYBE.search(text):
        return None
    for kind, pattern in _PATTERNS:
        if pattern.search(text):
            return kind
    return Private.CODE if any(map(_is_code, text.split())) else None


def redacted(text: str) -> str:
    """The text with `REMOVED` in place of each private piece, in Unicode's form NFKC."""
    text = unicodedata.normalize("NFKC", text)
    if not _MAYBE.search(text):
        return text
    for _, pattern in _PATTERNS:
        text = pattern.sub(REMOVED, text)
    return _WORD.sub(lambda word: REMOVED if _is_code(word[0]) else word[0], text)


def _is_code(word: str) -> bool:
    """True for a word that no language has: letters among many digits, or letters and digits in a long run."""
    if word == REMOVED or len(word) < _MANY_DIGITS:
        return False
    digits, letters = sum(map(str.isdigit, word)), any(map(str.isalpha, word))
    if digits >= _MANY_DIGITS and letters:
        return True
    return len(word) >= _LONGEST_WORD or (len(word) >= _LONG_WORD and digits > 0 and letters)
