"""Rules for single values that several fields share: names, one-line texts, durations, precisions."""

import re
import unicodedata
from collections.abc import Iterator

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.records import NAME_PATTERN

MAX_LINE_CHARACTERS = 200
"""A title or a person's name and office; it has to fit one line of an agent's screen."""

PRECISION_MIN = 0.5
MAX_PRECISION = 0.999
"""Calibration is measured on some thousand questions, so it cannot vouch for less than one error in a thousand."""

_NAME = re.compile(NAME_PATTERN)
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNIT_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Overrides that make a text read otherwise than it is approved (Unicode UAX 9, "Trojan Source")."""


def name_faults(name: str, at: ValuePath) -> Iterator[Fault]:
    """Unless `name` is a DNS label."""
    if _NAME.fullmatch(name) is None:
        text = f"{_field(at)} is {name[:64]!r}, expected 1 to 63 lower-case letters, digits and inner '-'"
        yield Fault(at, Code.NAME, text)


def line_faults(text: str, at: ValuePath) -> Iterator[Fault]:
    """Unless `text` is one readable line."""
    if not text.strip():
        yield Fault(at, Code.TEXT, f"{_field(at)} is empty")
    if len(text) > MAX_LINE_CHARACTERS:
        found = f"{_field(at)} is {len(text)} characters"
        yield Fault(at, Code.TEXT, f"{found}, expected at most {MAX_LINE_CHARACTERS}")
    yield from character_faults(text, at)


def character_faults(text: str, at: ValuePath, *, allowed: str = "") -> Iterator[Fault]:
    """For the first control character or writing-direction override that is not `allowed`."""
    for character in text:
        hidden = unicodedata.category(character) == "Cc" or character in _BIDIRECTIONAL
        if hidden and character not in allowed:
            yield Fault(at, Code.TEXT, f"{_field(at)} holds the control character U+{ord(character):04X}")
            return


def duration_faults(text: str, at: ValuePath) -> Iterator[Fault]:
    """Unless `text` is a duration."""
    if _DURATION.fullmatch(text) is None:
        expected = "expected a whole number and s, m, h or d, as in 6h"
        yield Fault(at, Code.DURATION, f"{_field(at)} is {text[:64]!r}, {expected}")


def duration_s(text: str) -> int:
    """The seconds of a duration that has no faults.

    >>> duration_s("6h")
    21600
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) * _UNIT_S[match[2]]


def precision_faults(value: float, at: ValuePath) -> Iterator[Fault]:
    """Unless `value` is a precision that calibration can vouch for."""
    if not PRECISION_MIN <= value <= MAX_PRECISION:
        yield Fault(at, Code.PRECISION, f"{_field(at)} is {value}, expected {PRECISION_MIN} to {MAX_PRECISION}")


def _field(at: ValuePath) -> str:
    """How a message calls the value: by its key, or by its place in an array.

    >>> _field(("snippets", 0, "examples", 2))
    'question 3'
    """
    *_, parent, last = ("", *at)
    if isinstance(last, str):
        return f"'{last}'"
    return f"question {last + 1}" if parent == "examples" else f"'{parent}' {last + 1}"
