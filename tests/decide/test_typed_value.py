"""`edge.decide.typed_value`: what fits a pattern, what is no pattern, and that no pattern is slow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.decide import pattern_fault
from edge.decide.typed_value import DIGEST_PATTERN, fits

FITTING = {
    "an order": ("NW-[0-9]{6}", "NW-123456"),
    "letters in any case": ("[A-Za-z]{2,4}", "aZq"),
    "a part that may be missing": ("#?[0-9]{3}", "123"),
    "the same with it": ("#?[0-9]{3}", "#123"),
    "a mail address": ("[a-z0-9.\\-]{1,30}@[a-z0-9.\\-]{3,30}".replace(".", "\\."), "dana-1@shop.example"),
    "a special character": ("\\(0\\) [0-9 ]{2,9}", "(0) 22 33"),
    "the longest": ("[a-z]{64}", "a" * 64),
    "a digest": (DIGEST_PATTERN, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"),
}

NOT_FITTING = {
    "too short": ("NW-[0-9]{6}", "NW-12345"),
    "too long": ("NW-[0-9]{6}", "NW-1234567"),
    "something before it": ("[0-9]{2}", " 12"),
    "a line break after it": ("[0-9]{2}", "12\n"),
    "digits of another script": ("[0-9]{2}", "١٢"),
    "more than 64": ("[a-z]{64}[a-z]{0,9}", "a" * 65),
    "nothing": ("[0-9]{2}", ""),
    "a pattern with a fault": ("(a)", "a"),
}

FAULTS = {
    "": "pattern is 0 characters, expected 1 to 200",
    "a" * 201: "pattern is 201 characters, expected 1 to 200",
    "a" * 65: "pattern has 65 parts, expected at most 64",
    "[a-z]{60}[a-z]{5}": "pattern asks for 65 characters, expected at most 64",
    "(a|b)": "pattern has '(' at character 1, expected plain characters, [A-Z] and the like",
    "a+": "pattern has '+' at character 2, expected plain characters",
    "a{2}{3}": "pattern has '{' at character 5, expected plain characters",
    "é": "pattern has 'é' at character 1, expected plain characters",
    "\\d{6}": "pattern has a backslash at character 1, expected one of ^$\\.*+?()[]{}|/ after it",
    "a\\": "pattern has a backslash at character 2, expected one of",
    "[^a]": "pattern has '^' in [ ], expected letters, digits, _ and space, and others after a backslash",
    "[a": "pattern has its end in [ ], expected letters",
    "[]": "pattern has an empty [ ], expected the characters that may stand there",
    "[z-a]": "pattern has a range at character 2, expected one as in [0-9], [a-f] or [A-Z]",
    "[A-z]": "pattern has a range at character 2",
    "[a-": "pattern has a range at character 2",
    "a{": "pattern has { at character 2, expected {n} or {n,m} with numbers up to 64",
    "a{2,}": "pattern has { at character 2",
    "a{3,2}": "pattern has {3,2}, expected {n} or {n,m} with n not above m, and m 1 to 64",
    "a{65}": "pattern has {65}, expected",
    "a{0}": "pattern has {0}, expected",
}


@pytest.mark.parametrize(("pattern", "value"), FITTING.values(), ids=FITTING.keys())
def test_value_that_fits(pattern: str, value: str) -> None:
    """All of it has the form."""
    assert pattern_fault(pattern) is None
    assert fits(pattern, value)


@pytest.mark.parametrize(("pattern", "value"), NOT_FITTING.values(), ids=NOT_FITTING.keys())
def test_value_that_does_not_fit(pattern: str, value: str) -> None:
    """More, less or something else than the form."""
    assert not fits(pattern, value)


@pytest.mark.parametrize("pattern", FAULTS)
def test_fault(pattern: str) -> None:
    """What is no pattern is said with what was expected, and no value fits it."""
    fault = pattern_fault(pattern)

    assert fault is not None
    assert fault.startswith(FAULTS[pattern])


CHARACTERS = st.sampled_from(["a", "b", "[ab]", "[a-c]", "[0-9]", "\\.", "-", "[\\-a]"])
TIMES = st.sampled_from(["", "?", "{2}", "{0,3}", "{1,4}"])
PATTERNS = st.lists(st.tuples(CHARACTERS, TIMES).map("".join), min_size=1, max_size=6).map("".join)


@given(PATTERNS, st.text("abc0.-", max_size=12))
def test_means_what_it_means_in_python(pattern: str, value: str) -> None:
    """A pattern is a regular expression: the two agree about every value."""
    assert pattern_fault(pattern) is None
    assert (re.fullmatch(pattern, value) is not None) == fits(pattern, value)


def test_no_pattern_is_slow() -> None:
    """Sixteen parts that may all begin anywhere: a backtracking reader would try 10^15 ways and more."""
    assert pattern_fault("[ab]{0,64}" * 16 + "c") is None
    assert not fits("[ab]{0,64}" * 16 + "c", "ab" * 32)
