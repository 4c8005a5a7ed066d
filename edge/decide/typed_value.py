r"""Does a typed value have the form that an author declared? In time that grows with the value alone.

A pattern is a small part of regular expressions, and means the same there, in Python and in HTML's `pattern`:
characters, `[…]` with characters and ranges, and after each `?`, `{n}` or `{n,m}`. There are no groups, no `|`, no `*`
and no `+`. So nothing can be nested, and no pattern is slow: all ways to read a value are followed at once, as bits of
a number.

>>> pattern_fault("NW-[0-9]{6}"), fits("NW-[0-9]{6}", "NW-123456"), fits("NW-[0-9]{6}", "NW-12345")
(None, True, False)
"""

from functools import lru_cache
from typing import Final, NamedTuple

DIGEST_PATTERN: Final = "sha-256=:[A-Za-z0-9\\+\\/]{43}=:"
"""A SHA-256 as in `Content-Digest` (RFC 9530)."""

MAX_VALUE_CHARACTERS: Final = 64
MAX_PATTERN_CHARACTERS: Final = 200
MAX_ATOMS: Final = 64
"""One for each character of the longest value."""

_SPECIAL = frozenset(r"^$\.*+?()[]{}|/")
"""Characters that stand for themselves only after a backslash."""

_IN_CLASS = frozenset("_ ")
"""Characters that stand for themselves in `[…]`, with letters and digits."""

_ESCAPED_IN_CLASS = _SPECIAL | frozenset("&-!#%,:;<=>@`~")
"""Characters that stand for themselves in `[…]` only after a backslash (ECMAScript, flag `v`)."""

_KINDS = (("0", "9"), ("A", "Z"), ("a", "z"))


class _Atom(NamedTuple):
    """Characters of which `least` to `most` stand in a row."""

    characters: frozenset[str]
    least: int
    most: int


class _PatternError(Exception):
    """What is wrong with a pattern."""


def pattern_fault(pattern: str) -> str | None:
    """What is wrong with an author's pattern, and what was expected; None for a good one."""
    try:
        atoms = _parse(pattern)
    except _PatternError as error:
        return str(error)
    least = sum(atom.least for atom in atoms)
    if least > MAX_VALUE_CHARACTERS:
        return f"pattern asks for {least} characters, expected at most {MAX_VALUE_CHARACTERS}"
    return None


def fits(pattern: str, value: str) -> bool:
    """True if all of `value` has the form of a pattern, which has no fault, and at most 64 characters."""
    try:
        atoms = _parse(pattern)
    except _PatternError:
        # Signed by somebody who does not lint. No value has such a form, and the viewer can go back.
        return False
    if len(value) > MAX_VALUE_CHARACTERS:
        return False
    # Bit n: the atoms so far may have read n characters.
    reached = 1
    for atom in atoms:
        known = sum(1 << place for place, character in enumerate(value) if character in atom.characters)
        here, after = reached, reached if atom.least == 0 else 0
        for count in range(1, atom.most + 1):
            here = (here & known) << 1
            if not here:
                break
            if count >= atom.least:
                after |= here
        reached = after
    return bool(reached >> len(value) & 1)


@lru_cache(maxsize=256)
def _parse(pattern: str) -> tuple[_Atom, ...]:
    if not 1 <= len(pattern) <= MAX_PATTERN_CHARACTERS:
        raise _PatternError(f"pattern is {len(pattern)} characters, expected 1 to {MAX_PATTERN_CHARACTERS}")
    atoms, place = [], 0
    while place < len(pattern):
        characters, place = _class(pattern, place + 1) if pattern[place] == "[" else _one(pattern, place)
        least, most, place = _times(pattern, place)
        atoms.append(_Atom(characters, least, most))
    if len(atoms) > MAX_ATOMS:
        raise _PatternError(f"pattern has {len(atoms)} parts, expected at most {MAX_ATOMS}")
    return tuple(atoms)


def _one(pattern: str, place: int) -> tuple[frozenset[str], int]:
    """One character that stands for itself."""
    character = pattern[place]
    if character == "\\":
        escaped = pattern[place + 1 : place + 2]
        if escaped not in _SPECIAL:
            raise _PatternError(
                f"pattern has a backslash at character {place + 1}, expected one of ^$\\.*+?()[]{{}}|/ after it"
            )
        return frozenset(escaped), place + 2
    if character in _SPECIAL or not _is_plain(character):
        raise _PatternError(
            f"pattern has {character!r} at character {place + 1}, expected plain characters,"
            " [A-Z] and the like, each with ?, {n} or {n,m} after it or nothing"
        )
    return frozenset(character), place + 1


def _class(pattern: str, place: int) -> tuple[frozenset[str], int]:
    """The characters of `[…]`. `place` is behind the bracket."""
    found: set[str] = set()
    while (character := pattern[place : place + 1]) != "]":
        if character == "\\" and pattern[place + 1 : place + 2] in _ESCAPED_IN_CLASS:
            found.add(pattern[place + 1])
            place += 2
        elif pattern[place + 1 : place + 2] == "-":
            first, last = character, pattern[place + 2 : place + 3]
            if not any(low <= first <= last <= high for low, high in _KINDS):
                raise _PatternError(
                    f"pattern has a range at character {place + 1}, expected one as in [0-9], [a-f] or [A-Z]"
                )
            found.update(map(chr, range(ord(first), ord(last) + 1)))
            place += 3
        elif character and (character in _IN_CLASS or (character.isascii() and character.isalnum())):
            found.add(character)
            place += 1
        else:
            wrong = repr(character) if character else "its end"
            raise _PatternError(
                f"pattern has {wrong} in [ ], expected letters, digits, _ and space, and others after a backslash"
            )
    if not found:
        raise _PatternError("pattern has an empty [ ], expected the characters that may stand there")
    return frozenset(found), place + 1


def _times(pattern: str, place: int) -> tuple[int, int, int]:
    """How often the characters before `place` stand in a row, and the place after that."""
    if pattern[place : place + 1] == "?":
        return 0, 1, place + 1
    if pattern[place : place + 1] != "{":
        return 1, 1, place
    inner, closed, _ = pattern[place + 1 :].partition("}")
    first, comma, second = inner.partition(",")
    numbers = [first, second] if comma else [first, first]
    if not closed or not all(number.isascii() and number.isdigit() and len(number) <= 2 for number in numbers):  # noqa: PLR2004
        raise _PatternError(f"pattern has {{ at character {place + 1}, expected {{n}} or {{n,m}} with numbers up to 64")
    least, most = map(int, numbers)
    if not 1 <= most <= MAX_VALUE_CHARACTERS or least > most:
        raise _PatternError(f"pattern has {{{inner}}}, expected {{n}} or {{n,m}} with n not above m, and m 1 to 64")
    return least, most, place + len(inner) + 2


def _is_plain(character: str) -> bool:
    """True for one character that a keyboard has: printable ASCII, or a space."""
    return len(character) == 1 and " " <= character <= "~"
