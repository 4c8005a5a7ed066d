"""In which language does a viewer get an answer?

What the viewer wants is a list of language tags (BCP 47), best first: the one that the question names, the one that it
is written in, and those that the browser asks for. An answer is given in the first of them that there is, by the lookup
of RFC 4647 (section 3.4), and else in the island's own language.

>>> best_locale(("de-AT", "fr"), "en", ("fr", "de"))
'de'
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import UNSET, UnsetType

from edge.records.locales import LanguageNote

MAX_WANTED = 8
"""Languages of a viewer that are looked at."""

MAX_WANTED_CHARACTERS = 140
"""Of these languages together: the receipt of an offer has them, and must fit into the choice that brings it back."""

MAX_HEADER_CHARACTERS = 500
"""The rest of a longer `Accept-Language` is not read."""

_REMEMBERED = 128
"""Combinations of these that are remembered: browsers send a few headers, and each is read twice a question."""

_LONGEST_TAG = 35
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_QUALITY = re.compile(r"[qQ]=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


def wanted_locales(stated: str, spoken: str, accepted: str) -> tuple[str, ...]:
    """The languages that a viewer wants, best first, each once. What is no language tag is left out.

    `stated`: the one that the question names. `spoken`: the one that it is written in. Empty if they are not known.
    `accepted`: header `Accept-Language` (RFC 9110, section 12.5.4). `*` says nothing.
    """
    # Most programs say nothing of it.
    if not (stated or spoken or accepted):
        return ()
    return _wanted(stated, spoken, accepted[:MAX_HEADER_CHARACTERS])


@lru_cache(_REMEMBERED)
def _wanted(stated: str, spoken: str, accepted: str) -> tuple[str, ...]:
    tags = (stated, spoken, *_accepted(accepted))
    wanted = dict.fromkeys(tag for tag in tags if len(tag) <= _LONGEST_TAG and _TAG.fullmatch(tag))
    found = list(wanted)[:MAX_WANTED]
    while sum(map(len, found)) > MAX_WANTED_CHARACTERS:
        found.pop()
    return tuple(found)


def best_locale(wanted: Sequence[str], own: str, further: Sequence[str]) -> str:
    """The language to answer in: `own`, the island's, or one of `further`, those that the snippet has besides."""
    there = (own, *further)
    for tag in wanted:
        found = _lookup(tag.lower(), there)
        if found is not None:
            return found
    return own


def language_note(given: str, wanted: Sequence[str]) -> LanguageNote | UnsetType:
    """The note that something is in the language `given`; unset if the viewer wants that one, or none is known."""
    if not wanted or _primary(given) == _primary(wanted[0]):
        return UNSET
    return LanguageNote(locale=given, wanted=wanted[0])


def _lookup(tag: str, there: Sequence[str]) -> str | None:
    """The tag itself, or it without its last parts; else the first of its language, so that `pt` finds `pt-BR`."""
    parts = tag.split("-")
    for count in range(len(parts), 0, -1):
        shorter = "-".join(parts[:count])
        for found in there:
            if found.lower() == shorter:
                return found
    return next((found for found in there if _primary(found) == parts[0]), None)


def _accepted(header: str) -> list[str]:
    """The tags of an `Accept-Language`, best first, without those that are refused (`q=0`)."""
    weighed = []
    for item in header.split(","):
        tag, _, parameter = (part.strip() for part in item.partition(";"))
        quality = _QUALITY.fullmatch(parameter) if parameter else None
        weight = float(quality[1]) if quality else 1.0
        if weight > 0 and (quality or not parameter):
            weighed.append((weight, tag))
    return [tag for _, tag in sorted(weighed, key=lambda one: -one[0])]


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
