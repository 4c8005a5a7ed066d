"""Rules for kinds of values that several fields have: names, one-line texts, durations, precisions."""

import re
import unicodedata
from collections.abc import Iterator

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.records import NAME_PATTERN

MAX_LINE_CHARACTERS = 200
"""For titles, and for a person's name and office: it fits one line of an agent's screen."""

MIN_PRECISION = 0.5
MAX_PRECISION = 0.999
"""Calibration is measured on some thousand questions, so it says nothing about fewer errors than one in a thousand."""

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_TAG = 35
_NAME = re.compile(NAME_PATTERN)
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNIT_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that can make a text look different from its bytes (Unicode UAX 9, "Trojan Source")."""


def name_faults(name: str, at: ValuePath) -> Iterator[Fault]:
    """A fault if `name` is not a DNS label."""
    if _NAME.fullmatch(name) is None:
        text = f"{_field(at)} is {name[:64]!r}, expected 1 to 63 lower-case letters, digits and inner '-'"
        yield Fault(at, Code.NAME, text)


def line_faults(text: str, at: ValuePath) -> Iterator[Fault]:
    """Faults if `text` is not one readable line."""
    if not text.strip():
        yield Fault(at, Code.TEXT, f"{_field(at)} is empty")
    if len(text) > MAX_LINE_CHARACTERS:
        fault_text = f"{_field(at)} is {len(text)} characters, expected at most {MAX_LINE_CHARACTERS}"
        yield Fault(at, Code.TEXT, fault_text)
    yield from character_faults(text, at)


def character_faults(text: str, at: ValuePath, *, allowed: str = "") -> Iterator[Fault]:
    """A fault for the first control character or change of writing direction that is not `allowed`."""
    for character in text:
        hidden = unicodedata.category(character) == "Cc" or character in _BIDIRECTIONAL
        if hidden and character not in allowed:
            yield Fault(at, Code.TEXT, f"{_field(at)} holds the control character U+{ord(character):04X}")
            return


def is_tag(text: str) -> bool:
    """True if `text` has the form of a language tag (BCP 47)."""
    return _TAG.fullmatch(text) is not None and len(text) <= _LONGEST_TAG


def duration_faults(text: str, at: ValuePath) -> Iterator[Fault]:
    """A fault if `text` is not a duration."""
    if _DURATION.fullmatch(text) is None:
        expected = "expected a whole number and s, m, h or d, as in 6h"
        yield Fault(at, Code.DURATION, f"{_field(at)} is {text[:64]!r}, {expected}")


def duration_s(text: str) -> int:
    """The seconds of a duration. Raises `ValueError` if `duration_faults` reports one.

    >>> duration_s("6h")
    21600
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) * _UNIT_S[match[2]]


def precision_faults(value: float, at: ValuePath) -> Iterator[Fault]:
    """A fault if `value` is outside of the range in which calibration is measured."""
    if not MIN_PRECISION <= value <= MAX_PRECISION:
        yield Fault(at, Code.PRECISION, f"{_field(at)} is {value}, expected {MIN_PRECISION} to {MAX_PRECISION}")


def _field(at: ValuePath) -> str:
    """The name of a value in a message: its key, or its number in an array.

    >>> _field(("snippets", 0, "examples", 2))
    'question 3'
    """
    *_, parent, last = ("", *at)
    if isinstance(last, str):
        return f"'{last}'"
    return f"question {last + 1}" if parent == "examples" else f"'{parent}' {last + 1}"
